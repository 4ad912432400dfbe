#pragma once

#include <cli/command.hpp>
#include <functional>
#include <layer_cake/core/loop.hpp>
#include <optional>
#include <string_view>

namespace layer_cake::cli {

/// Rows of the terminal that results go to; 0 when they go elsewhere.
int terminal_rows(const Invocation& call);
/// Its columns; 0 likewise.
std::size_t terminal_columns(const Invocation& call);

/// Notices that who reads our results through a pipe has gone, without writing to it; of a file or a terminal nothing.
class ReaderWatch {
public:
    ReaderWatch(Loop& loop, std::function<void()> gone);

private:
    std::optional<Poll> poll_;
};

/// Where --watch shows one text after the other. On a terminal each takes the place of the one before, cut to what
/// there is room for, without a flicker; elsewhere an empty line stands between two.
class Screen {
public:
    explicit Screen(Invocation& call) : call_(call) {}
    void show(std::string_view text); ///< whole lines

private:
    void show_in_place(std::string_view text);

    Invocation& call_;
    bool shown_ = false;
};

} // namespace layer_cake::cli

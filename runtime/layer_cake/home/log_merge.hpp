#pragma once

#include <functional>
#include <layer_cake/home/log_reader.hpp>
#include <list>
#include <optional>
#include <string>

namespace layer_cake::home {

/// Several roles' logs as one, in the order of arrival. Holds one line a role.
class LogMerge {
public:
    void add(std::string role, LogReader reader);
    void remove(const std::string& role);

    /// Calls `line` for each line there is; stops when it returns false or nothing more is there (call again later).
    /// @param flush  also give unfinished last lines, as partial
    Result<void> read(const std::function<bool(const std::string& role, const LogLine& line)>& line, bool flush);

private:
    struct Source {
        std::string            role;
        LogReader              reader;
        std::optional<LogLine> head;
    };
    std::list<Source> sources_;
};

} // namespace layer_cake::home

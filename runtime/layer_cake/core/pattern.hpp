#pragma once

#include <layer_cake/core/result.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace layer_cake {

/// A regular expression matched in linear time (RE2), for patterns that come
/// from a person, a file or the network. Limit: 1,000 characters, and 1 MiB of memory if nothing else is said.
class Pattern {
public:
    /// Fails with `invalid`: `bad pattern "(": missing )`.
    static Result<Pattern> compile(std::string_view text, std::size_t memory = 1u << 20);

    Pattern(Pattern&&) noexcept;
    Pattern& operator=(Pattern&&) noexcept;
    ~Pattern();

    bool matches_start(std::string_view text) const; ///< anchored at the start, as role searches are
    bool matches_whole(std::string_view text) const;
    bool found_in(std::string_view text) const;

private:
    explicit Pattern(std::unique_ptr<re2::RE2> compiled);
    std::unique_ptr<re2::RE2> compiled_;
};

/// Words that select names: a name is selected when any word matches at its
/// start. No words select every name.
class Search {
public:
    static Result<Search> compile(const std::vector<std::string>& words);
    bool selects(std::string_view name) const;

private:
    std::vector<Pattern> patterns_;
};

} // namespace layer_cake

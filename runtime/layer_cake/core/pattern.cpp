#include <fmt/format.h>
#include <layer_cake/core/pattern.hpp>
#include <layer_cake/core/text.hpp>
#include <re2/re2.h>

namespace layer_cake {
namespace {

bool match(const re2::RE2& pattern, std::string_view text, re2::RE2::Anchor anchor) {
    const re2::StringPiece piece(text.data(), text.size());
    return pattern.Match(piece, 0, text.size(), anchor, nullptr, 0);
}

} // namespace

Pattern::Pattern(std::unique_ptr<re2::RE2> compiled) : compiled_(std::move(compiled)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::compile(std::string_view text, std::size_t memory) {
    constexpr std::size_t longest = 1000;
    if (text.size() > longest && display_width(text) > longest)
        return fail(Fault::invalid, fmt::format("bad pattern \"{}...\": longer than {} characters",
                                                terminal_safe(text.substr(0, 20)), longest));
    re2::RE2::Options options(re2::RE2::Quiet);
    options.set_max_mem(static_cast<std::int64_t>(memory));
    options.set_never_capture(true);
    auto compiled = std::make_unique<re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
    if (!compiled->ok()) {
        std::string words = compiled->error();
        const std::string place = ": " + compiled->error_arg();
        if (words.size() > place.size() && words.compare(words.size() - place.size(), place.size(), place) == 0)
            words.resize(words.size() - place.size());
        return fail(Fault::invalid, fmt::format("bad pattern \"{}\": {}", terminal_safe(text), words));
    }
    return Pattern(std::move(compiled));
}

bool Pattern::matches_start(std::string_view text) const {
    return match(*compiled_, text, re2::RE2::ANCHOR_START);
}
bool Pattern::matches_whole(std::string_view text) const {
    return match(*compiled_, text, re2::RE2::ANCHOR_BOTH);
}
bool Pattern::found_in(std::string_view text) const {
    return match(*compiled_, text, re2::RE2::UNANCHORED);
}

Result<Search> Search::compile(const std::vector<std::string>& words) {
    Search search;
    for (const auto& word : words) {
        auto pattern = Pattern::compile(word);
        if (!pattern) return fail(std::move(pattern).error());
        search.patterns_.push_back(std::move(*pattern));
    }
    return search;
}

bool Search::selects(std::string_view name) const {
    if (patterns_.empty()) return true;
    for (const auto& pattern : patterns_)
        if (pattern.matches_start(name)) return true;
    return false;
}

} // namespace layer_cake

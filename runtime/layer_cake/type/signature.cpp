#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/type/signature.hpp>

namespace layer_cake::type {
namespace {

constexpr std::size_t longest = 4096;
constexpr int deepest = 32;

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// `shop.api.Order`: names joined by dots.
bool is_class(std::string_view text) {
    bool at_start = true;
    for (const char c : text) {
        if (at_start ? !is_letter(c) : !is_letter(c) && !is_digit(c) && c != '.') return false;
        at_start = c == '.';
    }
    return !at_start;
}

int part_count(Kind kind) {
    switch (kind) {
    case Kind::pointer:
    case Kind::array:
    case Kind::vector:
    case Kind::deque:
    case Kind::set:
        return 1;
    case Kind::map:
        return 2;
    default:
        return 0;
    }
}

class Parser {
public:
    explicit Parser(std::string_view text) : rest_(text) {}

    bool parse(Signature& to, int depth) {
        if (depth == 0) return refuse("it is nested deeper than 32 levels");
        const auto word = rest_.substr(0, rest_.find_first_of("<>,"));
        rest_.remove_prefix(word.size());
        if (!take('<')) return leaf(word, to);
        const auto kind = kind_named(word);
        const int count = kind ? part_count(*kind) : 0;
        if (count == 0) return refuse(fmt::format("\"{}\" has no parts", terminal_safe(word.substr(0, 64))));
        to.kind = *kind;
        for (int part = 0; part < count; ++part) {
            if (part > 0 && !take(',')) return refuse("a part is missing");
            if (!parse(to.parts.emplace_back(), depth - 1)) return false;
        }
        if (to.kind == Kind::array && !take_length(to.length)) return false;
        return take('>') || refuse("a \">\" is missing");
    }

    bool at_end() { return rest_.empty() || refuse("there is more behind it"); }
    const std::string& problem() const { return problem_; }

private:
    static std::optional<Kind> kind_named(std::string_view word) {
        for (int kind = 0; kind < static_cast<int>(Kind::enumeration); ++kind)
            if (kind_name(static_cast<Kind>(kind)) == word) return static_cast<Kind>(kind);
        return {};
    }

    bool leaf(std::string_view word, Signature& to) {
        const auto kind = kind_named(word);
        if (kind && is_scalar(*kind)) {
            to.kind = *kind;
            return true;
        }
        if (kind && part_count(*kind) > 0) return refuse(fmt::format("{} of what?", word));
        if (!is_class(word)) return refuse(fmt::format("\"{}\" is no name", terminal_safe(word.substr(0, 64))));
        to.kind = Kind::message;
        to.name = word;
        return true;
    }

    bool take_length(std::size_t& length) {
        if (!take(',')) return refuse("an array has no length");
        const auto read = std::from_chars(rest_.data(), rest_.data() + rest_.size(), length);
        if (read.ec != std::errc()) return refuse("an array has no length");
        rest_.remove_prefix(static_cast<std::size_t>(read.ptr - rest_.data()));
        return true;
    }

    bool take(char c) {
        if (rest_.empty() || rest_[0] != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool refuse(std::string problem) {
        if (problem_.empty()) problem_ = std::move(problem);
        return false;
    }

    std::string_view rest_;
    std::string problem_;
};

} // namespace

Result<Signature> parse_signature(std::string_view text) {
    Result<Signature> signature;
    Parser parser(text);
    std::string problem;
    if (text.size() > longest)
        problem = "it is longer than 4096 characters";
    else if (!parser.parse(*signature, deepest) || !parser.at_end())
        problem = parser.problem();
    if (problem.empty()) return signature;
    return fail(Fault::invalid, fmt::format("bad type \"{}\": {}", terminal_safe(text.substr(0, 128)), problem));
}

std::string format_signature(const Signature& signature) {
    if (signature.kind == Kind::message || signature.kind == Kind::enumeration) return signature.name;
    std::string text(kind_name(signature.kind));
    if (signature.parts.empty()) return text;
    char before = '<';
    for (const auto& part : signature.parts) {
        text += before + format_signature(part);
        before = ',';
    }
    if (signature.kind == Kind::array) text += "," + std::to_string(signature.length);
    return text + ">";
}

} // namespace layer_cake::type

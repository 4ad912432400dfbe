#include <algorithm>
#include <cctype>
#include <cli/load/answer_kind.hpp>

namespace layer_cake::cli::load {
namespace {

constexpr KindName names[kinds] = {
    {"success", "success"},
    {"busy", "refused: Busy"},
    {"overloaded", "refused: Overloaded"},
    {"unavailable", "refused: TemporarilyUnavailable"},
    {"unnamed", "refused"},
    {"expired", "timed out at the server"},
    {"other_status", "another status"},
    {"invalid", "not the table asked for"},
    {"timeout", "no answer in time"},
    {"refused", "connection refused"},
    {"unreachable", "no connection"},
    {"reset", "connection broken"},
    {"garbled", "not HTTP"},
    {"not_sent", "not sent in time"},
};

/// Whether the text has the word with no letter beside it: `"Busy"`, `layer_cake.point_runtime.Busy`.
bool has_word(std::string_view text, std::string_view word) {
    const auto letter = [&](std::size_t at) {
        return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) || text[at] == '_');
    };
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
        if ((at == 0 || !letter(at - 1)) && !letter(at + word.size())) return true;
    return false;
}

} // namespace

const KindName& name_of(Kind kind) {
    return names[static_cast<std::size_t>(kind)];
}

Kind kind_of_status(int status, std::string_view body) {
    if (status >= 200 && status < 300) return Kind::success;
    if (status == 429) return Kind::unnamed;
    if (status < 500) return Kind::other_status;
    const auto begin = body.substr(0, 4096);
    if (has_word(begin, "Busy")) return Kind::busy;
    if (has_word(begin, "Overloaded")) return Kind::overloaded;
    if (has_word(begin, "TemporarilyUnavailable")) return Kind::unavailable;
    if (status == 504 || has_word(begin, "TimedOut")) return Kind::expired;
    return status == 503 ? Kind::unnamed : Kind::other_status;
}

Kind kind_of_fault(Fault fault) {
    switch (fault) {
    case Fault::not_running:
        return Kind::refused;
    case Fault::disconnected:
        return Kind::reset;
    case Fault::invalid:
        return Kind::garbled;
    case Fault::timed_out:
        return Kind::timeout;
    default:
        return Kind::unreachable;
    }
}

} // namespace layer_cake::cli::load

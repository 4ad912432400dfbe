#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/process/help_text.hpp>
#include <layer_cake/process/start_options.hpp>

namespace layer_cake::process {
namespace {

using type::Info;
using type::Kind;

std::string type_words(const Info& info) {
    if (info.kind == Kind::optional) return type_words(*info.element);
    if (info.kind != Kind::enumeration) return info.signature();
    std::string words;
    for (const auto& one : info.enumerators())
        words.append(words.empty() ? "" : "|").append(one.name);
    return words;
}

/// A default as it would be written on the command line; empty when there is none to speak of.
std::string default_words(const Info& info, const void* value) {
    if (info.kind == Kind::optional) {
        const auto* held = info.optional->get(value);
        return held ? default_words(*info.element, held) : "";
    }
    codec::TextBuffer out;
    codec::JsonWriting how;
    how.wrap = codec::Wrap::none;
    if (!codec::write_json(out, info, value, how)) return "";
    auto text = out.str();
    if (text.size() > 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
    return text == "\"\"" ? "" : text;
}

void add_line(std::string& text, const type::Member& member, std::string_view help, std::size_t width) {
    const auto name = fmt::format("{}={}", long_name(member.name), type_words(*member.info));
    text += fmt::format("  {:>5} {:<{}}  {}\n", short_name(member.name) + ",", name, width, help);
}

std::size_t width_of(std::span<const type::Member> members) {
    std::size_t width = 0;
    for (const auto& member : members)
        width = std::max(width, long_name(member.name).size() + 1 + type_words(*member.info).size());
    return std::min<std::size_t>(width, 48);
}

} // namespace

std::span<const std::string_view> start_option_help() {
    static constexpr std::string_view lines[] = {
        "print this text",
        "show the log from that level up, on stderr",
        "print the returned value with its type, faults too",
        "store the returned value in NAME.json instead",
        "the home to take a role's settings and folders from",
        "the role; needs --home-path",
        "what resource_path() says",
        "what model_path() says",
        "after a Stop: the process ends then whatever its objects do",
        "print the signatures of all types this program knows",
        "keep the log in the role's folder instead; needs a role",
        "where the directory above is: {\"host\": HOST, \"port\": PORT}",
        "the connection to it is encrypted",
    };
    return lines;
}

std::string help_text(std::string_view program, const Part& settings) {
    std::string text = fmt::format("Usage: {}{} [OPTION...]\n", program, settings.info ? " [SETTING...]" : "");
    if (settings.info) {
        text += "\nSettings:\n";
        const auto members = settings.info->members();
        const auto width = width_of(members);
        for (const auto& member : members) {
            const auto usual = default_words(*member.info, member.in(static_cast<const void*>(settings.value)));
            add_line(text, member, usual.empty() ? "" : "default " + usual, width);
        }
    }
    text += "\nOptions of every program:\n";
    const auto members = type::info_of<StartOptions>().members();
    const auto lines = start_option_help();
    const auto width = width_of(members.first(lines.size()));
    for (std::size_t i = 0; i < lines.size(); ++i)
        add_line(text, members[i], lines[i], width);
    std::string trimmed; // no blanks at line ends
    for (const char c : text) {
        if (c == '\n') trimmed.erase(trimmed.find_last_not_of(' ') + 1);
        trimmed += c;
    }
    return trimmed;
}

} // namespace layer_cake::process

#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/core/help_rows.hpp>
#include <layer_cake/process/help_text.hpp>
#include <layer_cake/process/start_options.hpp>

namespace layer_cake::process {
namespace {

using type::Info;
using type::Kind;

/// What may be written for a value; of a struct the names of its members.
std::string type_words(const Info& info) {
    if (info.kind == Kind::optional) return type_words(*info.element);
    std::vector<std::string_view> words;
    if (info.kind == Kind::enumeration) {
        for (const auto& one : info.enumerators())
            words.push_back(one.name);
        return fmt::format("{}", fmt::join(words, "|"));
    }
    if (info.kind != Kind::message) return info.signature();
    for (const auto& member : info.members())
        words.push_back(member.name);
    return fmt::format("{{{}}}", fmt::join(words, ", "));
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

HelpRow row_of(const type::Member& member, std::string help) {
    const Info& info = *member.info;
    const bool flag =
        info.kind == Kind::boolean || (info.kind == Kind::optional && info.element->kind == Kind::boolean);
    auto name = short_name(member.name) + ", " + long_name(member.name);
    if (!flag) name += "=" + type_words(info);
    return {std::move(name), std::move(help)};
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
    std::string text = fmt::format("usage: {}{} [OPTION...]\n", program, settings.info ? " [SETTING...]" : "");
    if (settings.info) {
        text += "\nsettings:\n";
        std::vector<HelpRow> rows;
        for (const auto& member : settings.info->members()) {
            const auto usual = default_words(*member.info, member.in(static_cast<const void*>(settings.value)));
            rows.push_back(row_of(member, usual.empty() ? "" : "default " + usual));
        }
        append_help_rows(text, rows);
    }
    text += "\noptions of every program:\n";
    const auto members = type::info_of<StartOptions>().members();
    const auto lines = start_option_help();
    std::vector<HelpRow> rows;
    for (std::size_t i = 0; i < lines.size(); ++i)
        rows.push_back(row_of(members[i], std::string(lines[i])));
    append_help_rows(text, rows);
    return text;
}

} // namespace layer_cake::process

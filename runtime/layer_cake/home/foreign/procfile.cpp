#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/utf8.hpp>
#include <layer_cake/home/foreign/draft.hpp>
#include <layer_cake/home/foreign/procfile.hpp>
#include <layer_cake/home/foreign/variable_text.hpp>
#include <map>

namespace layer_cake::home::foreign {
namespace {

constexpr int first_port = 5000, port_step = 100;

struct Line {
    std::string_view name, command;
    codec::Mark mark, command_mark;
};

bool in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r");
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::vector<Line> read_lines(std::string_view text, Draft& draft) {
    std::vector<Line> lines;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    for (std::uint32_t number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
        const auto content = trimmed(line);
        if (content.empty() || content.starts_with('#')) continue;
        const auto column = static_cast<std::uint32_t>(content.data() - line.data() + 1);
        const codec::Mark mark{number, column};
        std::size_t size = 0;
        while (size < content.size() && in_name(content[size]))
            ++size;
        const auto command = size < content.size() ? trimmed(content.substr(size + 1)) : std::string_view();
        if (size == 0 || size == content.size() || content[size] != ':')
            draft.refuse(mark,
                         fmt::format("not a line \"name: command\": \"{}\"", terminal_safe(content.substr(0, 60))));
        else if (command.empty())
            draft.refuse(mark, fmt::format("\"{}\" has no command", content.substr(0, size)));
        else if (valid_utf8_prefix(command) != command.size() || command.find('\0') != command.npos)
            draft.refuse(mark, "the command is not text in UTF-8");
        else
            lines.push_back({content.substr(0, size),
                             command,
                             mark,
                             {number, column + static_cast<std::uint32_t>(command.data() - content.data())}});
    }
    return lines;
}

void add_role(const Line& line, int port, const std::string& release, Draft& draft) {
    const auto name = draft.role_name(line.name, line.mark);
    auto& role = draft.add_role(name, line.mark);
    role.set("command", marked(without_variables(line.command), line.command_mark));
    if (line.name == "release") {
        role.set("type", marked("oneshot", line.mark));
        draft.translated(line.mark, "\"release\" runs once, and the others wait for its end, as where it is deployed");
        return;
    }
    role.set("environment", codec::Object{{"PORT", marked(std::to_string(port), line.mark)}});
    if (!release.empty()) role.set("depends_on", codec::Object{{release, marked("completed", line.mark)}});
}

} // namespace

ImportResult import_procfile(const Text& procfile, const std::string& env_file) {
    Draft draft(procfile.name);
    if (procfile.content.size() > (1u << 20)) {
        draft.refuse({}, "a Procfile of more than 1 MiB");
        return std::move(draft).finish();
    }
    const auto lines = read_lines(procfile.content, draft);
    std::map<std::string_view, const Line*> last;
    for (const auto& line : lines)
        last.insert_or_assign(line.name, &line);

    std::string release;
    if (last.contains("release") && last.size() > 1) release = "release";
    int port = first_port;
    for (const auto& line : lines) {
        if (const auto* counts = last.at(line.name); counts != &line) {
            draft.not_carried(line.mark, line.name, fmt::format("line {} has it again", counts->mark.line));
            continue;
        }
        add_role(line, port, release, draft);
        port = port < 65000 ? port + port_step : first_port;
    }
    const auto services = last.size() - (last.contains("release") ? 1 : 0);
    if (!env_file.empty()) {
        draft.set("env_file", env_file);
        draft.translated({}, fmt::format("\"{}\" is read as foreman reads it", env_file));
    }
    draft.set("shutdown", codec::Object{{"timeout", "5s"}});
    if (services > 1)
        draft.translated({},
                         "foreman ends all when one ends: name the role whose end is to end the group as main_role");
    else
        for (const auto& [name, value, mark] : draft.roles())
            if (name != "release") draft.set("main_role", marked(name, mark));
    return std::move(draft).finish();
}

} // namespace layer_cake::home::foreign

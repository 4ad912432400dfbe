#include <fmt/format.h>
#include <layer_cake/home/schema.hpp>

namespace layer_cake::home {

std::string_view kind_words(Kind kind) {
    switch (kind) {
    case Kind::text:
        return "text";
    case Kind::boolean:
        return "true or false";
    case Kind::integer:
        return "integer";
    case Kind::number:
        return "number";
    case Kind::span:
        return "time";
    case Kind::size:
        return "size";
    case Kind::signal:
        return "signal";
    case Kind::octal:
        return "octal number";
    case Kind::host_port:
        return "port, or host:port";
    case Kind::words:
        return "list of text";
    case Kind::command:
        return "list of text, or text for the shell";
    case Kind::choice:
        return "word";
    case Kind::pairs:
        return "mapping, or list of NAME=text";
    case Kind::steps:
        return "list of times";
    case Kind::integers:
        return "list of integers";
    case Kind::section:
        return "section";
    case Kind::named:
        return "mapping of names to sections";
    case Kind::dependencies:
        return "list of roles, or mapping of roles to conditions";
    case Kind::restart:
        return "word, or section";
    case Kind::files:
        return "path, or list of paths";
    case Kind::pattern:
        return "regular expression";
    case Kind::address:
        return "URL, or section";
    case Kind::sections:
        return "list of sections";
    case Kind::port:
        return "port, or name of one";
    case Kind::ports:
        return "mapping of names to auto, a port, or a section";
    case Kind::addresses:
        return "mapping of variables to names, or sections";
    case Kind::settings:
        return "mapping";
    case Kind::limit:
        return "number, size, or unlimited";
    }
    return "";
}

namespace {

/// Text that mdoc prints as it is: a line of its own, not a request.
std::string plain(std::string_view text) {
    std::string out;
    if (text.starts_with('.') || text.starts_with('\'')) out += "\\&";
    for (const char c : text) {
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else
            out += c;
    }
    return out;
}

/// One argument of a macro.
std::string argument(std::string_view text) {
    std::string out = "\"";
    for (const char c : plain(text))
        out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

void append_rows(std::string& out, std::span<const Key> keys) {
    out += ".Bl -tag -width Ds\n";
    for (const auto& key : keys) {
        out += fmt::format(".It Ic {} : Ar {}\n{}\n", key.name, argument(kind_words(key.kind)), plain(key.help));
        if (!key.choices.empty() && key.kind != Kind::dependencies) {
            out += "One of\n";
            for (std::size_t i = 0; i < key.choices.size(); ++i)
                out += fmt::format(".Cm {}{}\n", key.choices[i], i + 1 < key.choices.size() ? " ," : " .");
        }
        if (!key.fallback.empty()) out += fmt::format("The default is\n.Ql {} .\n", argument(key.fallback));
        if (!key.example.empty())
            out += fmt::format("Example:\n.Ql {} .\n", argument(fmt::format("{}: {}", key.name, key.example)));
    }
    out += ".El\n";
}

void append_sections(std::string& out, std::span<const Key> keys, std::string_view skip) {
    for (const auto& key : keys) {
        if (key.keys.empty() || key.name == "roles" ||
            skip.find(fmt::format("|{}|", key.name)) != std::string_view::npos)
            continue;
        out += key.kind == Kind::named ? std::string(".Ss Pools\n") : fmt::format(".Ss {} section\n", key.name);
        append_rows(out, key.keys);
        if (key.name == "ready" || key.name == "http" || key.name == "directory" || key.name == "realm")
            append_sections(out, key.keys, skip);
        if (key.name == "nats") append_sections(out, key.keys, "|tls|"); // as the realm's
    }
}

} // namespace

std::string manual_rows() {
    std::string out = ".Ss Top level\n";
    append_rows(out, group_keys());
    out += ".Ss Roles\n";
    append_rows(out, role_keys());
    append_sections(out, group_keys(), "|restart|shutdown|log|"); // roles have the same
    append_sections(out, role_keys(), "");
    return out;
}

} // namespace layer_cake::home

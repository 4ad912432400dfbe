#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/home/schema.hpp>

namespace layer_cake::home {
namespace {

constexpr std::size_t width = 96;

bool is_role_key(const Key& key) {
    return std::any_of(role_keys().begin(), role_keys().end(), [&](const Key& row) { return row.name == key.name; });
}

class Writer {
public:
    /// Words as comment lines, wrapped.
    void comment(std::string_view words, std::size_t indent) {
        const auto head = std::string(indent, ' ') + "# ";
        std::string line = head;
        while (!words.empty()) {
            const auto end = words.find(' ');
            const auto word = words.substr(0, end);
            if (line.size() > head.size() && line.size() + word.size() > width) {
                while (line.ends_with(' '))
                    line.pop_back();
                text += line + "\n";
                line = head;
            }
            line += word;
            line += ' ';
            words.remove_prefix(end == std::string_view::npos ? words.size() : end + 1);
        }
        line.pop_back();
        text += line + "\n";
    }

    void keys(std::span<const Key> rows, std::size_t indent) {
        for (const auto& key : rows) {
            if (key.name == "roles") continue;
            text += '\n';
            std::string words(key.help);
            words += fmt::format(" ({}{})", kind_words(key.kind),
                                 key.fallback.empty() ? "" : fmt::format("; default {}", key.fallback));
            if (!key.group.empty()) words += fmt::format(" Exactly one {} is given.", key.group);
            comment(words, indent);
            // What roles have too is shown in full there.
            const bool again = indent == 0 && is_role_key(key);
            const bool opens = (key.kind == Kind::section || key.kind == Kind::named) && !again;
            if (again && !key.keys.empty())
                comment("For every role that does not say otherwise; a role has the keys in full.", indent);
            const auto value = !key.example.empty() ? key.example : key.fallback;
            text +=
                fmt::format("{}#{}:{}{}\n", std::string(indent, ' '), key.name, opens ? "" : " ", opens ? "" : value);
            if (again) continue;
            if (key.kind == Kind::named) {
                text += fmt::format("{}#example:\n", std::string(indent + 2, ' '));
                keys(key.keys, indent + 4);
                continue;
            }
            if (key.kind == Kind::sections || key.kind == Kind::ports || key.kind == Kind::addresses) {
                comment(key.kind == Kind::sections ? "Each has:" : "Each as a section has:", indent);
                for (const auto& row : key.keys)
                    comment(fmt::format("{}: {} ({})", row.name, row.help, kind_words(row.kind)), indent + 2);
                continue;
            }
            if (opens || key.kind == Kind::restart || key.kind == Kind::address) nested(key, indent);
        }
    }

    std::string text;

private:
    void nested(const Key& key, std::size_t indent) {
        if (key.kind != Kind::section) {
            text += '\n';
            comment(fmt::format("{} as a section:", key.name), indent);
            text += fmt::format("{}#{}:\n", std::string(indent, ' '), key.name);
        }
        keys(key.keys, indent + 2);
    }
};

} // namespace

std::string reference_text() {
    Writer out;
    out.comment("layer-cake.yaml: every key, with its default or an example. Made from the rows that the parser reads "
                "by; layer-cake.yaml(5) explains more.",
                0);
    out.comment("", 0);
    out.comment("A key stands behind # without a space: take the # away to use it. Keys that begin with x- are yours, "
                "at any place. Texts may have variables from the environment: "
                "${NAME}, ${NAME:-default}, ${NAME:?message}; $$ is a dollar sign. Times: 500ms, 10s, 1m30s. Sizes: "
                "512K, 10M, 1.5G.",
                0);
    out.keys(group_keys(), 0);
    out.text += '\n';
    for (const auto& key : group_keys())
        if (key.name == "roles") {
            out.comment(key.help, 0);
            out.text += fmt::format("{}:\n  example:\n    command: [sleep, infinity]\n", key.name);
            out.keys(key.keys, 4);
        }
    return out.text;
}

} // namespace layer_cake::home

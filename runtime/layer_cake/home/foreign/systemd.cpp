#include <chrono>
#include <fmt/format.h>
#include <layer_cake/home/foreign/systemd.hpp>
#include <set>

namespace layer_cake::home::foreign {

std::string unit_name(std::string_view name) {
    std::string out;
    for (const char c : name.substr(0, 100)) {
        const bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                          c == '-' || c == '.';
        out += fine ? c : '_';
    }
    return out.empty() || out.front() == '-' || out.front() == '.' ? "group" + out : out;
}

std::string unit_word(std::string_view word, bool in_command) {
    std::string out;
    bool quoted = word.empty();
    for (const char c : word) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '%' || (c == '$' && in_command))
            out.append(2, c);
        else if (c == '"' || c == '\\')
            (out += '\\') += c;
        else if (byte < 0x20 || byte == 0x7f)
            out += fmt::format("\\x{:02x}", byte);
        else
            out += c;
        quoted = quoted || byte <= 0x20 || byte == 0x7f || std::string_view("\"'\\;").find(c) != std::string_view::npos;
    }
    return quoted ? "\"" + out + "\"" : out;
}

std::string unit_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out.append(c == '%' ? 2 : 1, byte < 0x20 || byte == 0x7f ? ' ' : c);
    }
    while (!out.empty() && out.back() == '\\') // it would go on with the next line
        out.pop_back();
    return out;
}

ExportResult export_systemd(const Source& source, const Group& group, const SystemdPlan& plan) {
    Export out(source, group);
    // In the worst case roles end one after the other.
    std::set<std::string> seen;
    Duration stop{};
    for (const auto& role : group.roles)
        if (seen.insert(role.base).second) stop += role.shutdown.timeout;
    const auto name = group.name.empty() ? "group" : group.name;
    auto unit =
        fmt::format("[Unit]\n"
                    "Description=layer-cake group {}\n"
                    "After=network-online.target\n"
                    "Wants=network-online.target\n"
                    "\n"
                    "[Service]\n"
                    "Type=notify\n"
                    "ExecStart={} {}\n"
                    "WorkingDirectory={}\n",
                    unit_text(name), unit_word(plan.program), plan.run_arguments, unit_text(source.folder.string()));
    if (!plan.user.empty()) unit += fmt::format("User={}\n", plan.user);
    unit += fmt::format("KillMode=mixed\n"
                        "TimeoutStartSec=infinity\n"
                        "TimeoutStopSec={}\n"
                        "Restart=on-failure\n"
                        "Delegate=yes\n"
                        "\n"
                        "[Install]\n"
                        "WantedBy={}\n",
                        std::chrono::ceil<std::chrono::seconds>(stop).count() + 5, "multi-user.target");
    return std::move(out).finish({{unit_name(name) + ".service", std::move(unit)}});
}

} // namespace layer_cake::home::foreign

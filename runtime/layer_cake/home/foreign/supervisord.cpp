#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/foreign/ini.hpp>
#include <layer_cake/home/foreign/supervisord.hpp>
#include <layer_cake/home/foreign/supervisord_program.hpp>
#include <layer_cake/home/foreign/variable_text.hpp>
#include <layer_cake/home/source_marks.hpp>
#include <unordered_map>

namespace layer_cake::home::foreign {
namespace {

using codec::Member;

constexpr std::size_t most_files = 256;

/// Sections that say nothing of what runs.
struct OtherSection {
    std::string_view start, why;
};
constexpr OtherSection others[] = {
    {"ctlplugin:", "it is the terminal of supervisorctl"},
    {"eventlistener:", "a group has no event listeners: layer-cake-control(7) tells events to any program"},
    {"fcgi-program:", "a role is given no socket: let the program open its own"},
    {"inet_http_server", "a group is asked by way of a socket in its home: see layer-cake-control(7)"},
    {"rpcinterface:", "a group is asked by way of a socket in its home: see layer-cake-control(7)"},
    {"supervisorctl", "layer-cake itself asks"},
    {"unix_http_server", "a group is asked by way of a socket in its home: see layer-cake-control(7)"},
};

/// The section [supervisord], whose keys are of the group.
class Daemon {
public:
    Daemon(Draft& draft, const Expansions& common) : draft_(draft), common_(common) {}
    void read(const codec::Object& keys) { go_through(keys, rows(), *this, draft_); }

private:
    static Rows<Daemon> rows();

    std::string text(const Member& member) {
        auto expanded = expand_percents(*member.value.string(), common_);
        if (expanded) return std::move(*expanded);
        draft_.refuse(member.value.mark, fmt::format("\"{}\": {}", member.name, expanded.error().detail));
        return {};
    }
    void directory(const Member& member) { draft_.set("working_dir", marked(text(member), member.value.mark)); }
    void identifier(const Member& member) { draft_.set("name", marked(text(member), member.value.mark)); }
    void environment(const Member& member) {
        const auto pairs = supervisord_pairs(text(member));
        if (!pairs) return draft_.refuse(member.value.mark, pairs.error().detail);
        codec::Value variables{codec::Object{}};
        for (const auto& [name, value] : *pairs)
            variables.set(name, marked(value, member.value.mark));
        if (!pairs->empty()) draft_.set("environment", marked(std::move(variables), member.value.mark));
    }

    Draft& draft_;
    const Expansions& common_;
};

// clang-format off
Rows<Daemon> Daemon::rows() {
    static constexpr std::string_view own_log = "each role has a log of its own in the home: see layer-cake-log(1)";
    static constexpr std::string_view no_daemon = "a group is its own supervisor: layer-cake start puts it in the background";
    static constexpr Row<Daemon> table[] = {
        {"childlogdir", nullptr, own_log},
        {"directory", &Daemon::directory},
        {"environment", &Daemon::environment},
        {"identifier", &Daemon::identifier},
        {"logfile", nullptr, own_log},
        {"logfile_backups", nullptr, own_log},
        {"logfile_maxbytes", nullptr, own_log},
        {"loglevel", nullptr, own_log},
        {"minfds", nullptr, "see limits: nofile of a role"},
        {"minprocs", nullptr, "see limits: nproc of a role"},
        {"nocleanup", nullptr, own_log},
        {"nodaemon", nullptr, no_daemon},
        {"pidfile", nullptr, "the home says what runs: see layer-cake-status(1)"},
        {"silent", nullptr, no_daemon},
        {"strip_ansi", nullptr, "logs keep what a role has written"},
        {"umask", nullptr, "give each role its umask"},
        {"user", nullptr, "start the group as that user, or give each role its user"},
    };
    return table;
}
// clang-format on

/// The entries as a mapping of texts, the marks numbered.
codec::Object keys_of(const Ini::Section& section, std::size_t file) {
    codec::Object keys;
    const auto bits = static_cast<std::uint32_t>(file << file_shift);
    for (const auto& entry : section.entries)
        keys.emplace_back(entry.key, marked(entry.value, {entry.value_mark.line | bits, entry.value_mark.column}),
                          codec::Mark{entry.mark.line | bits, entry.mark.column});
    return keys;
}

bool is_template(std::string_view text) {
    return text.find("{%") != text.npos || text.find("{{") != text.npos || text.find("<%") != text.npos;
}

class Files {
public:
    Files(Draft& draft, Expansions common) : draft_(draft), common_(std::move(common)) {}

    void read(const Text& file, std::size_t index) {
        const auto bits = static_cast<std::uint32_t>(index << file_shift);
        const auto ini = parse_ini(file.content);
        if (!ini) {
            auto rule = ini.error().rule;
            if (is_template(rule)) rule += ": a template, to be filled in before it is imported";
            return draft_.refuse({ini.error().mark.line | bits, ini.error().mark.column}, std::move(rule));
        }
        for (const auto& section : ini->sections)
            take(section, index, {section.mark.line | bits, section.mark.column});
    }

    void add_programs() {
        std::stable_sort(programs_.begin(), programs_.end(),
                         [](const auto& a, const auto& b) { return a.priority < b.priority; });
        for (auto& program : programs_) {
            if (const auto found = group_of_.find(program.name); found != group_of_.end())
                program.group = found->second;
            add_program(program, common_, draft_);
        }
        finish();
    }

private:
    void take(const Ini::Section& section, std::size_t file, codec::Mark mark) {
        const auto keys = keys_of(section, file);
        if (section.name == "supervisord") return Daemon(draft_, common_).read(keys);
        if (section.name.starts_with("program:")) return take_program(section.name.substr(8), keys, mark);
        if (section.name.starts_with("group:")) return take_group(section.name.substr(6), keys, mark);
        if (section.name == "include") return; // by supervisord_includes()
        const auto* found = std::find_if(std::begin(others), std::end(others), [&](const OtherSection& other) {
            return section.name.starts_with(other.start);
        });
        draft_.not_carried(mark, fmt::format("[{}]", section.name),
                           found == std::end(others) ? "no such section is known" : found->why);
    }

    void take_program(std::string name, const codec::Object& keys, codec::Mark mark) {
        while (name.starts_with(' '))
            name.erase(0, 1);
        SupervisordProgram program{std::move(name), {}, mark, keys, 999};
        for (const auto& key : keys) {
            if (is_template(*key.value.string()))
                draft_.refuse(key.value.mark, "a template, to be filled in before the file is imported");
            if (key.name != "priority") continue;
            const auto number = supervisord_integer(*key.value.string());
            if (!number) draft_.refuse(key.value.mark, "\"priority\" must be an integer");
            program.priority = number.value_or(999);
            draft_.translated(key.mark,
                              "\"priority\" is the order of the roles here; write depends_on where one needs another");
        }
        programs_.push_back(std::move(program));
    }

    void take_group(const std::string& name, const codec::Object& keys, codec::Mark mark) {
        for (const auto& key : keys)
            if (key.name == "programs")
                for (auto program : split(*key.value.string(), ',')) {
                    std::erase_if(program, [](char c) { return c == ' ' || c == '\t' || c == '\n'; });
                    group_of_.insert_or_assign(program, name);
                }
        draft_.not_carried(mark, "[group:" + name + "]",
                           "the roles have their own names, without the group's before them");
    }

    /// Roles for whose end another waits run once.
    void finish() {
        for (auto& role : draft_.roles())
            if (const auto* waits = role.value.find("depends_on"))
                for (const auto& wait : *waits->object())
                    if (auto* target = draft_.find_role(wait.name); target && wait.value.scalar_text() == "completed")
                        if (target->find("restart")->find("policy")->scalar_text() != "always")
                            target->set("type", "oneshot");
    }

    Draft& draft_;
    Expansions common_;
    std::vector<SupervisordProgram> programs_;
    std::unordered_map<std::string, std::string> group_of_;
};

} // namespace

std::vector<std::string> supervisord_includes(const Text& file) {
    std::vector<std::string> patterns;
    const auto ini = parse_ini(file.content);
    if (!ini) return patterns;
    for (const auto& section : ini->sections)
        if (const auto* files = section.name == "include" ? section.find("files") : nullptr) {
            auto text = files->value;
            std::replace(text.begin(), text.end(), '\n', ' ');
            for (auto& pattern : split(text, ' '))
                if (!pattern.empty()) patterns.push_back(std::move(pattern));
        }
    return patterns;
}

ImportResult import_supervisord(std::span<const Text> files, const SupervisordPlace& place) {
    Draft draft(files.front().name);
    Files reader(draft, {{"here", without_variables(place.here)}, {"host_node_name", place.host_node_name}});
    if (files.size() > most_files) draft.refuse({}, "it includes more than 256 files");
    for (std::size_t i = 0; i < std::min(files.size(), most_files); ++i)
        reader.read(files[i], i == 0 ? 0 : draft.add_file(files[i].name));
    reader.add_programs();
    return std::move(draft).finish();
}

} // namespace layer_cake::home::foreign

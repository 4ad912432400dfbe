#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/home.hpp>
#include <layer_cake/home/schema_read.hpp>

namespace layer_cake::home {
namespace {

/// Where we are, for messages: `role "web": "restart.max"`, `pool "thumbs": "role"`. Made into text only when something
/// is wrong.
struct Place {
    const Place* above = nullptr;
    std::string_view name;
    std::string_view noun{}; ///< "role" or "pool": `name` is that of one
};

std::string subject(const Place* place) {
    for (; place; place = place->above)
        if (!place->noun.empty()) return fmt::format("{} \"{}\": ", place->noun, terminal_safe(place->name));
    return {};
}

std::string path(const Place* place) {
    std::string text;
    for (; place && place->noun.empty(); place = place->above)
        text = text.empty() ? std::string(place->name) : fmt::format("{}.{}", place->name, text);
    return text;
}

class Checker {
public:
    Checker(const std::string& file, std::vector<Problem>& problems) : file_(file), problems_(problems) {}

    void section(const codec::Value& value, std::span<const Key> keys, const Place* place) {
        const auto* members = value.object();
        if (!members) {
            const auto where = path(place);
            return report(value.mark, place,
                          fmt::format("{}must be a mapping, not {}", where.empty() ? "" : fmt::format("\"{}\" ", where),
                                      shown(value)));
        }
        bool strange = false;
        for (const auto& [name, content, mark] : *members) {
            if (name.starts_with("x-")) continue;
            const auto key =
                std::find_if(keys.begin(), keys.end(), [&, &n = name](const Key& row) { return row.name == n; });
            if (key == keys.end()) {
                unknown(name, mark, keys, place);
                strange = true;
            } else if (!content.is_null()) {
                check(*key, content, {place, name});
            }
        }
        for (const auto& key : keys)
            if (!key.group.empty()) exclusive(value, keys, key, place, strange);
    }

private:
    template <class T>
    void keep(const Read<T>& got, const Place& place) {
        if (!got) report(got.error().mark, &place, fmt::format("\"{}\" {}", path(&place), got.error().rest));
    }

    void report(codec::Mark mark, const Place* place, const std::string& message) {
        problems_.push_back({file_, mark, subject(place) + message});
    }

    void unknown(std::string_view name, codec::Mark mark, std::span<const Key> keys, const Place* place) {
        std::vector<std::string_view> names;
        for (const auto& key : keys)
            names.push_back(key.name);
        const auto where = path(place);
        report(mark, place,
               fmt::format("unknown key \"{}\"{}{}", terminal_safe(name.substr(0, 80)),
                           where.empty() ? "" : fmt::format(" in \"{}\"", where), hint(name, names)));
    }

    /// Reports once, at the first row of the mark, that none or too many of its keys are given.
    /// @param strange  there are unknown keys, one of which may have been meant
    void exclusive(const codec::Value& value, std::span<const Key> keys, const Key& row, const Place* place,
                   bool strange) {
        std::vector<const codec::Value*> given;
        std::string names, chosen;
        for (const auto& key : keys) {
            if (key.group != row.group) continue;
            if (names.empty() && &key != &row) return;
            names += fmt::format("{}{}", names.empty() ? "" : ", ", key.name);
            if (const auto* found = value.find(key.name); found && !found->is_null()) {
                given.push_back(found);
                chosen += fmt::format("{}\"{}\"", chosen.empty() ? "" : " and ", key.name);
            }
        }
        const auto where = path(place);
        if (given.empty() && !strange)
            report(value.mark, place,
                   fmt::format("{}needs one of {}", where.empty() ? "" : fmt::format("\"{}\" ", where), names));
        if (given.size() > 1)
            report(given[1]->mark, place,
                   fmt::format("{}has {}, which exclude each other", where.empty() ? "" : fmt::format("\"{}\" ", where),
                               chosen));
    }

    void check(const Key& key, const codec::Value& value, const Place& place) {
        switch (key.kind) {
        case Kind::text:
            return keep(read_text(value), place);
        case Kind::boolean:
            return boolean(key, value, place);
        case Kind::integer:
            return keep(read_integer(key, value), place);
        case Kind::number:
            return keep(read_number(key, value), place);
        case Kind::span:
            return keep(read_span(value), place);
        case Kind::limit:
            return keep(read_limit(value), place);
        case Kind::signal:
            return keep(read_signal(value), place);
        case Kind::octal:
            return keep(read_octal(value), place);
        case Kind::port: // of an address, which is read as a whole
            return;
        case Kind::host_port:
            return keep(read_host_port(value), place);
        case Kind::words:
            return keep(read_words(value), place);
        case Kind::command:
            return keep(read_command(value), place);
        case Kind::choice:
            return keep(read_choice(key, value), place);
        case Kind::pairs:
            return keep(read_pairs(value), place);
        case Kind::steps:
            return keep(read_steps(value), place);
        case Kind::integers:
            return keep(read_integers(key, value), place);
        case Kind::files:
            return keep(read_files(value), place);
        case Kind::ports:
            return keep(read_ports(key, value), place);
        case Kind::addresses:
            return keep(read_addresses(key, value), place);
        case Kind::sections:
            return sections(key, value, place);
        case Kind::pattern:
            return keep(read_pattern(value), place);
        case Kind::size:
            return size(key, value, place);
        case Kind::section:
            return section(value, key.keys, &place);
        case Kind::named:
            return named(key, value, place);
        case Kind::dependencies:
            return dependencies(key, value, place);
        case Kind::restart:
            return value.object() ? section(value, key.keys, &place) : restart_word(key, value, place);
        case Kind::settings:
            if (!value.object())
                report(value.mark, &place,
                       fmt::format("\"{}\" must be a mapping of settings, not {}", path(&place),
                                   codec::kind_name(value.kind())));
            return;
        case Kind::address:
            if (value.object()) {
                const auto before = problems_.size();
                section(value, key.keys, &place);
                if (problems_.size() != before) return;
            }
            return keep(read_address(value), place);
        }
    }

    void boolean(const Key& key, const codec::Value& value, const Place& place) {
        keep(read_boolean(value), place);
        if (!key.group.empty() && value.boolean() == false)
            report(value.mark, &place, fmt::format("\"{}\" must be true (leave the key out instead)", path(&place)));
    }

    void size(const Key& key, const codec::Value& value, const Place& place) {
        const auto got = read_size(value);
        keep(got, place);
        if (got && key.least > 0 && *got < static_cast<std::uint64_t>(key.least))
            report(value.mark, &place,
                   fmt::format("\"{}\" must be at least {} bytes, not {}", path(&place), key.least, shown(value)));
    }

    void restart_word(const Key& key, const codec::Value& value, const Place& place) {
        if (value.array())
            return report(value.mark, &place,
                          fmt::format("\"{}\" must be a policy word or a mapping, not {}", path(&place), shown(value)));
        keep(read_choice(key, value), place);
    }

    void named(const Key& key, const codec::Value& value, const Place& place) {
        const auto* members = value.object();
        if (!members)
            return report(value.mark, &place,
                          fmt::format("\"{}\" must be a mapping of names, not {}", path(&place), shown(value)));
        for (const auto& [name, content, mark] : *members) {
            if (name.starts_with("x-")) continue;
            const auto noun = key.name.substr(0, key.name.size() - 1);
            if (const auto fine = check_name(name, noun); !fine) report(mark, nullptr, fine.error().detail);
            const Place role{&place, name, noun};
            if (content.is_null()) {
                codec::Value empty{codec::Object{}};
                empty.mark = mark;
                section(empty, key.keys, &role);
            } else {
                section(content, key.keys, &role);
            }
        }
    }

    void sections(const Key& key, const codec::Value& value, const Place& place) {
        const auto* list = value.array();
        if (!list)
            return report(value.mark, &place,
                          fmt::format("\"{}\" must be a list of mappings, not {}", path(&place), shown(value)));
        for (const auto& item : *list)
            section(item, key.keys, &place);
    }

    void dependencies(const Key& key, const codec::Value& value, const Place& place) {
        if (value.array()) return keep(read_words(value), place);
        const auto* members = value.object();
        if (!members)
            return report(value.mark, &place,
                          fmt::format("\"{}\" must be a list of roles or a mapping of roles to conditions, not {}",
                                      path(&place), shown(value)));
        for (const auto& [name, content, mark] : *members) {
            const Place dependency{&place, name};
            if (content.is_null()) continue;
            if (content.object())
                section(content, key.keys, &dependency);
            else
                keep(read_choice(key, content), dependency);
        }
    }

    const std::string& file_;
    std::vector<Problem>& problems_;
};

} // namespace

void check(const codec::Value& value, std::span<const Key> keys, const std::string& file,
           std::vector<Problem>& problems) {
    if (!value.is_null()) Checker(file, problems).section(value, keys, nullptr);
}

} // namespace layer_cake::home

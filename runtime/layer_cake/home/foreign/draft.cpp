#include <algorithm>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/home/foreign/draft.hpp>
#include <layer_cake/home/schema.hpp>
#include <layer_cake/home/schema_read.hpp>
#include <layer_cake/home/source_marks.hpp>

namespace layer_cake::home::foreign {
namespace {

bool in_name(char c, bool first) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return plain || (!first && (c == '.' || c == '_' || c == '-'));
}

/// The nearest name a role can have.
std::string name_like(std::string_view theirs) {
    std::string name;
    for (const char c : theirs.substr(0, 64))
        name += in_name(c, false) ? c : '-';
    const auto start = std::find_if(name.begin(), name.end(), [](char c) { return in_name(c, true); });
    name.erase(name.begin(), start);
    if (name.empty()) name = "role";
    if (name.starts_with("group")) name = "the-" + name.substr(0, 60);
    return name;
}

/// Puts the keys of a section into the order of the manual.
void order_keys(codec::Value& section, std::span<const Key> keys) {
    auto* members = section.object();
    if (!members) return;
    const auto row = [keys](std::string_view name) {
        return std::find_if(keys.begin(), keys.end(), [&](const Key& key) { return key.name == name; });
    };
    std::stable_sort(members->begin(), members->end(),
                     [&](const codec::Member& a, const codec::Member& b) { return row(a.name) < row(b.name); });
    for (auto& member : *members)
        if (const auto key = row(member.name); key != keys.end() && key->name != "roles")
            order_keys(member.value, key->keys);
}

/// `{policy: always}` as its word.
void shorten_restart(codec::Value& role) {
    auto* rules = role.find("restart");
    if (rules && rules->object() && rules->object()->size() == 1)
        if (const auto* policy = rules->find("policy")) {
            auto word = *policy;
            *rules = std::move(word);
        }
}

std::string short_text(std::string_view text) {
    return terminal_safe(text.size() <= 80 ? text : text.substr(0, 80));
}

} // namespace

void Draft::translated(codec::Mark at, std::string message) {
    imported_.notes.push_back({Note::Kind::translated, {"", at, std::move(message)}});
}

void Draft::not_carried(codec::Mark at, std::string_view key, std::string_view why) {
    imported_.notes.push_back(
        {Note::Kind::not_carried, {"", at, fmt::format("\"{}\" is not carried: {}", short_text(key), why)}});
}

void Draft::refuse(codec::Mark at, std::string message) {
    problems_.push_back({"", at, std::move(message)});
}

void Draft::refuse(const Error& placed) {
    std::string_view rest = placed.detail;
    const auto name = imported_.files.front().string();
    codec::Mark at;
    if (rest.starts_with(name + ":")) {
        rest.remove_prefix(name.size() + 1);
        for (auto* number : {&at.line, &at.column}) {
            const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), *number);
            if (read.ec != std::errc() || read.ptr == rest.data() + rest.size() || *read.ptr != ':') break;
            rest.remove_prefix(static_cast<std::size_t>(read.ptr - rest.data()) + 1);
        }
        if (rest.starts_with(' ')) rest.remove_prefix(1);
    }
    refuse(at, std::string(rest));
}

std::string Draft::role_name(std::string_view theirs, codec::Mark at) {
    if (const auto found = role_names_.find(theirs); found != role_names_.end()) return found->second;
    auto name = name_like(theirs);
    if (name != theirs)
        translated(at,
                   fmt::format("\"{}\" is no name that a role can have: it becomes \"{}\"", short_text(theirs), name));
    role_names_.emplace(theirs, name);
    return name;
}

codec::Value& Draft::add_role(const std::string& name, codec::Mark at) {
    if (roles_.size() == instance_limit) {
        refuse(at, fmt::format("more than {} roles", instance_limit));
        return none_ = codec::Object{};
    }
    const auto [found, is_new] = role_places_.try_emplace(name, roles_.size());
    if (is_new)
        roles_.emplace_back(name, marked(codec::Object{}, at), at);
    else
        refuse(at, fmt::format("there are two roles named \"{}\"", name));
    return roles_[found->second].value;
}

codec::Value* Draft::find_role(std::string_view name) {
    const auto found = role_places_.find(name);
    return found == role_places_.end() ? nullptr : &roles_[found->second].value;
}

void Draft::refuse_kind(const codec::Member& member, std::string_view what) {
    refuse(member.value.mark.line != 0 ? member.value.mark : member.mark,
           fmt::format("\"{}\" must be {}, not {}", short_text(member.name), what, shown(member.value)));
}

std::optional<std::string> Draft::text(const codec::Member& member) {
    if (member.value.is_null()) return std::nullopt;
    auto text = member.value.scalar_text();
    if (!text) refuse_kind(member, "text");
    return text;
}

std::optional<double> Draft::number(const codec::Member& member) {
    if (member.value.is_null()) return std::nullopt;
    const auto number = member.value.real();
    if (!number) refuse_kind(member, "a number");
    return number;
}

std::optional<std::int64_t> Draft::integer(const codec::Member& member) {
    if (member.value.is_null()) return std::nullopt;
    const auto number = member.value.integer();
    if (!number) refuse_kind(member, "an integer");
    return number;
}

std::optional<bool> Draft::flag(const codec::Member& member) {
    if (member.value.is_null()) return std::nullopt;
    auto flag = member.value.boolean();
    const auto text = member.value.scalar_text().value_or("");
    if (text == "yes" || text == "on") flag = true; // YAML 1.1
    if (text == "no" || text == "off") flag = false;
    if (!flag) refuse_kind(member, "true or false");
    return flag;
}

std::optional<std::vector<std::string>> Draft::words(const codec::Member& member) {
    if (member.value.is_null()) return std::nullopt;
    const auto* list = member.value.array();
    std::vector<std::string> words;
    if (list)
        for (const auto& item : *list)
            if (auto word = item.is_null() ? std::nullopt : item.scalar_text()) words.push_back(std::move(*word));
    if (list && words.size() == list->size()) return words;
    refuse_kind(member, "a list of texts");
    return std::nullopt;
}

const codec::Object* Draft::mapping(const codec::Member& member) {
    if (member.value.is_null()) return nullptr;
    const auto* members = member.value.object();
    if (!members) refuse_kind(member, "a mapping");
    return members;
}

bool Draft::spend(std::size_t bytes, codec::Mark at) {
    if (bytes <= budget_) {
        budget_ -= bytes;
        return true;
    }
    if (budget_ != 0) refuse(at, "the texts are longer than 16 MiB after filling them in");
    budget_ = 0;
    return false;
}

std::size_t Draft::add_file(std::filesystem::path file) {
    imported_.files.push_back(std::move(file));
    return imported_.files.size() - 1;
}

ImportResult Draft::finish() && {
    if (roles_.empty() && problems_.empty()) refuse({}, "there is nothing in it that could be run");
    Source source; // which knows the file of a mark
    source.file = imported_.files.front();
    source.files = imported_.files;
    const auto before = [](const Problem& a, const Problem& b) {
        return std::tuple(a.mark.line, a.mark.column) < std::tuple(b.mark.line, b.mark.column);
    };
    const auto settle = [&](Problem& problem) { problem = source.place(problem.mark, std::move(problem.message)); };
    if (!problems_.empty()) {
        std::stable_sort(problems_.begin(), problems_.end(), before);
        std::for_each(problems_.begin(), problems_.end(), settle);
        return tl::unexpected(std::move(problems_));
    }
    std::stable_sort(imported_.notes.begin(), imported_.notes.end(),
                     [&](const Note& a, const Note& b) { return before(a.at, b.at); });
    // What is written once and used at several places is said once.
    imported_.notes.erase(std::unique(imported_.notes.begin(), imported_.notes.end(),
                                      [](const Note& a, const Note& b) {
                                          return a.at.mark == b.at.mark && a.at.message == b.at.message;
                                      }),
                          imported_.notes.end());
    for (auto& note : imported_.notes)
        settle(note.at);
    for (auto& role : roles_) {
        order_keys(role.value, role_keys());
        shorten_restart(role.value);
    }
    imported_.group.set("roles", codec::Value(std::move(roles_)));
    order_keys(imported_.group, group_keys());
    return std::move(imported_);
}

void note_env_file(const std::string& env_file, Draft& draft) {
    draft.translated(
        {}, fmt::format("\"{}\" is not read for variables such as ${{NAME}}: have them in the environment", env_file));
}

codec::Value seconds_value(double seconds, codec::Mark mark) {
    const auto most = 3.15e9; // a century: what is longer is no time that a person has meant
    const auto span = std::chrono::duration<double>(std::clamp(seconds, 0.0, most));
    return marked(format_span(std::chrono::round<std::chrono::milliseconds>(span)), mark);
}

codec::Value marked(codec::Value value, codec::Mark mark) {
    value.mark = mark;
    return value;
}

codec::Value words_value(const std::vector<std::string>& words, codec::Mark mark) {
    codec::Array list;
    for (const auto& word : words)
        list.push_back(marked(word, mark));
    return marked(std::move(list), mark);
}

std::string pattern_of(std::string_view text) {
    std::string pattern;
    for (const char c : text) {
        if (std::string_view("\\.+*?()[]{}|^$").find(c) != std::string_view::npos) pattern += '\\';
        pattern += c;
    }
    return pattern;
}

} // namespace layer_cake::home::foreign

#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/process/arguments.hpp>

namespace layer_cake::process {
namespace {

using type::Info;
using type::Kind;
using type::Member;

std::string with_dashes(std::string_view name) {
    std::string text(name);
    std::replace(text.begin(), text.end(), '_', '-');
    while (!text.empty() && text.back() == '-') // `from_` is `--from`
        text.pop_back();
    return text;
}

std::string initials(std::string_view name) {
    std::string text;
    bool begins = true;
    for (const char c : name) {
        if (begins && c != '_') text += c;
        begins = c == '_';
    }
    return text;
}

bool is_named(const Member& member, std::string_view name, bool is_long) {
    return is_long ? with_dashes(member.name) == with_dashes(name) : initials(member.name) == name;
}

std::span<const Member> members_of(const Part& part) {
    return part.info ? part.info->members() : std::span<const Member>();
}

/// A member an argument leads to.
struct Found {
    std::size_t part = 0;
    const Info* info = nullptr;
    void* value = nullptr;
};

Error unknown(std::string_view written, std::string_view name, std::span<const Part> parts) {
    std::vector<std::string> names;
    for (const auto& part : parts)
        for (const auto& member : members_of(part))
            names.push_back(with_dashes(member.name));
    const std::vector<std::string_view> views(names.begin(), names.end());
    auto detail = fmt::format("unknown argument \"{}\"", written);
    if (const auto near = nearest(with_dashes(name), views); !near.empty())
        detail += fmt::format(" (did you mean \"--{}\"?)", near);
    return {Fault::invalid, std::move(detail)};
}

Result<Found> find_first(std::string_view written, std::string_view name, bool is_long, std::span<const Part> parts) {
    Found found;
    std::vector<std::string> all;
    for (std::size_t i = 0; i < parts.size(); ++i)
        for (const auto& member : members_of(parts[i])) {
            if (!is_named(member, name, is_long)) continue;
            all.push_back(long_name(member.name));
            found = {i, member.info, member.in(parts[i].value)};
        }
    if (all.empty()) return fail(unknown(written, name, parts));
    if (all.size() > 1)
        return fail(Fault::invalid, fmt::format("ambiguous argument \"{}\": {}", written, join(all, ", ")));
    return found;
}

/// Down to a member of a member; an empty optional on the way gets a value.
Result<void> go_down(Found& found, std::string_view written, std::string_view name) {
    while (found.info->kind == Kind::optional) {
        const auto* inside = found.info->optional->get(found.value);
        found.value = inside ? const_cast<void*>(inside) : found.info->optional->emplace(found.value);
        found.info = found.info->element;
    }
    if (found.info->kind != Kind::message)
        return fail(Fault::invalid, fmt::format("\"{}\": {} has no members", written, found.info->signature()));
    const Part inside{found.info, found.value};
    auto next = find_first(written, name, true, std::span(&inside, 1));
    if (!next) return fail(std::move(next).error());
    found.info = next->info;
    found.value = next->value;
    return ok();
}

Result<void> store(const Found& found, std::string_view written, std::optional<std::string_view> text) {
    auto read = read_text(*found.info, found.value, text);
    if (read) return ok();
    const auto& type = found.info->signature();
    if (!text) return fail(Fault::invalid, fmt::format("\"{}\" needs a value: {}={}", written, written, type));
    return fail(Fault::invalid,
                fmt::format("cannot decode value for \"{}\" ({}): {}", written, type, read.error().detail));
}

Result<void> read_word(std::string_view word, std::size_t at, const Part& part) {
    const auto members = members_of(part);
    if (at >= members.size())
        return fail(Fault::invalid, members.empty() ? fmt::format("unknown argument \"{}\": no words are taken", word)
                                                    : fmt::format("unknown argument \"{}\": {} word{} at most", word,
                                                                  members.size(), members.size() == 1 ? "" : "s"));
    return store({0, members[at].info, members[at].in(part.value)}, long_name(members[at].name), word);
}

Result<void> read_all(std::span<const std::string_view> arguments, std::span<const Part> parts,
                      std::optional<std::size_t> one) {
    std::size_t words = 0;
    for (const auto written : arguments) {
        const auto argument = take_apart(written);
        if (argument.name.empty()) {
            const auto last = parts.size() - 1;
            if (one && *one != last) continue;
            if (auto read = read_word(*argument.text, words++, parts[last]); !read) return read;
            continue;
        }
        const bool is_long = argument.name.starts_with("--");
        const auto path = split(std::string_view(argument.name).substr(is_long ? 2 : 1), '.');
        auto found = find_first(argument.name, path.empty() ? "" : path.front(), is_long, parts);
        if (one && (!found || found->part != *one)) continue;
        if (!found) return fail(std::move(found).error());
        for (std::size_t i = 1; i < path.size(); ++i)
            if (auto down = go_down(*found, argument.name, path[i]); !down) return down;
        if (auto stored = store(*found, argument.name, argument.text); !stored) return stored;
    }
    return ok();
}

} // namespace

Argument take_apart(std::string_view argument) {
    const bool is_word = argument.size() < 2 || argument.front() != '-' || (argument[1] >= '0' && argument[1] <= '9') ||
                         argument[1] == '.';
    if (is_word) return {"", argument};
    const auto equals = argument.find('=');
    if (equals == std::string_view::npos) return {std::string(argument), std::nullopt};
    return {std::string(argument.substr(0, equals)), argument.substr(equals + 1)};
}

Result<void> read_arguments(std::span<const std::string_view> arguments, std::span<const Part> parts) {
    return read_all(arguments, parts, std::nullopt);
}

Result<void> read_arguments_of(std::span<const std::string_view> arguments, std::span<const Part> parts,
                               std::size_t one) {
    return read_all(arguments, parts, one);
}

std::string long_name(std::string_view member) {
    return "--" + with_dashes(member);
}

std::string short_name(std::string_view member) {
    return "-" + initials(member);
}

} // namespace layer_cake::process

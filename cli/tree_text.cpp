#include <algorithm>
#include <cli/definition.hpp>
#include <cli/output.hpp>
#include <cli/tree_text.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/core/utf8.hpp>
#include <ostream>

namespace layer_cake::cli {
namespace {

using Kind = home::Change::Kind;

std::string_view kind_word(home::TreeEntry::Kind kind) {
    switch (kind) {
    case home::TreeEntry::Kind::folder:
        return "folder";
    case home::TreeEntry::Kind::link:
        return "link";
    default:
        return "file";
    }
}

struct Names {
    std::string_view line; ///< as the predecessor calls it
    std::string_view json;
};

Names names_of(Kind kind) {
    switch (kind) {
    case Kind::add_folder:
        return {"AddFolder", "add_folder"};
    case Kind::add_file:
        return {"AddFile", "add_file"};
    case Kind::add_link:
        return {"AddLink", "add_link"};
    case Kind::update_file:
        return {"UpdateFile", "update_file"};
    case Kind::update_link:
        return {"UpdateLink", "update_link"};
    case Kind::update_mode:
        return {"UpdateMode", "update_mode"};
    case Kind::replace_with_folder:
        return {"ReplaceWithFolder", "replace_with_folder"};
    case Kind::replace_with_file:
        return {"ReplaceWithFile", "replace_with_file"};
    case Kind::replace_with_link:
        return {"ReplaceWithLink", "replace_with_link"};
    case Kind::rename_file:
        return {"RenameFile", "rename_file"};
    case Kind::remove_file:
        return {"RemoveFile", "remove_file"};
    case Kind::remove_folder:
        return {"RemoveFolder", "remove_folder"};
    }
    return {"", ""};
}

std::string time_text(std::int64_t nanoseconds) {
    return format_time(WallTime(std::chrono::duration_cast<WallTime::duration>(std::chrono::nanoseconds(nanoseconds))),
                       6);
}

std::string under(const std::string& root, std::string_view path) {
    return path.empty() ? root : fmt::format("{}/{}", root, path);
}

std::string_view folder_of(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

codec::Value to_json(const home::TreeEntry& entry, const std::string& root) {
    codec::Object object;
    object.emplace_back("path", text_value(entry.path));
    object.emplace_back("full_path", text_value(under(root, entry.path)));
    object.emplace_back("kind", kind_word(entry.kind));
    object.emplace_back("mode", fmt::format("{:04o}", entry.mode));
    object.emplace_back("uid", static_cast<std::int64_t>(entry.uid));
    object.emplace_back("gid", static_cast<std::int64_t>(entry.gid));
    object.emplace_back("size", entry.kind == home::TreeEntry::Kind::file ? codec::Value(entry.size) : codec::Value());
    object.emplace_back("modified", time_text(entry.modified));
    object.emplace_back("link", entry.kind == home::TreeEntry::Kind::link ? text_value(entry.link) : codec::Value());
    return object;
}

codec::Value to_json(const home::Change& change, const Sides& sides) {
    const auto* source = change.source == home::Change::none ? nullptr : &sides.source[change.source];
    const auto* target = change.target == home::Change::none ? nullptr : &sides.target[change.target];
    codec::Object object;
    object.emplace_back("change", names_of(change.kind).json);
    object.emplace_back("target", text_value(under(sides.root, source ? source->path : target->path)));
    object.emplace_back("source", source ? text_value(sides.from.origin(source->path)) : codec::Value());
    object.emplace_back("renamed_from", change.kind == Kind::rename_file ? text_value(under(sides.root, target->path))
                                                                         : codec::Value());
    const auto& entry = source ? *source : *target;
    object.emplace_back("size", entry.kind == home::TreeEntry::Kind::file ? codec::Value(entry.size) : codec::Value());
    object.emplace_back("mode", fmt::format("{:04o}", entry.mode));
    object.emplace_back("modified", time_text(entry.modified));
    return object;
}

} // namespace

codec::Value text_value(std::string_view bytes) {
    return valid_utf8_prefix(bytes) == bytes.size() ? codec::Value(bytes) : codec::Value(terminal_safe(bytes));
}

std::string long_facts(const home::TreeEntry& entry) {
    std::string text = entry.kind == home::TreeEntry::Kind::folder ? "d"
                       : entry.kind == home::TreeEntry::Kind::link ? "l"
                                                                   : "-";
    constexpr std::string_view letters = "rwxrwxrwx";
    for (std::size_t i = 0; i < letters.size(); ++i)
        text += (entry.mode >> (8 - i) & 1) != 0 ? letters[i] : '-';
    return fmt::format("{} {}/{}", text, entry.uid, entry.gid);
}

void print_tree(Invocation& call, const home::Listing& listing, const std::string& root) {
    const bool all = call.has("recursive-listing");
    const auto shown = [&](const home::TreeEntry& entry) { return all || entry.path.find('/') == std::string::npos; };
    if (wants_json(call)) {
        codec::Array entries;
        for (const auto& entry : listing)
            if (shown(entry)) entries.push_back(to_json(entry, root));
        return print_json(call, "layer-cake.tree/1",
                          codec::Object{{"folder", text_value(root)}, {"entries", std::move(entries)}});
    }
    std::string text;
    for (const auto& entry : listing) {
        if (!shown(entry)) continue;
        if (call.has("long-listing")) text += long_facts(entry) + " ";
        text += terminal_safe(call.has("full-path") ? under(root, entry.path) : entry.path);
        if (call.has("long-listing") && entry.kind == home::TreeEntry::Kind::link)
            text += " -> " + terminal_safe(entry.link);
        text += '\n';
    }
    call.out << text;
}

std::string change_line(const home::Change& change, const Sides& sides) {
    const auto* source = change.source == home::Change::none ? nullptr : &sides.source[change.source];
    const auto* target = change.target == home::Change::none ? nullptr : &sides.target[change.target];
    const auto name = names_of(change.kind).line;
    const auto into = [&] { return terminal_safe(under(sides.root, folder_of(source->path))); };
    switch (change.kind) {
    case Kind::remove_file:
    case Kind::remove_folder: {
        const auto contents =
            change.kind == Kind::remove_folder ? fmt::format(", contents={}", change.contents) : std::string();
        return fmt::format("{}(path={}, modified={}{})", name, terminal_safe(under(sides.root, target->path)),
                           time_text(target->modified), contents);
    }
    case Kind::rename_file:
        return fmt::format("{}(path={}, target={})", name, terminal_safe(under(sides.root, target->path)),
                           terminal_safe(under(sides.root, source->path)));
    case Kind::update_mode:
        return fmt::format("{}(target={}, mode={:04o})", name, terminal_safe(under(sides.root, source->path)),
                           source->mode);
    case Kind::update_file:
        return fmt::format("{}(path={}, modified={}, target={})", name, terminal_safe(sides.from.origin(source->path)),
                           time_text(source->modified), into());
    default:
        return fmt::format("{}(path={}, target={})", name, terminal_safe(sides.from.origin(source->path)), into());
    }
}

void print_changes(Invocation& call, const home::SyncPlan& plan, const Sides& sides) {
    if (wants_json(call)) {
        codec::Array changes;
        for (const auto& change : plan.changes)
            changes.push_back(to_json(change, sides));
        return print_json(call, "layer-cake.changes/1",
                          codec::Object{{"folder", text_value(sides.root)},
                                        {"changes", std::move(changes)},
                                        {"files", static_cast<std::uint64_t>(plan.files)},
                                        {"bytes", plan.bytes}});
    }
    std::string text;
    for (const auto& change : plan.changes)
        if (!change.inner) text += change_line(change, sides) + '\n';
    call.out << text << std::flush;
    if (!plan.empty())
        note(call, fmt::format("{} change{}, {} bytes to copy: --make-changes makes them", plan.changes.size(),
                               plan.changes.size() == 1 ? "" : "s", format_size(plan.bytes)));
}

} // namespace layer_cake::cli

#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/utf8.hpp>
#include <layer_cake/home/home.hpp>
#include <layer_cake/home/image_manifest.hpp>

namespace layer_cake::home {
namespace {

using Kind = TreeEntry::Kind;

constexpr std::size_t hash_digits = 64;

std::string_view kind_name_of(Kind kind) {
    switch (kind) {
    case Kind::folder:
        return "folder";
    case Kind::link:
        return "link";
    default:
        return "file";
    }
}

tl::unexpected<Error> bad(std::string_view path, std::string_view why) {
    return fail(Fault::invalid, fmt::format("\"{}\" {}", terminal_safe(path.substr(0, 200)), why));
}

std::string member_text(const codec::Value& value, std::string_view name) {
    const auto* member = value.find(name);
    const auto* text = member ? member->string() : nullptr;
    return text ? *text : std::string();
}

/// The part of a path in which a link has to stay, and the rest; empty for what is none of them.
struct Section {
    std::string_view root, rest;
};

std::string_view take_part(std::string_view& path) {
    const auto slash = path.find('/');
    const auto part = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    return part;
}

Result<Section> section_of(std::string_view path, Kind kind) {
    const auto whole = path;
    const auto outside = [&] { return bad(whole, "is nothing that an image has"); };
    const bool folder = kind == Kind::folder;
    const auto top = take_part(path);
    std::size_t fixed = 0; // parts of the path that must be folders
    if (top == "script") {
        fixed = 1;
    } else if (top == "resource") {
        fixed = 2;
    } else if (top == "role") {
        fixed = 3;
        auto rest = path;
        if (const auto role = take_part(rest); !role.empty() && !check_role_name(role)) return outside();
        if (const auto model = take_part(rest); !model.empty() && model != "model") return outside();
    } else {
        return outside();
    }
    auto rest = whole;
    for (std::size_t i = 0; i < fixed; ++i) {
        take_part(rest);
        if (rest.empty()) return folder ? Result<Section>(Section{whole, {}}) : outside();
    }
    return Section{whole.substr(0, whole.size() - rest.size() - 1), rest};
}

bool has_plain_parts(std::string_view path) {
    const auto parts = split(path, '/');
    return !parts.empty() && std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
        return !part.empty() && part != "." && part != ".." && part.size() <= 255;
    });
}

} // namespace

std::string write_head(const ImageHead& head) {
    codec::Object object;
    object.emplace_back("schema", fmt::format("layer-cake.image/{}", head.format));
    object.emplace_back("architecture", head.architecture);
    object.emplace_back("native", head.native);
    object.emplace_back("group", head.group);
    object.emplace_back("version", head.version);
    return codec::write_json(codec::Value(std::move(object)), codec::Layout::indented) + "\n";
}

Result<ImageHead> read_head(std::string_view text) {
    const auto value = codec::parse_json(text);
    if (!value) return fail(value.error());
    ImageHead head;
    const auto schema = member_text(*value, "schema");
    if (schema != fmt::format("layer-cake.image/{}", image_format))
        return fail(Fault::invalid,
                    fmt::format("it is of a form that is not known here: \"{}\"", terminal_safe(schema.substr(0, 80))));
    head.architecture = member_text(*value, "architecture");
    const auto* native = value->find("native");
    head.native = !native || native->boolean().value_or(true);
    head.group = member_text(*value, "group");
    head.version = member_text(*value, "version");
    return head;
}

std::string write_manifest_line(const ImageEntry& entry) {
    codec::Object object;
    object.emplace_back("path", entry.path);
    object.emplace_back("kind", kind_name_of(entry.kind));
    object.emplace_back("mode", fmt::format("{:04o}", entry.mode));
    if (entry.kind == Kind::file) {
        object.emplace_back("size", entry.size);
        object.emplace_back("sha256", entry.hash);
    }
    if (entry.kind == Kind::link) object.emplace_back("link", entry.link);
    return codec::write_json(codec::Value(std::move(object))) + "\n";
}

Result<std::vector<ImageEntry>> read_manifest(std::string_view text) {
    std::vector<ImageEntry> entries;
    std::size_t number = 0;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        ++number;
        const auto wrong = [&](std::string_view why) {
            return fail(Fault::invalid, fmt::format("{}:{}: {}", image_manifest, number, why));
        };
        if (end == std::string_view::npos) return wrong("the line has no end");
        text.remove_prefix(end + 1);
        if (entries.size() >= tree_entries) return wrong(fmt::format("there are more than {} entries", tree_entries));
        const auto value = codec::parse_json(line);
        if (!value) return wrong("it is no JSON");
        ImageEntry entry;
        entry.path = member_text(*value, "path");
        const auto kind = member_text(*value, "kind"), mode = member_text(*value, "mode");
        entry.kind = kind == "folder" ? Kind::folder : kind == "link" ? Kind::link : Kind::file;
        if (entry.path.empty() || kind != kind_name_of(entry.kind)) return wrong("a path and a kind are wanted");
        if (mode.size() != 4 || mode.find_first_not_of("01234567") != std::string::npos)
            return wrong("a mode of four octal digits is wanted");
        for (const char digit : mode)
            entry.mode = entry.mode * 8 + static_cast<unsigned>(digit - '0');
        if (entry.kind == Kind::file) {
            const auto* size = value->find("size");
            const auto bytes = size ? size->integer() : std::nullopt;
            entry.hash = member_text(*value, "sha256");
            if (!bytes || *bytes < 0 || entry.hash.size() != hash_digits) return wrong("a size and a hash are wanted");
            entry.size = static_cast<std::uint64_t>(*bytes);
        }
        if (entry.kind == Kind::link) entry.link = member_text(*value, "link");
        entries.push_back(std::move(entry));
    }
    return entries;
}

Result<void> check_image_entry(const ImageEntry& entry) {
    const auto& path = entry.path;
    if (path.starts_with('/')) return bad(path, "is an absolute path");
    if (path.size() > tree_path) return bad(path, fmt::format("is longer than {} bytes", tree_path));
    if (path.find('\0') != std::string::npos || valid_utf8_prefix(path) != path.size())
        return bad(path, "is not UTF-8");
    if (!has_plain_parts(path)) return bad(path, "has a part that is empty, too long, \".\" or \"..\"");
    if (static_cast<std::size_t>(std::count(path.begin(), path.end(), '/')) > tree_depth)
        return bad(path, fmt::format("is nested more than {} deep", tree_depth));
    if ((entry.mode & ~0777u) != 0) return bad(path, "has a setuid, setgid or sticky bit");
    const bool of_image = path == image_head || path == image_definition || path == image_manifest;
    if (of_image) return entry.kind == Kind::file ? ok() : bad(path, "is no file");
    const auto section = section_of(path, entry.kind);
    if (!section) return fail(section.error());
    if (entry.kind == Kind::link) {
        if (entry.link.size() >= tree_path || entry.link.find('\0') != std::string::npos ||
            !link_stays_inside(section->rest, entry.link))
            return bad(path, fmt::format("is a link that leads out (to \"{}\")",
                                         terminal_safe(std::string_view(entry.link).substr(0, 200))));
        if (valid_utf8_prefix(entry.link) != entry.link.size()) return bad(path, "is a link to what is not UTF-8");
    }
    return ok();
}

Result<void> ImageOrder::add(const ImageEntry& entry) {
    if (++count_ > tree_entries)
        return fail(Fault::invalid, fmt::format("there are more than {} entries", tree_entries));
    const std::string_view path = entry.path;
    while (!folders_.empty() && !lies_in(path, folders_.back()))
        folders_.pop_back();
    const auto slash = path.rfind('/');
    const auto parent = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
    const bool in_order = (last_.empty() || in_tree_order(last_, path)) &&
                          parent == (folders_.empty() ? std::string_view() : std::string_view(folders_.back()));
    if (!in_order) return bad(path, "is out of order");
    if (entry.kind == Kind::folder) folders_.push_back(entry.path);
    last_ = entry.path;
    return ok();
}

} // namespace layer_cake::home

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/codec/json_lines.hpp>
#include <layer_cake/codec/json_scan.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/stored_value.hpp>
#include <unistd.h>
#include <vector>

namespace layer_cake::home {
namespace {

using type::Info;
using type::Kind;

constexpr int deepest = 64;

/// What the JSON form of a type depends on, as text. A type within itself is told by its level.
class SchemaText {
public:
    std::string of(const Info& info) {
        if (info.kind == Kind::enumeration) return enumeration(info);
        if (info.kind == Kind::message) return message(info);
        std::string text(kind_name(info.kind));
        if (info.kind == Kind::array) text += std::to_string(info.length);
        if (info.key) text += "<" + of(*info.key) + ">";
        if (info.element) text += "<" + of(*info.element) + ">";
        return text;
    }

private:
    static std::string sorted(std::vector<std::string> parts) {
        std::sort(parts.begin(), parts.end());
        std::string text;
        for (const auto& part : parts)
            text += part + ";";
        return text;
    }

    static std::string enumeration(const Info& info) {
        std::vector<std::string> names;
        for (const auto& enumerator : info.enumerators())
            names.emplace_back(enumerator.name);
        return "(" + sorted(std::move(names)) + ")";
    }

    std::string message(const Info& info) {
        if (const auto found = std::find(open_.begin(), open_.end(), &info); found != open_.end())
            return fmt::format("#{}", found - open_.begin());
        if (!info.members) return "{}";
        open_.push_back(&info);
        std::vector<std::string> members;
        for (const auto& member : info.members())
            members.push_back(fmt::format("{}:{}", member.name, of(*member.info)));
        open_.pop_back();
        return "{" + sorted(std::move(members)) + "}";
    }

    std::vector<const Info*> open_; ///< the messages around the one being told
};

/// Where an offset lies: `3:12`.
std::string line_and_column(std::string_view text, std::size_t offset) {
    const auto before = text.substr(0, offset);
    const auto newline = before.rfind('\n');
    return fmt::format("{}:{}", std::count(before.begin(), before.end(), '\n') + 1,
                       newline == before.npos ? offset + 1 : offset - newline);
}

/// Finds the schema of a text that is one JSON object; false where it stops being one.
bool scan_members(codec::JsonScan& scan, std::string& schema) {
    if (!scan.take('{')) return false;
    if (scan.take('}')) return scan.at_end();
    std::string_view name, raw;
    bool plain = false;
    do {
        if (scan.peek() != '"' || !scan.take_string(name, plain) || !scan.take(':')) return false;
        if (name == "schema" && scan.peek() == '"') {
            if (!scan.take_string(raw, plain)) return false;
            schema = raw;
        } else if (!scan.skip_value(deepest + 3, true)) {
            return false;
        }
    } while (scan.take(','));
    return scan.take('}') && scan.at_end();
}

} // namespace

std::string schema_of(const Info& info) {
    std::uint64_t hash = 0xcbf29ce484222325; // FNV-1a
    for (const char c : SchemaText().of(info))
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return fmt::format("{:016x}", hash);
}

Result<void> store_value(const std::filesystem::path& file, const Info& info, const std::string& schema,
                         const void* value, const FileOptions& options) {
    const auto wrong = [&](std::string_view what) {
        return fail(Fault::invalid, fmt::format("cannot write \"{}\": {}", file.native(), what));
    };
    codec::TextBuffer out;
    if (auto written = codec::write_json(out, info, value, {codec::Wrap::shipment, nullptr, deepest}); !written)
        return wrong(written.error().detail);
    const auto shipment = out.view();
    auto text = fmt::format("{{\"schema\":\"{}\",{}", schema, shipment.substr(1));
    if (options.pretty_format) text = codec::in_lines(text);
    text += '\n';
    if (text.size() > file_limit) return wrong(fmt::format("it would be larger than {} bytes", file_limit));
    return replace_file(file, text, options.mode);
}

Result<StoredText> read_stored(const std::filesystem::path& file) {
    auto text = read_file(file, file_limit);
    if (!text) return fail(std::move(text).error());
    StoredText stored{file, std::move(*text), {}};
    codec::JsonScan scan(stored.text);
    if (!scan_members(scan, stored.schema)) {
        const auto offset = static_cast<std::size_t>(scan.at() - stored.text.data());
        return fail({Fault::invalid,
                     fmt::format("{}:{}: this is not the JSON of a stored value", file.native(),
                                 line_and_column(stored.text, offset)),
                     true});
    }
    return stored;
}

Result<void> recover_value(const StoredText& stored, const Info& info, void* value) {
    codec::JsonReading how;
    how.not_finite = true;
    how.limits.bytes = file_limit;
    auto read = codec::read_json(stored.text, info, value, how);
    if (read) return ok();
    // The codec tells the place from `message` on; in a file the value stands under its name.
    std::string_view detail = read.error().detail;
    if (detail.starts_with("message")) detail.remove_prefix(std::string_view("message").size());
    return fail({Fault::invalid, fmt::format("{}: value{}", stored.file.native(), detail), true});
}

Result<void> remove_stored(const std::filesystem::path& file) {
    const auto failed = [&] { return fail(system_error(fmt::format("cannot remove \"{}\"", file.native()), errno)); };
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    const Fd holder(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!holder) return errno == ENOENT ? ok() : failed();
    if (::unlinkat(holder.get(), file.filename().c_str(), 0) != 0) return errno == ENOENT ? ok() : failed();
    if (::fsync(holder.get()) != 0) return failed(); // else a power cut would bring it back
    return ok();
}

} // namespace layer_cake::home

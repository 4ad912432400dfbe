#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/process/note_text.hpp>
#include <layer_cake/process/program_note.hpp>
#include <unistd.h>

namespace layer_cake::process {
namespace {

constexpr std::uint64_t part_limit = 256u << 20;
constexpr std::size_t note_limit = 1u << 20;

bool read_at(int fd, std::uint64_t offset, char* to, std::size_t size) {
    while (size > 0) {
        const auto got = ::pread(fd, to, size, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        to += got;
        offset += static_cast<std::uint64_t>(got);
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

template <class T>
bool read_at(int fd, std::uint64_t offset, T& to) {
    return read_at(fd, offset, reinterpret_cast<char*>(&to), sizeof to);
}

#if __SIZEOF_POINTER__ == 8
using Header = Elf64_Ehdr;
using Part = Elf64_Phdr;
constexpr auto own_class = ELFCLASS64;
#else
using Header = Elf32_Ehdr;
using Part = Elf32_Phdr;
constexpr auto own_class = ELFCLASS32;
#endif
constexpr auto own_order = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;

std::vector<Part> loaded_parts(int fd) {
    Header header{};
    std::vector<Part> parts;
    if (!read_at(fd, 0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return parts;
    if (header.e_ident[EI_CLASS] != own_class || header.e_ident[EI_DATA] != own_order) return parts;
    if (header.e_phentsize != sizeof(Part)) return parts;
    for (unsigned i = 0; i < header.e_phnum; ++i) {
        Part part{};
        if (!read_at(fd, header.e_phoff + i * sizeof part, part)) break;
        if (part.p_type == PT_LOAD && part.p_filesz <= part_limit) parts.push_back(part);
    }
    // The note is read-only data; only where the linker did not keep that apart does it lie with the code.
    const auto rank = [](const Part& part) { return (part.p_flags & PF_X ? 2 : 0) + (part.p_flags & PF_W ? 1 : 0); };
    std::stable_sort(parts.begin(), parts.end(), [&](const Part& a, const Part& b) { return rank(a) < rank(b); });
    return parts;
}

/// Takes the text of the next note of that mark off the front, with all before it.
std::optional<std::string_view> take_note(std::string_view& bytes, std::string_view mark) {
    for (;;) {
        const auto at = bytes.find(mark);
        if (at == std::string_view::npos || bytes.size() - at < mark.size() + 8) return std::nullopt;
        bytes.remove_prefix(at + mark.size());
        std::size_t length = 0;
        const auto digits = bytes.substr(0, 8);
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), length);
        if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) continue; // the mark alone
        if (length > note_limit || bytes.size() < 8 + length) continue;
        const auto text = bytes.substr(8, length);
        bytes.remove_prefix(8 + length);
        return text;
    }
}

/// Calls `look(bytes)` for each loaded part of a program's file until it returns false.
template <class Look>
Result<void> look_into(const std::filesystem::path& program, Look look) {
    const Fd file(::open(program.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file) return fail(system_error(fmt::format("cannot open \"{}\"", program.string()), errno));
    std::string bytes;
    for (const auto& part : loaded_parts(file.get())) {
        bytes.resize(part.p_filesz);
        if (read_at(file.get(), part.p_offset, bytes.data(), bytes.size()) && !look(bytes)) break;
    }
    return ok();
}

} // namespace

Result<std::optional<ProgramNote>> find_program_note(std::string_view bytes) {
    const auto found = take_note(bytes, note_mark);
    if (!found) return std::optional<ProgramNote>();
    auto text = codec::parse_json(*found);
    if (!text || !text->object()) return fail(Fault::invalid, "its note is damaged");
    ProgramNote note;
    if (auto* settings = text->find("settings")) note.settings = std::move(*settings);
    if (auto* returns = text->find("returns")) note.returns = std::move(*returns);
    return std::optional(std::move(note));
}

Result<std::optional<ProgramNote>> read_program_note(const std::filesystem::path& program) {
    Result<std::optional<ProgramNote>> note{std::nullopt};
    auto looked = look_into(program, [&](std::string_view bytes) {
        note = find_program_note(bytes);
        return note && !*note;
    });
    if (!looked) return fail(std::move(looked).error());
    if (!note) return fail(note.error().fault, fmt::format("\"{}\": {}", program.string(), note.error().detail));
    return note;
}

void find_message_notes(std::string_view bytes, std::vector<codec::Value>& messages) {
    while (const auto found = take_note(bytes, type::message_note_mark)) {
        auto text = codec::parse_json(*found);
        if (!text || !text->find("message") || !text->find("message")->string() || !text->find("members")) continue;
        if (std::find(messages.begin(), messages.end(), *text) == messages.end()) messages.push_back(std::move(*text));
    }
}

Result<std::vector<codec::Value>> read_message_notes(const std::filesystem::path& program) {
    std::vector<codec::Value> messages;
    auto looked = look_into(program, [&](std::string_view bytes) {
        find_message_notes(bytes, messages);
        return messages.empty();
    });
    if (!looked) return fail(std::move(looked).error());
    return messages;
}

std::vector<std::string_view> setting_names(const ProgramNote& note) {
    std::vector<std::string_view> names;
    const auto* members = note.settings.find("members");
    if (members && members->object())
        for (const auto& member : *members->object())
            names.push_back(member.name);
    return names;
}

} // namespace layer_cake::process

#include <layer_cake/codec/binary_form.hpp>
#include <layer_cake/codec/binary_reader.hpp>
#include <layer_cake/codec/message_plan.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/utf8.hpp>
#include <layer_cake/type/structure.hpp>

namespace layer_cake::codec {

using type::Info;
using type::Kind;

Result<void> BinaryReader::run(const Info& info, void* to) {
    if (run_parts(info, to)) return ok();
    for (auto& [alias, pointee] : pointees_) // cycles would keep themselves alive
        if (pointee.value) type::untie(*pointee.info, pointee.value.get());
    return fail(Fault::invalid, fmt::format("message{}: {}", place_, problem_));
}

bool BinaryReader::run_parts(const Info& info, void* to) {
    std::uint64_t hash = 0;
    if (left_.size() > how_.limits.bytes) return refuse(fmt::format("it is longer than {} bytes", how_.limits.bytes));
    if (!number(hash)) return false;
    if (hash != info.schema_hash()) return refuse(fmt::format("another schema of {}", info.signature()));
    return read(info, to) && read_table();
}

bool BinaryReader::read(const Info& info, void* to) {
    if (const auto size = plain_size(info.kind)) return read_plain(info, to, size);
    switch (info.kind) {
    case Kind::message:
        return read_message(info, to);
    case Kind::array:
    case Kind::vector:
    case Kind::deque:
    case Kind::set:
        return read_sequence(info, to);
    case Kind::map:
        return read_map(info, to);
    case Kind::optional: {
        unsigned char there = 0;
        if (!plain(&there, 1)) return false;
        if (there > 1) return refuse("neither there nor not");
        if (there == 1) return read(*info.element, info.optional->emplace(to));
        info.optional->reset(to);
        return true;
    }
    case Kind::pointer:
        return read_pointer(info, to);
    case Kind::any:
        return read_any(*static_cast<type::Any*>(to));
    case Kind::enumeration: {
        std::size_t index = 0;
        if (!length(index)) return false;
        const auto all = info.enumerators();
        if (index >= all.size()) return refuse(info.signature() + " has no such value");
        info.set_number(to, all[index].value);
        return true;
    }
    default:
        return read_text(info, to);
    }
}

bool BinaryReader::read_plain(const Info& info, void* to, std::size_t size) {
    if (is_any_pattern(info.kind)) return plain(to, size);
    std::uint32_t bits = 0;
    if (!plain(&bits, size)) return false;
    if (info.kind == Kind::boolean ? bits > 1 : bits > 0x10ffff || (bits >= 0xd800 && bits < 0xe000))
        return refuse("no value of " + info.signature());
    std::memcpy(to, &bits, size);
    return true;
}

bool BinaryReader::read_message(const Info& info, void* to) {
    if (!enter()) return false;
    for (const auto& field : plan_of(info).fields)
        if (!read(*field.member.info, field.member.in(to))) return at("." + std::string(field.member.name));
    ++depth_;
    return true;
}

bool BinaryReader::read_sequence(const Info& info, void* to) {
    if (!enter()) return false;
    std::size_t count = info.length;
    if (info.kind != Kind::array) {
        info.sequence->clear(to);
        if (!length(count)) return false;
    }
    const auto size = plain_size(info.element->kind);
    if (size != 0 && is_any_pattern(info.element->kind) && info.sequence->data) {
        if (count > left_.size() / size) return cut_short();
        if (info.kind != Kind::array) {
            if (!spend(count * size)) return false;
            info.sequence->resize(to, count);
        }
        ++depth_;
        return count == 0 || plain(const_cast<void*>(info.sequence->data(to)), count * size);
    }
    for (std::size_t index = 0; index < count; ++index)
        if (!read_element(info, to, index)) return at(fmt::format("[{}]", index));
    if (info.kind == Kind::set && info.sequence->size(to) != count) return refuse("an element is there twice");
    ++depth_;
    return true;
}

bool BinaryReader::read_element(const Info& info, void* to, std::size_t index) {
    if (info.kind == Kind::array)
        return read(*info.element,
                    static_cast<std::byte*>(const_cast<void*>(info.sequence->data(to))) + index * info.element->size);
    struct Fill {
        BinaryReader* reader;
        const Info* element;
    } fill{this, info.element};
    // An element may take no bytes at all, so it is memory that bounds how many there are.
    return spend(info.element->size + (info.kind == Kind::set ? 40 : 0)) &&
           info.sequence->append(to, &fill, [](void* context, void* element) {
               const auto& fill = *static_cast<Fill*>(context);
               return fill.reader->read(*fill.element, element);
           });
}

bool BinaryReader::read_map(const Info& info, void* to) {
    struct Fill {
        BinaryReader* reader;
        const Info* info;
    } fill{this, &info};
    std::size_t count = 0;
    if (!enter() || !length(count)) return false;
    info.map->clear(to);
    for (std::size_t index = 0; index < count; ++index) {
        const bool taken =
            spend(info.key->size + info.element->size + 40) &&
            info.map->append(to, &fill, [](void* context, void* key, void* value) {
                const auto& fill = *static_cast<Fill*>(context);
                return fill.reader->read(*fill.info->key, key) && fill.reader->read(*fill.info->element, value);
            });
        if (taken && info.map->size(to) == index) refuse("a key is there twice");
        if (!taken || info.map->size(to) == index) return at(fmt::format("[{}]", index));
    }
    ++depth_;
    return true;
}

bool BinaryReader::read_text(const Info& info, void* to) {
    if (info.kind == Kind::target || (info.kind == Kind::address && !how_.book)) {
        std::size_t count = 0;
        if (!length(count)) return false;
        if (count > left_.size() / 8) return cut_short();
        std::vector<std::int64_t> numbers(count);
        if (count != 0 && !plain(numbers.data(), count * 8)) return false;
        const type::Address address{std::span<const std::int64_t>(numbers)};
        if (info.kind == Kind::target)
            static_cast<type::Target*>(to)->address = address;
        else
            *static_cast<type::Address*>(to) = address;
        return true;
    }
    std::string_view bytes;
    if (!text(bytes) || !spend(bytes.size())) return false;
    switch (info.kind) {
    case Kind::unicode:
        if (valid_utf8_prefix(bytes) != bytes.size()) return refuse("text is not UTF-8");
        static_cast<std::string*>(to)->assign(bytes);
        return true;
    case Kind::string:
        static_cast<type::ByteString*>(to)->bytes.assign(bytes);
        return true;
    case Kind::block: {
        const auto* start = reinterpret_cast<const std::byte*>(bytes.data());
        static_cast<type::Block*>(to)->assign(start, start + bytes.size());
        return true;
    }
    case Kind::type:
        static_cast<type::TypeName*>(to)->name.assign(bytes);
        return true;
    case Kind::word:
        if (!is_json(bytes, 64, true)) return refuse("a word is not JSON");
        static_cast<type::Word*>(to)->json.assign(bytes);
        return true;
    default: { // an address
        auto& address = *static_cast<type::Address*>(to);
        if (bytes.empty()) return address = type::Address(), true;
        const auto* found = how_.book->find(bytes);
        if (!found)
            return refuse(fmt::format("the address \"{}\" is not in the book", terminal_safe(bytes.substr(0, 64))));
        address = *found;
        return true;
    }
    }
}

Result<void> read_binary(std::string_view bytes, const Info& info, void* value, const BinaryReading& how) {
    return BinaryReader(bytes, how).run(info, value);
}

} // namespace layer_cake::codec

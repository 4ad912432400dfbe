#include <deque>
#include <fmt/format.h>
#include <layer_cake/codec/binary.hpp>
#include <layer_cake/codec/binary_form.hpp>
#include <layer_cake/codec/json_scan.hpp>
#include <layer_cake/codec/message_plan.hpp>
#include <layer_cake/codec/named_parts.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/type/registry.hpp>
#include <layer_cake/type/structure.hpp>
#include <memory>
#include <unordered_map>

namespace layer_cake::codec {
namespace {

using type::Info;
using type::Kind;

class BinaryReader {
public:
    BinaryReader(std::string_view bytes, const BinaryReading& how)
        : left_(bytes), how_(how), memory_left_(how.limits.memory), depth_(how.limits.depth) {}

    Result<void> run(const Info& info, void* to) {
        if (run_parts(info, to)) return ok();
        for (auto& [alias, pointee] : pointees_) // cycles would keep themselves alive
            if (pointee.value) type::untie(*pointee.info, pointee.value.get());
        return fail(Fault::invalid, fmt::format("message{}: {}", place_, problem_));
    }

private:
    /// A pointer that waits for the table behind the value.
    struct Pointee {
        std::shared_ptr<void> value;
        const Info* info = nullptr;
        bool is_read = false;
    };

    bool run_parts(const Info& info, void* to) {
        std::uint64_t hash = 0;
        if (left_.size() > how_.limits.bytes)
            return refuse(fmt::format("it is longer than {} bytes", how_.limits.bytes));
        if (!number(hash)) return false;
        if (hash != info.schema_hash()) return refuse(fmt::format("another schema of {}", info.signature()));
        return read(info, to) && read_table();
    }

    bool read(const Info& info, void* to) {
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

    bool read_plain(const Info& info, void* to, std::size_t size) {
        if (is_any_pattern(info.kind)) return plain(to, size);
        std::uint32_t bits = 0;
        if (!plain(&bits, size)) return false;
        if (info.kind == Kind::boolean ? bits > 1 : bits > 0x10ffff || (bits >= 0xd800 && bits < 0xe000))
            return refuse("no value of " + info.signature());
        std::memcpy(to, &bits, size);
        return true;
    }

    bool read_message(const Info& info, void* to) {
        if (!enter()) return false;
        for (const auto& field : plan_of(info).fields)
            if (!read(*field.member.info, field.member.in(to))) return at("." + std::string(field.member.name));
        ++depth_;
        return true;
    }

    bool read_sequence(const Info& info, void* to) {
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

    bool read_element(const Info& info, void* to, std::size_t index) {
        if (info.kind == Kind::array)
            return read(*info.element, static_cast<std::byte*>(const_cast<void*>(info.sequence->data(to))) +
                                           index * info.element->size);
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

    bool read_map(const Info& info, void* to) {
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

    bool read_pointer(const Info& info, void* to) {
        std::uint64_t alias = 0;
        if (!number(alias)) return false;
        if (alias == 0) return info.pointer->set(to, nullptr), true;
        auto& pointee = pointees_[alias];
        if (!pointee.value) {
            if (!spend(info.element->size + 64)) return false;
            pointee.value = info.pointer->make();
            pointee.info = info.element;
            ++wanted_;
        } else if (pointee.info != info.element) {
            return refuse("a pointer is one to " + pointee.info->signature() + " elsewhere");
        }
        info.pointer->set(to, pointee.value);
        return true;
    }

    // The writer lists a pointee after the first pointer to it, so each is known when its turn comes - but for those
    // that only an unknown value leads to.
    bool read_table() {
        std::size_t count = 0;
        std::vector<std::pair<std::uint64_t, std::string_view>> table;
        if (!left_.empty() && !length(count)) return false;
        if (count > how_.limits.pointers) return refuse(fmt::format("more than {} pointers", how_.limits.pointers));
        for (std::size_t index = 0; index < count; ++index) {
            std::string_view word;
            std::uint64_t alias = 0;
            if (!number(alias) || !text(word)) return false;
            table.emplace_back(alias, word);
            const auto found = pointees_.find(alias);
            if (found == pointees_.end() && unknown_.empty()) return refuse("a pointee that nothing points to");
            if (found == pointees_.end()) continue;
            if (found->second.is_read) return refuse("a pointee is there twice");
            found->second.is_read = true;
            --wanted_;
            const auto rest = std::exchange(left_, word);
            const auto pointee = found->second; // the table may move meanwhile
            depth_ = how_.limits.depth;
            if (!read(*pointee.info, pointee.value.get())) return at("->");
            if (!left_.empty()) return refuse("a pointee is longer than its type") || at("->");
            left_ = rest;
        }
        if (!left_.empty()) return refuse("more bytes than the type has");
        if (wanted_ != 0) return refuse("dangling pointer");
        for (auto* unknown : unknown_)
            if (!keep_pointers(*unknown, table)) return false;
        return true;
    }

    /// Keeps what may be an alias in the value, or in a pointee that is kept.
    bool keep_pointers(type::Incognito& unknown, const std::vector<std::pair<std::uint64_t, std::string_view>>& table) {
        if (table.empty()) return true;
        std::unordered_map<std::uint64_t, std::string_view> left(table.begin(), table.end());
        const auto& bytes = unknown.binary;
        std::vector<std::string_view> unsearched{{reinterpret_cast<const char*>(bytes.data()), bytes.size()}};
        bool fits = true;
        while (!unsearched.empty() && fits) {
            const auto next = unsearched.back();
            unsearched.pop_back();
            each_eight_bytes(next, [&](std::uint64_t alias) {
                const auto found = left.find(alias);
                if (found == left.end() || !fits) return;
                fits = spend(found->second.size() + sizeof(type::SavedPointer));
                unsearched.push_back(found->second);
                unknown.pointers.push_back({alias_text(alias), type::Word{std::string(found->second)}});
                left.erase(found);
            });
        }
        return fits;
    }

    bool read_any(type::Any& to) {
        unsigned char form = 0;
        std::string_view signature;
        to.reset();
        if (!plain(&form, 1)) return false;
        if (form == static_cast<unsigned char>(AnyForm::none)) return true;
        if (form > static_cast<unsigned char>(AnyForm::json)) return refuse("no form of a value");
        if (!enter() || !text(signature)) return false;
        const bool done = form == static_cast<unsigned char>(AnyForm::json) ? read_json_any(signature, to)
                                                                            : read_binary_any(signature, to);
        ++depth_;
        return done;
    }

    bool read_binary_any(std::string_view signature, type::Any& to) {
        std::uint64_t hash = 0;
        std::uint32_t size = 0;
        if (!number(hash) || !plain(&size, sizeof size)) return false;
        if (size > left_.size()) return cut_short();
        const auto value = left_.substr(0, size);
        const auto rest = left_.substr(size);
        const auto* info = type::registry().find(signature);
        if (info && info->schema_hash() == hash) {
            if (!spend(info->size)) return false;
            auto made = type::Any::make(*info);
            left_ = value;
            if (!read(*info, made.value())) return false;
            if (!left_.empty()) return refuse("a value is longer than its type");
            to = std::move(made);
        } else {
            if (!spend(size + sizeof(type::Incognito))) return false;
            type::Incognito unknown;
            unknown.type_name = signature;
            unknown.word.json.clear();
            unknown.schema_hash = hash;
            const auto* bytes = reinterpret_cast<const std::byte*>(value.data());
            unknown.binary.assign(bytes, bytes + size);
            to = type::Any::make<type::Incognito>(std::move(unknown));
            if (!keep_addresses(*to.get<type::Incognito>(), value)) return false;
            unknown_.push_back(to.get<type::Incognito>());
        }
        left_ = rest;
        return true;
    }

    bool read_json_any(std::string_view signature, type::Any& to) {
        std::string_view word;
        std::size_t count = 0;
        type::Incognito unknown;
        if (!text(word) || !spend(word.size() + sizeof unknown) || !length(count)) return false;
        JsonScan scan(word);
        if (!scan.skip_value(how_.limits.depth, true) || !scan.at_end()) return refuse("a word is not JSON");
        unknown.type_name = signature;
        unknown.word.json = word;
        std::string_view part;
        for (; count > 0; --count) {
            if (!text(part) || !spend(part.size() + sizeof(std::string))) return false;
            unknown.aliases.emplace_back(part);
        }
        if (!length(count)) return false;
        for (; count > 0; --count) {
            std::string_view alias;
            if (!text(alias) || !text(part) || !spend(alias.size() + part.size() + sizeof(type::SavedPointer)))
                return false;
            if (!is_json_word(part)) return refuse("a word is not JSON");
            unknown.pointers.push_back({std::string(alias), type::Word{std::string(part)}});
        }
        if (!keep_addresses(unknown, unknown.word.json)) return false;
        to = type::Any::make<type::Incognito>(std::move(unknown));
        return type::registry().find(signature) == nullptr || recognise(to);
    }

    /// What was unknown to the sender is known here: as if it had come as JSON.
    bool recognise(type::Any& to) {
        TextBuffer json;
        JsonReading reading;
        reading.book = how_.book;
        reading.limits = how_.limits;
        reading.not_finite = true;
        if (!write_json(json, type::info_of<type::Any>(), &to)) return refuse("an unknown value cannot be read");
        const auto read = read_json(json.view(), type::info_of<type::Any>(), &to, reading);
        return read.has_value() || refuse(read.error().detail);
    }

    static bool is_json_word(std::string_view word) {
        JsonScan scan(word);
        return scan.skip_value(64, true) && scan.at_end();
    }

    /// Keeps the addresses whose keys may be in the text; the start of a key finds it.
    bool keep_addresses(type::Incognito& unknown, std::string_view text) {
        if (!how_.book) return true;
        std::unordered_multimap<std::uint64_t, const AddressBook::Entry*> left;
        const auto keep = [&](const AddressBook::Entry& entry) {
            unknown.addresses.push_back({entry.key, entry.address});
            return spend(entry.key.size() + sizeof(type::SavedAddress));
        };
        bool fits = true;
        for (const auto& entry : how_.book->entries())
            if (entry.key.size() < 8)
                fits = fits && keep(entry);
            else
                each_eight_bytes(std::string_view(entry.key).substr(0, 8),
                                 [&](std::uint64_t start) { left.emplace(start, &entry); });
        each_eight_bytes(text, [&](std::uint64_t start) {
            const auto [first, last] = left.equal_range(start);
            for (auto each = first; each != last; ++each)
                fits = fits && keep(*each->second);
            left.erase(first, last);
        });
        return fits;
    }

    bool read_text(const Info& info, void* to) {
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
            if (!is_json_word(bytes)) return refuse("a word is not JSON");
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

    static std::string alias_text(std::uint64_t alias) {
        std::string text(8, '\0');
        std::memcpy(text.data(), &alias, 8);
        return text;
    }

    bool plain(void* to, std::size_t size) {
        if (size > left_.size()) return cut_short();
        std::memcpy(to, left_.data(), size);
        left_.remove_prefix(size);
        return true;
    }
    bool number(std::uint64_t& value) { return plain(&value, sizeof value); }
    bool length(std::size_t& value) {
        value = 0;
        for (unsigned shift = 0; shift < 63; shift += 7) {
            if (left_.empty()) return cut_short();
            const auto byte = static_cast<unsigned char>(left_[0]);
            left_.remove_prefix(1);
            value |= static_cast<std::size_t>(byte & 0x7f) << shift;
            if (byte < 0x80) return byte != 0 || shift == 0 || refuse("a length has groups too many");
        }
        return refuse("a length has groups too many");
    }
    bool text(std::string_view& text) {
        std::size_t size = 0;
        if (!length(size)) return false;
        if (size > left_.size()) return cut_short();
        text = left_.substr(0, size);
        left_.remove_prefix(size);
        return true;
    }

    bool cut_short() { return refuse("it ends too early"); }
    bool refuse(std::string problem) {
        if (problem_.empty()) problem_ = std::move(problem);
        return false;
    }
    bool at(std::string step) {
        place_.insert(0, step);
        return false;
    }
    bool enter() {
        if (depth_ == 0) return refuse(fmt::format("nested deeper than {} levels", how_.limits.depth));
        --depth_;
        return true;
    }
    bool spend(std::size_t bytes) {
        if (bytes > memory_left_) return refuse(fmt::format("takes more than {} bytes of memory", how_.limits.memory));
        memory_left_ -= bytes;
        return true;
    }

    std::string_view left_;
    const BinaryReading& how_;
    std::size_t memory_left_;
    int depth_;
    std::size_t wanted_ = 0;
    std::unordered_map<std::uint64_t, Pointee> pointees_;
    std::vector<type::Incognito*> unknown_;
    std::string place_;
    std::string problem_;
};

} // namespace

Result<void> read_binary(std::string_view bytes, const Info& info, void* value, const BinaryReading& how) {
    return BinaryReader(bytes, how).run(info, value);
}

} // namespace layer_cake::codec

#include <layer_cake/codec/binary_form.hpp>
#include <layer_cake/codec/binary_reader.hpp>
#include <layer_cake/codec/named_parts.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/type/registry.hpp>

/// Pointers, and values of any type: known here, or carried on as they came.
namespace layer_cake::codec {

using type::Info;

bool BinaryReader::read_pointer(const Info& info, void* to) {
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
bool BinaryReader::read_table() {
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

bool BinaryReader::keep_pointers(type::Incognito& unknown,
                                 const std::vector<std::pair<std::uint64_t, std::string_view>>& table) {
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

bool BinaryReader::read_any(type::Any& to) {
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

bool BinaryReader::read_binary_any(std::string_view signature, type::Any& to) {
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

bool BinaryReader::read_json_any(std::string_view signature, type::Any& to) {
    std::string_view word;
    std::size_t count = 0;
    type::Incognito unknown;
    if (!text(word) || !spend(word.size() + sizeof unknown) || !length(count)) return false;
    if (!is_json(word, how_.limits.depth, true)) return refuse("a word is not JSON");
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
        if (!is_json(part, 64, true)) return refuse("a word is not JSON");
        unknown.pointers.push_back({std::string(alias), type::Word{std::string(part)}});
    }
    if (!keep_addresses(unknown, unknown.word.json)) return false;
    to = type::Any::make<type::Incognito>(std::move(unknown));
    return type::registry().find(signature) == nullptr || recognise(to);
}

bool BinaryReader::recognise(type::Any& to) {
    TextBuffer json;
    JsonReading reading;
    reading.book = how_.book;
    reading.limits = how_.limits;
    reading.not_finite = true;
    if (!write_json(json, type::info_of<type::Any>(), &to)) return refuse("an unknown value cannot be read");
    const auto read = read_json(json.view(), type::info_of<type::Any>(), &to, reading);
    return read.has_value() || refuse(read.error().detail);
}

bool BinaryReader::keep_addresses(type::Incognito& unknown, std::string_view text) {
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

} // namespace layer_cake::codec

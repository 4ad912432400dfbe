#include <fmt/format.h>
#include <layer_cake/codec/json_reader.hpp>
#include <layer_cake/codec/named_parts.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/type/registry.hpp>
#include <unordered_set>

namespace layer_cake::codec {

using type::Info;
using type::Kind;

namespace {

bool is_never_null(Kind kind) {
    switch (kind) {
    case Kind::any:
    case Kind::word:
    case Kind::address:
    case Kind::type:
        return false;
    default:
        return type::is_scalar(kind) || kind == Kind::enumeration;
    }
}

} // namespace

bool JsonReader::read_any(type::Any& to) {
    if (take_null()) return to.reset(), true;
    const auto& own = type::info_of<type::Any>();
    if (!enter('[', own)) return false;
    std::string_view text;
    if (!read_text(own, text)) return false;
    const Info* info = type::registry().find(text);
    std::string signature(text);
    if (!scan_.take(',')) return expected("\",\" and the value");
    // What the predecessor sends for a function of that type which returned nothing: no value of ours, so it travels
    // on.
    if (info && scan_.peek() == 'n' && is_never_null(info->kind)) info = nullptr;

    const char* word = (scan_.peek(), scan_.at());
    const char* word_end = nullptr;
    if (info) {
        if (!spend(info->size)) return false;
        auto value = type::Any::make(*info);
        if (!read(*info, value.value())) return false;
        to = info == &own ? std::move(*value.get<type::Any>()) : std::move(value); // `["any",null,[]]` is null
    } else if (!scan_.skip_value(depth_, how_.not_finite)) {
        return expected("a value");
    }
    word_end = scan_.at();

    if (!scan_.take(',')) return expected("\",\" and the aliases");
    std::vector<std::string> aliases;
    if (!read_strings(aliases)) return false;
    while (scan_.take(','))
        if (!scan_.skip_value(depth_)) return expected("a value");
    if (!leave(']')) return false;
    if (info) return true;
    return read_incognito(std::move(signature), {word, static_cast<std::size_t>(word_end - word)}, std::move(aliases),
                          to);
}

bool JsonReader::read_strings(std::vector<std::string>& to) {
    const auto& own = type::info_of<std::vector<std::string>>();
    if (take_null()) return true;
    if (!enter('[', own)) return false;
    if (scan_.take(']')) return ++depth_, true;
    do {
        std::string_view text;
        if (!spend(sizeof(std::string)) || !read_text(*own.element, text)) return at_index(to.size());
        to.emplace_back(text);
    } while (scan_.take(','));
    return leave(']');
}

// The list of aliases is not complete: pointers met first outside the value are not in it. So its strings are searched.
bool JsonReader::read_incognito(std::string signature, std::string_view word, std::vector<std::string> aliases,
                                type::Any& to) {
    if (!find_pointees() || !spend(word.size() + sizeof(type::Incognito))) return false;
    for (const auto& alias : aliases)
        if (!pointees_.contains(alias))
            return refuse(
                fmt::format("the pointer \"{}\" is missing", terminal_safe(std::string_view(alias).substr(0, 64))));
    type::Incognito unknown;
    std::unordered_set<std::string> taken;
    std::vector<std::string_view> unsearched{word};
    std::size_t bytes = 0;
    const auto look_at = [&](std::string_view text) {
        if (bytes > memory_left_) return;
        std::string key(text);
        const auto found = pointees_.find(key);
        const auto* address = how_.book ? how_.book->find(text) : nullptr;
        if ((found == pointees_.end() && !address) || !taken.insert(key).second) return;
        bytes += key.size() + sizeof(type::SavedPointer) + sizeof(type::SavedAddress);
        if (address) unknown.addresses.push_back({key, *address});
        if (found == pointees_.end()) return;
        bytes += found->second.word.size();
        unsearched.push_back(found->second.word);
        unknown.pointers.push_back({std::move(key), type::Word{std::string(found->second.word)}});
    };
    for (const auto& alias : aliases)
        look_at(alias);
    while (!unsearched.empty()) {
        const auto next = unsearched.back();
        unsearched.pop_back();
        each_string(next, look_at);
    }
    if (!spend(bytes)) return false;
    unknown.type_name = std::move(signature);
    unknown.word.json.assign(word);
    unknown.aliases = std::move(aliases);
    to = type::Any::make<type::Incognito>(std::move(unknown));
    return true;
}

bool JsonReader::read_pointer(const Info& info, void* to) {
    if (take_null()) return info.pointer->set(to, nullptr), true;
    std::string_view text;
    if (!read_text(info, text)) return false;
    const std::string alias(text);
    if (!find_pointees()) return false;
    const auto found = pointees_.find(alias);
    if (found == pointees_.end())
        return refuse(fmt::format("dangling pointer \"{}\"", terminal_safe(std::string_view(alias).substr(0, 64))));
    auto& pointee = found->second;
    if (!pointee.value) {
        if (!spend(info.element->size + 16)) return false;
        pointee.value = info.pointer->make();
        pointee.info = info.element;
        waiting_.emplace_back(&found->first, &pointee);
    } else if (pointee.info != info.element) {
        return refuse(fmt::format("the pointer \"{}\" is one to {} elsewhere", terminal_safe(alias.substr(0, 64)),
                                  pointee.info->signature()));
    }
    info.pointer->set(to, pointee.value);
    return true;
}

// One after the other, not one within the other: a list of any length needs no deep stack.
bool JsonReader::read_pointees() {
    while (!waiting_.empty()) {
        const auto [alias, pointee] = waiting_.front();
        waiting_.pop_front();
        scan_ = JsonScan(pointee->word);
        depth_ = how_.limits.depth;
        if (!read(*pointee->info, pointee->value.get()) || !(scan_.at_end() || expected("the end"))) {
            place_.insert(0, fmt::format("->\"{}\"", terminal_safe(std::string_view(*alias).substr(0, 64))));
            return false;
        }
    }
    return true;
}

bool JsonReader::find_pointees() {
    if (pointees_found_) return true;
    pointees_found_ = true;
    if (how_.wrap != Wrap::shipment) return true;
    JsonScan scan(text_);
    const char* table = nullptr;
    std::string_view name;
    bool plain = false;
    scan.take('{');
    do {
        if (scan.peek() != '"' || !scan.take_string(name, plain) || !scan.take(':')) break;
        scan.peek();
        if (name == "pointer") table = scan.at();
        if (!scan.skip_value(how_.limits.depth + 2, how_.not_finite))
            return refuse("the text is broken behind this place");
    } while (scan.take(','));
    if (!table) return true;
    scan.go(table);
    return collect_pointees(scan) || refuse("\"pointer\" is not a list of pairs");
}

bool JsonReader::collect_pointees(JsonScan& scan) {
    if (scan.peek() == 'n') return scan.take_word("null");
    if (!scan.take('[')) return false;
    if (scan.take(']')) return true;
    do {
        std::string_view raw;
        bool plain = true;
        std::string alias;
        if (!scan.take('[') || scan.peek() != '"' || !scan.take_string(raw, plain) || !scan.take(',')) return false;
        if (plain)
            alias.assign(raw);
        else if (!unescape(raw, alias))
            return false;
        const char* const word = (scan.peek(), scan.at());
        if (!scan.skip_value(how_.limits.depth, how_.not_finite)) return false;
        const std::string_view text(word, static_cast<std::size_t>(scan.at() - word));
        if (!scan.take(']')) return false;
        if (pointees_.size() == how_.limits.pointers)
            return refuse(fmt::format("more than {} pointers", how_.limits.pointers));
        pointees_[std::move(alias)].word = text;
    } while (scan.take(','));
    return scan.take(']');
}

} // namespace layer_cake::codec

#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/json_writer.hpp>

namespace layer_cake::codec {

using type::Info;

namespace {

constexpr std::size_t first_alias = 1100;

} // namespace

const std::string& JsonWriter::unique() {
    if (unique_.empty()) unique_ = type::format_uuid(type::Uuid::make());
    return unique_;
}

bool JsonWriter::write_any(const type::Any& any) {
    if (!any) return out_->put("null"), true;
    if (const auto* unknown = any.get<type::Incognito>()) return write_incognito(*unknown);
    if (!enter()) return false;
    const auto first_met = met_.size();
    const auto first_pointee = pointees_.size();
    out_->put('[');
    append_ascii_string(*out_, any.signature());
    out_->put(',');
    if (!write(*any.info(), any.value())) return false;
    if (!write_pointees(first_pointee)) return false; // their own pointers are met within this value, too
    out_->put(",[");
    for (auto at = first_met; at < met_.size(); ++at) {
        if (at != first_met) out_->put(',');
        append_ascii_string(*out_, met_[at]);
    }
    out_->put("]]");
    ++depth_;
    return true;
}

bool JsonWriter::write_incognito(const type::Incognito& unknown) {
    if (unknown.word.json.empty())
        return refuse(fmt::format("\"{}\" is unknown here and came in the binary form", unknown.type_name));
    if (how_.wrap == Wrap::none && !unknown.aliases.empty()) return refuse("a pointer has no place here");
    out_->put('[');
    append_ascii_string(*out_, unknown.type_name);
    out_->put(',');
    out_->put(unknown.word.json);
    out_->put(",[");
    for (std::size_t at = 0; at < unknown.aliases.size(); ++at) {
        if (at != 0) out_->put(',');
        append_ascii_string(*out_, unknown.aliases[at]);
        met_.push_back(unknown.aliases[at]);
    }
    out_->put("]]");
    for (const auto& pointer : unknown.pointers) {
        const bool is_there =
            std::any_of(saved_.begin(), saved_.end(), [&](const auto& saved) { return saved.alias == pointer.alias; });
        if (!is_there) saved_.push_back(pointer);
    }
    if (how_.book)
        for (const auto& saved : unknown.addresses)
            if (!how_.book->find(saved.key)) how_.book->add(saved.key, saved.address);
    return true;
}

bool JsonWriter::write_pointer(const Info& info, const void* value) {
    auto pointee = info.pointer->get(value);
    if (!pointee) return out_->put("null"), true;
    if (how_.wrap == Wrap::none) return refuse("a pointer has no place here");
    auto& here = by_place_[pointee.get()];
    const auto known =
        std::find_if(here.begin(), here.end(), [&](const Pointee* each) { return each->info == info.element; });
    if (known != here.end()) return append_ascii_string(*out_, (*known)->alias), true;
    auto entry = std::make_unique<Pointee>();
    entry->alias = fmt::format("{}:{}", first_alias + pointees_.size(), unique());
    entry->value = std::move(pointee);
    entry->info = info.element;
    here.push_back(entry.get());
    met_.push_back(entry->alias);
    append_ascii_string(*out_, entry->alias);
    pointees_.push_back(std::move(entry));
    return true;
}

// One after the other, not one within the other: a list of any length needs no deep stack.
bool JsonWriter::write_pointees(std::size_t from) {
    for (auto at = from; at < pointees_.size(); ++at) {
        auto& pointee = *pointees_[at];
        if (pointee.is_written) continue;
        pointee.is_written = true;
        auto* const outer = std::exchange(out_, &pointee.word);
        const bool done = write(*pointee.info, pointee.value.get());
        out_ = outer;
        if (!done) return refuse({}), place_.insert(0, "->\"" + pointee.alias + "\""), false;
    }
    return true;
}

void JsonWriter::write_table() {
    out_->put(",\"pointer\":[");
    bool first = true;
    const auto entry = [&](std::string_view alias, std::string_view word) {
        out_->put(first ? "[" : ",[");
        first = false;
        append_ascii_string(*out_, alias);
        out_->put(',');
        out_->put(word);
        out_->put(']');
    };
    for (const auto& pointee : pointees_)
        entry(pointee->alias, pointee->word.view());
    for (const auto& saved : saved_)
        entry(saved.alias, saved.word.json);
    out_->put(']');
}

} // namespace layer_cake::codec

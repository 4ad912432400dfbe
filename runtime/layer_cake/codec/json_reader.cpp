#include <fmt/format.h>
#include <layer_cake/codec/json_reader.hpp>
#include <layer_cake/codec/message_plan.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/type/structure.hpp>

namespace layer_cake::codec {

using type::Info;
using type::Kind;

Result<void> JsonReader::run(const Info& info, void* to) {
    bool done = false;
    if (text_.size() > how_.limits.bytes)
        refuse(fmt::format("the text is longer than {} bytes", how_.limits.bytes));
    else
        done = (how_.wrap == Wrap::shipment ? read_shipment(info, to) : read(info, to)) &&
               (scan_.at_end() || expected("the end")) && read_pointees();
    if (done) return ok();
    for (auto& [alias, pointee] : pointees_) // cycles would keep themselves alive
        if (pointee.value) type::untie(*pointee.info, pointee.value.get());
    return fail(Fault::invalid, fmt::format("message{}: {}", place_, problem_));
}

bool JsonReader::read_shipment(const Info& info, void* to) {
    if (!scan_.take('{')) return expected("an object with \"value\"");
    bool is_read = false;
    std::string_view name;
    bool plain = false;
    if (!scan_.take('}')) {
        do {
            scan_.peek();
            if (!is_read && scan_.take_text("\"value\":")) {
                if (!read(info, to)) return false;
                is_read = true;
                continue;
            }
            if (!scan_.take_string(name, plain) || !scan_.take(':')) return expected("a member's name");
            if (name != "value") {
                if (!scan_.skip_value(how_.limits.depth + 2, how_.not_finite)) return expected("a value");
                continue;
            }
            if (is_read) { // the last one counts
                info.destroy(to);
                info.construct(to);
            }
            if (!read(info, to)) return false;
            is_read = true;
        } while (scan_.take(','));
        if (!scan_.take('}')) return expected("\",\" or \"}\"");
    }
    return is_read || refuse("there is no \"value\"");
}

bool JsonReader::read(const Info& info, void* to) {
    switch (info.kind) {
    case Kind::message:
        return read_message(info, to);
    case Kind::vector:
        if (&info == &type::info_of<std::vector<double>>()) return read_doubles(*static_cast<std::vector<double>*>(to));
        return read_sequence(info, to);
    case Kind::deque:
    case Kind::set:
        return read_sequence(info, to);
    case Kind::array:
        return read_array(info, to);
    case Kind::map:
        return read_map(info, to);
    case Kind::optional:
        return read_optional(info, to);
    case Kind::pointer:
        return read_pointer(info, to);
    case Kind::any:
        return read_any(*static_cast<type::Any*>(to));
    case Kind::enumeration:
        return read_enumeration(info, to);
    default:
        return read_scalar(info, to);
    }
}

bool JsonReader::read_message(const Info& info, void* to) {
    const auto& fields = plan_of(info).fields;
    if (!enter('{', info)) return false;
    if (scan_.take('}')) return ++depth_, true;
    std::vector<bool> many(fields.size() > 64 ? fields.size() : 0);
    std::uint64_t seen = 0;
    std::size_t next = 0;
    do {
        std::size_t index = next;
        scan_.peek();
        if (next >= fields.size() || !scan_.take_text(std::string_view(fields[next].key).substr(1))) {
            std::string_view raw;
            bool plain = true;
            if (!scan_.take_string(raw, plain)) return expected("a member's name");
            if (!scan_.take(':')) return expected("\":\"");
            if (!plain && !unescape(raw, scratch_)) return refuse("a name has half of a surrogate pair");
            index = plan_of(info).find(plain ? raw : std::string_view(scratch_));
            if (index == fields.size()) {
                if (!scan_.skip_value(depth_, how_.not_finite)) return expected("a value") || at_member(raw);
                continue;
            }
        }
        const auto& field = fields[index];
        next = index + 1;
        const bool again = fields.size() > 64 ? many[index] : (seen >> index & 1) != 0;
        if (again) { // the last one counts: back to the default, as if the first had not been
            const auto sample = type::Any::make(info);
            field.member.info->destroy(field.member.in(to));
            field.member.info->move(field.member.in(to), const_cast<void*>(field.member.in(sample.value())));
        }
        if (fields.size() > 64)
            many[index] = true;
        else
            seen |= std::uint64_t(1) << index;
        if (scan_.peek() == 'n' && field.kind != Kind::word) {
            if (!scan_.take_word("null")) return expected(*field.member.info) || at_member(field.member.name);
            continue;
        }
        if (!read(*field.member.info, field.member.in(to))) return at_member(field.member.name);
    } while (scan_.take(','));
    return leave('}');
}

bool JsonReader::read_sequence(const Info& info, void* to) {
    struct Fill {
        JsonReader* reader;
        const Info* element;
    } fill{this, info.element};
    if (!enter('[', info)) return false;
    info.sequence->clear(to);
    if (scan_.take(']')) return ++depth_, true;
    std::size_t index = 0;
    do {
        if (!spend(info.element->size + (info.kind == Kind::set ? 40 : 0))) return at_index(index);
        const bool taken = info.sequence->append(to, &fill, [](void* context, void* element) {
            const auto& fill = *static_cast<Fill*>(context);
            return fill.reader->read(*fill.element, element);
        });
        if (!taken) return at_index(index);
        ++index;
    } while (scan_.take(','));
    return leave(']');
}

bool JsonReader::read_array(const Info& info, void* to) {
    if (!enter('[', info)) return false;
    auto* element = static_cast<std::byte*>(const_cast<void*>(info.sequence->data(to)));
    if (scan_.take(']')) return ++depth_, true;
    std::size_t index = 0;
    do {
        if (index < info.length) {
            if (!read(*info.element, element + index * info.element->size)) return at_index(index);
        } else if (!scan_.skip_value(depth_)) {
            return expected("a value") || at_index(index);
        }
        ++index;
    } while (scan_.take(','));
    return leave(']');
}

// Rows of numbers are the common large value: no call for each element, one allocation for each row.
bool JsonReader::read_doubles(std::vector<double>& to) {
    const auto& info = type::info_of<std::vector<double>>();
    if (!enter('[', info)) return false;
    row_.clear();
    if (!scan_.take(']')) {
        do {
            double value = 0;
            scan_.peek();
            const auto number = read_float8(scan_.at(), scan_.end(), value);
            if (number.end && !number.is_integer) [[likely]] {
                scan_.go(number.end);
            } else if (!read_float<double>(*info.element, &value)) {
                return at_index(row_.size());
            }
            row_.push_back(value);
        } while (scan_.take(','));
        if (!leave(']')) return false;
    } else {
        ++depth_;
    }
    if (!spend(row_.size() * sizeof(double))) return false;
    to.assign(row_.begin(), row_.end());
    return true;
}

bool JsonReader::read_map(const Info& info, void* to) {
    struct Fill {
        JsonReader* reader;
        const Info* info;
    } fill{this, &info};
    if (!enter('[', info)) return false;
    info.map->clear(to);
    if (scan_.take(']')) return ++depth_, true;
    std::size_t index = 0;
    do {
        if (!spend(info.key->size + info.element->size + 40)) return at_index(index);
        const bool taken = info.map->append(to, &fill, [](void* context, void* key, void* value) {
            const auto& fill = *static_cast<Fill*>(context);
            return fill.reader->read_pair(*fill.info, key, value);
        });
        if (!taken) return at_index(index);
        ++index;
    } while (scan_.take(','));
    return leave(']');
}

bool JsonReader::read_pair(const Info& info, void* key, void* value) {
    if (scan_.peek() != '[') return expected("a pair");
    if (!enter('[', info)) return false;
    if (!read(*info.key, key)) return at_index(0);
    if (!scan_.take(',')) return expected("\",\" and a value");
    if (!read(*info.element, value)) return at_index(1);
    while (scan_.take(','))
        if (!scan_.skip_value(depth_)) return expected("a value");
    return leave(']');
}

bool JsonReader::read_optional(const Info& info, void* to) {
    if (scan_.peek() == 'n' && info.element->kind != Kind::word) {
        if (!take_null()) return expected(info);
        info.optional->reset(to);
        return true;
    }
    return read(*info.element, info.optional->emplace(to));
}

bool JsonReader::take_null() {
    return scan_.peek() == 'n' && scan_.take_word("null");
}

bool JsonReader::enter(char open, const Info& info) {
    if (!scan_.take(open)) return expected(info);
    if (depth_ == 0) return refuse(fmt::format("nested deeper than {} levels", how_.limits.depth));
    --depth_;
    return true;
}

bool JsonReader::leave(char close) {
    if (!scan_.take(close)) return expected(close == ']' ? "\",\" or \"]\"" : "\",\" or \"}\"");
    ++depth_;
    return true;
}

bool JsonReader::spend(std::size_t bytes) {
    if (bytes > memory_left_) return refuse(fmt::format("takes more than {} bytes of memory", how_.limits.memory));
    memory_left_ -= bytes;
    return true;
}

bool JsonReader::expected(std::string_view what) {
    if (problem_.empty()) problem_ = fmt::format("expected {}, found {}", what, found());
    return false;
}

bool JsonReader::refuse(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
    return false;
}

bool JsonReader::at_member(std::string_view name) {
    place_.insert(0, "." + terminal_safe(name.substr(0, 64)));
    return false;
}

bool JsonReader::at_index(std::size_t index) {
    place_.insert(0, fmt::format("[{}]", index));
    return false;
}

std::string JsonReader::found() {
    const char first = scan_.peek();
    const std::string_view rest(scan_.at(), static_cast<std::size_t>(scan_.end() - scan_.at()));
    if (rest.empty()) return "the end";
    if (first == '[') return "a list";
    if (first == '{') return "an object";
    if (first == '"') {
        auto copy = scan_;
        std::string_view raw;
        bool plain = false;
        if (!copy.take_string(raw, plain)) return "a broken string";
        return fmt::format("\"{}\"{}", terminal_safe(raw.substr(0, 24)), raw.size() > 24 ? "..." : "");
    }
    return terminal_safe(
        rest.substr(0, std::min<std::size_t>(24, std::max<std::size_t>(1, rest.find_first_of(" \n\r\t,:[]{}\"")))));
}

} // namespace layer_cake::codec

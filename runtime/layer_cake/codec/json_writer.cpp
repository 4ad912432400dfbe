#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/codec/json_lines.hpp>
#include <layer_cake/codec/json_reader.hpp>
#include <layer_cake/codec/json_writer.hpp>
#include <layer_cake/codec/message_plan.hpp>

namespace layer_cake::codec {

using type::Info;
using type::Kind;

Result<void> JsonWriter::run(const Info& info, const void* value) {
    const auto start = out_->size();
    const bool wrapped = how_.wrap == Wrap::shipment;
    if (wrapped) out_->put("{\"value\":");
    if (write(info, value) && write_pointees(0)) {
        if (!pointees_.empty() || !saved_.empty()) write_table();
        if (wrapped) out_->put('}');
        return ok();
    }
    out_->cut(start);
    return fail(Fault::invalid, fmt::format("message{}: {}", place_, problem_));
}

bool JsonWriter::write(const Info& info, const void* value) {
    switch (info.kind) {
    case Kind::message:
        return write_message(info, value);
    case Kind::vector:
        if (&info == &type::info_of<std::vector<double>>())
            return enter() && (write_doubles(*static_cast<const std::vector<double>*>(value)), ++depth_, true);
        return write_sequence(info, value);
    case Kind::array:
    case Kind::deque:
    case Kind::set:
        return write_sequence(info, value);
    case Kind::map:
        return write_map(info, value);
    case Kind::optional: {
        const auto* held = info.optional->get(value);
        return held ? write(*info.element, held) : (out_->put("null"), true);
    }
    case Kind::pointer:
        return write_pointer(info, value);
    case Kind::any:
        return write_any(*static_cast<const type::Any*>(value));
    case Kind::enumeration:
        return write_enumeration(info, value);
    default:
        return write_scalar(info, value);
    }
}

bool JsonWriter::write_message(const Info& info, const void* value) {
    const auto& fields = plan_of(info).fields;
    if (!enter()) return false;
    out_->put('{');
    std::string_view skip_comma = ",";
    for (const auto& field : fields) {
        out_->put(std::string_view(field.key).substr(skip_comma.size()));
        skip_comma = {};
        if (!write(*field.member.info, field.member.in(value))) return at_member(field.member.name);
    }
    out_->put('}');
    ++depth_;
    return true;
}

bool JsonWriter::write_sequence(const Info& info, const void* value) {
    struct Step {
        JsonWriter* writer;
        const Info* element;
        std::size_t index;
    } step{this, info.element, 0};
    if (!enter()) return false;
    out_->put('[');
    const bool done = info.sequence->each(value, &step, [](void* context, const void* element) {
        auto& step = *static_cast<Step*>(context);
        if (step.index != 0) step.writer->out_->put(',');
        if (!step.writer->write(*step.element, element)) return step.writer->at_index(step.index);
        ++step.index;
        return true;
    });
    if (!done) return false;
    out_->put(']');
    ++depth_;
    return true;
}

void JsonWriter::write_doubles(const std::vector<double>& row) {
    out_->put('[');
    char* to = out_->need(2);
    for (std::size_t at = 0; at < row.size(); ++at) {
        if (at % 16 == 0) { // room for the next sixteen at once
            out_->end(to);
            to = out_->need(16 * (float_text_room + 1));
        }
        to = write_float8(to, row[at]);
        *to++ = ',';
    }
    if (!row.empty()) --to;
    *to++ = ']';
    out_->end(to);
}

bool JsonWriter::write_map(const Info& info, const void* value) {
    struct Step {
        JsonWriter* writer;
        const Info* info;
        std::size_t index;
    } step{this, &info, 0};
    if (!enter()) return false;
    out_->put('[');
    const bool done = info.map->each(value, &step, [](void* context, const void* key, const void* value) {
        auto& step = *static_cast<Step*>(context);
        auto& writer = *step.writer;
        writer.out_->put(step.index == 0 ? "[" : ",[");
        if (!writer.write(*step.info->key, key)) return writer.at_index(0) || writer.at_index(step.index);
        writer.out_->put(',');
        if (!writer.write(*step.info->element, value)) return writer.at_index(1) || writer.at_index(step.index);
        writer.out_->put(']');
        ++step.index;
        return true;
    });
    if (!done) return false;
    out_->put(']');
    ++depth_;
    return true;
}

bool JsonWriter::enter() {
    if (depth_ == 0) return refuse(fmt::format("nested deeper than {} levels", how_.depth));
    --depth_;
    return true;
}

bool JsonWriter::refuse(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
    return false;
}

bool JsonWriter::at_member(std::string_view name) {
    place_.insert(0, "." + std::string(name));
    return false;
}

bool JsonWriter::at_index(std::size_t index) {
    place_.insert(0, fmt::format("[{}]", index));
    return false;
}

Result<void> write_json(TextBuffer& out, const Info& info, const void* value, const JsonWriting& how) {
    return JsonWriter(out, how).run(info, value);
}

Result<void> read_json(std::string_view text, const Info& info, void* value, const JsonReading& how) {
    return JsonReader(text, how).run(info, value);
}

std::string in_lines(std::string_view flat) {
    std::string text;
    int level = 0;
    const auto line = [&] { text.append(1, '\n').append(static_cast<std::size_t>(level) * 4, ' '); };
    for (std::size_t at = 0; at < flat.size(); ++at) {
        const char c = flat[at];
        if (c == '"') {
            const auto start = at++;
            for (; flat[at] != '"'; ++at)
                at += flat[at] == '\\' ? 1 : 0;
            text += flat.substr(start, at - start + 1);
        } else if ((c == '[' || c == '{') && flat[at + 1] == (c == '[' ? ']' : '}')) {
            text += flat.substr(at++, 2);
        } else if (c == '[' || c == '{') {
            text += c;
            ++level;
            line();
        } else if (c == ']' || c == '}') {
            --level;
            line();
            text += c;
        } else {
            text += c;
            if (c == ',') line();
            if (c == ':') text += ' ';
        }
    }
    return text;
}

Result<std::string> to_readable_json(const Info& info, const void* value) {
    TextBuffer out;
    if (auto written = write_json(out, info, value, {Wrap::none, nullptr, 64}); !written)
        return fail(std::move(written).error());
    return in_lines(out.view());
}

bool is_json(std::string_view text, int depth, bool not_finite) {
    JsonScan scan(text);
    return scan.skip_value(depth, not_finite) && scan.at_end();
}

} // namespace layer_cake::codec

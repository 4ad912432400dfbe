#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/process/output.hpp>

namespace layer_cake::process {
namespace {

void sort_members(codec::Value& value) {
    if (auto* list = value.array())
        for (auto& element : *list)
            sort_members(element);
    auto* object = value.object();
    if (!object) return;
    std::sort(object->begin(), object->end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    for (auto& member : *object)
        sort_members(member.value);
}

Result<std::string> full_text(const type::Any& value, bool compact) {
    codec::TextBuffer out;
    auto written = codec::write_json(out, type::info_of<type::Any>(), &value);
    if (!written) return fail(std::move(written).error());
    if (compact) return out.str();
    auto tree = codec::parse_json(out.view());
    if (!tree) return out.str(); // larger than a tree may be
    sort_members(*tree);
    return codec::write_json(*tree, codec::Layout::indented);
}

Result<std::string> plain_text(const type::Any& value, bool compact) {
    if (!compact) return codec::to_readable_json(*value.info(), value.value());
    codec::TextBuffer out;
    codec::JsonWriting how;
    how.wrap = codec::Wrap::none;
    auto written = codec::write_json(out, *value.info(), value.value(), how);
    if (!written) return fail(std::move(written).error());
    return out.str();
}

} // namespace

std::string fault_text(const type::Faulted& fault) {
    return fault.explanation.empty() ? fault.condition : fmt::format("{} ({})", fault.condition, fault.explanation);
}

std::string full_form(const type::Any& value) {
    return full_text(value, true).value_or("");
}

Output output_of(const type::Any& value, const StartOptions& options) {
    Output output;
    const auto* fault = type::as_fault(value);
    if (fault) output.status = static_cast<int>(fault->exit_status.value_or(71) & 0xff);
    if (fault && output.status == 0) output.status = 71;
    if (!value) return output;
    if (fault && !options.full_output) {
        output.err = fault_text(*fault);
        return output;
    }
    auto text =
        options.full_output ? full_text(value, options.child_process) : plain_text(value, options.child_process);
    if (text) {
        output.out = std::move(*text) + "\n";
    } else {
        output.err = "cannot encode what was returned: " + text.error().detail;
        output.status = 71;
    }
    return output;
}

} // namespace layer_cake::process

#include <cli/output.hpp>
#include <layer_cake/codec/json.hpp>
#include <ostream>

namespace layer_cake::cli {

bool wants_json(const Invocation& call) {
    return call.value("output") == "json";
}

void print_json(Invocation& call, std::string_view schema, codec::Value members) {
    codec::Object whole;
    if (!members.find("schema")) whole.emplace_back("schema", schema);
    if (auto* object = members.object())
        for (auto& member : *object)
            whole.push_back(std::move(member));
    call.out << codec::write_json(codec::Value(std::move(whole)), codec::Layout::indented) << '\n';
}

void print_json_line(Invocation& call, const codec::Value& value) {
    call.out << codec::write_json(value) << '\n';
}

Error in_doing(std::string_view what, Error error) {
    const bool complete = error.detail.find('\n') != std::string::npos || error.detail.rfind(what, 0) == 0;
    if (complete) return error;
    error.detail = std::string(what) + ": " + error.detail;
    error.placed = false; // it no longer begins with its place
    return error;
}

} // namespace layer_cake::cli

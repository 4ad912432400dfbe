#include <algorithm>
#include <cassert>
#include <cmath>
#include <fmt/format.h>
#include <layer_cake/codec/number_text.hpp>
#include <layer_cake/codec/value.hpp>

namespace layer_cake::codec {
namespace {

bool same_members(const Object& a, const Object& b) {
    if (a.size() != b.size()) return false;
    std::size_t at = 0; // most often the order is the same
    while (at < a.size() && a[at].name == b[at].name) {
        if (!(a[at].value == b[at].value)) return false;
        ++at;
    }
    if (at == a.size()) return true;
    const auto sorted = [at](const Object& object) {
        std::vector<const Member*> members;
        members.reserve(object.size() - at);
        for (std::size_t i = at; i < object.size(); ++i)
            members.push_back(&object[i]);
        std::sort(members.begin(), members.end(), [](const Member* x, const Member* y) { return x->name < y->name; });
        return members;
    };
    const auto left = sorted(a);
    const auto right = sorted(b);
    return std::equal(left.begin(), left.end(), right.begin(),
                      [](const Member* x, const Member* y) { return x->name == y->name && x->value == y->value; });
}

} // namespace

Value::Value(double value) {
    if (std::isfinite(value)) data_ = Number{fmt::format("{}", value)};
}

std::optional<bool> Value::boolean() const {
    const auto* held = std::get_if<bool>(&data_);
    return held ? std::optional(*held) : std::nullopt;
}

std::optional<std::int64_t> Value::integer() const {
    const auto* held = std::get_if<Number>(&data_);
    return held ? integer_of(held->text) : std::nullopt;
}

std::optional<double> Value::real() const {
    const auto* held = std::get_if<Number>(&data_);
    return held ? real_of(held->text) : std::nullopt;
}

const std::string* Value::string() const {
    return std::get_if<std::string>(&data_);
}
const Array* Value::array() const {
    return std::get_if<Array>(&data_);
}
Array* Value::array() {
    return std::get_if<Array>(&data_);
}
const Object* Value::object() const {
    return std::get_if<Object>(&data_);
}
Object* Value::object() {
    return std::get_if<Object>(&data_);
}

std::optional<std::string> Value::scalar_text() const {
    switch (kind()) {
    case Kind::null:
        return std::string();
    case Kind::boolean:
        return std::get<bool>(data_) ? "true" : "false";
    case Kind::number:
        return std::get<Number>(data_).text;
    case Kind::string:
        return std::get<std::string>(data_);
    case Kind::array:
    case Kind::object:
        break;
    }
    return {};
}

const Value* Value::find(std::string_view name) const {
    if (const auto* members = object())
        for (const auto& member : *members)
            if (member.name == name) return &member.value;
    return nullptr;
}

Value* Value::find(std::string_view name) {
    return const_cast<Value*>(std::as_const(*this).find(name));
}

Value& Value::set(std::string_view name, Value value) {
    if (is_null()) data_ = Object{};
    assert(object() && "only an object has members");
    if (auto* held = find(name)) {
        *held = std::move(value);
        return *held;
    }
    return object()->emplace_back(std::string(name), std::move(value)).value;
}

bool Value::erase(std::string_view name) {
    auto* members = object();
    if (!members) return false;
    return std::erase_if(*members, [name](const Member& member) { return member.name == name; }) > 0;
}

bool operator==(const Value& a, const Value& b) {
    if (a.kind() != b.kind()) return false;
    if (a.kind() == Value::Kind::object) return same_members(*a.object(), *b.object());
    return a.data_ == b.data_;
}

std::string_view kind_name(Value::Kind kind) {
    switch (kind) {
    case Value::Kind::null:
        return "nothing";
    case Value::Kind::boolean:
        return "true or false";
    case Value::Kind::number:
        return "a number";
    case Value::Kind::string:
        return "text";
    case Value::Kind::array:
        return "a list";
    case Value::Kind::object:
        return "a mapping";
    }
    return {};
}

} // namespace layer_cake::codec

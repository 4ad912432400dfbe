#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace layer_cake::codec {

/// Where a value was written: 1-based line and column, or 0 when it came from no file.
struct Mark {
    std::uint32_t line = 0;
    std::uint32_t column = 0;

    friend bool operator==(const Mark&, const Mark&) = default;
};

class Value;
struct Member;
using Array = std::vector<Value>;
using Object = std::vector<Member>; ///< in the order written; names are unique

/// A number as it was written, so that `1.10` stays `1.10` and no integer is rounded.
struct Number {
    std::string text;
    friend bool operator==(const Number&, const Number&) = default;
};

/// A JSON or YAML value: what text becomes before it gets a meaning.
///
/// Equality compares content, never marks; objects compare as sets of members.
class Value {
public:
    enum class Kind { null, boolean, number, string, array, object };

    Value();
    Value(std::nullptr_t);
    Value(bool value);
    Value(int value);
    Value(std::int64_t value);
    Value(std::uint64_t value);
    Value(double value); ///< shortest text that reads back; not finite becomes null
    Value(Number value);
    Value(const char* value);
    Value(std::string_view value);
    Value(std::string value);
    Value(Array value);
    Value(Object value); ///< the caller keeps the names unique

    Value(const Value&);
    Value(Value&&) noexcept;
    Value& operator=(const Value&);
    Value& operator=(Value&&) noexcept;
    ~Value();

    Kind kind() const { return static_cast<Kind>(data_.index()); }
    bool is_null() const { return kind() == Kind::null; }

    /// The content when it is of that kind, else nothing.
    std::optional<bool> boolean() const;
    std::optional<std::int64_t> integer() const; ///< a number without fraction or exponent that fits
    std::optional<double> real() const;          ///< any number
    const std::string* string() const;
    const Array* array() const;
    Array* array();
    const Object* object() const;
    Object* object();

    /// The text of any scalar as written: a string's content, a number's text, `true`; empty for null, nothing for
    /// array and object.
    std::optional<std::string> scalar_text() const;

    /// The member of that name, or nullptr (also when this is no object).
    const Value* find(std::string_view name) const;
    Value* find(std::string_view name);
    /// Adds or replaces a member; a null value becomes an empty object first.
    Value& set(std::string_view name, Value value);
    bool erase(std::string_view name);

    Mark mark; ///< where it starts

    friend bool operator==(const Value& a, const Value& b);

private:
    std::variant<std::monostate, bool, Number, std::string, Array, Object> data_;
};

/// `kind` in words for messages: "a list", "a mapping", "text", "a number", "true or false", "nothing".
std::string_view kind_name(Value::Kind kind);

struct Member {
    std::string name;
    Value value;
    Mark mark; ///< where the name starts

    Member(std::string name, Value value, Mark mark = {})
        : name(std::move(name)), value(std::move(value)), mark(mark) {}

    friend bool operator==(const Member& a, const Member& b) { return a.name == b.name && a.value == b.value; }
};

// Here because a Value can be made and destroyed only where Member is complete.
inline Value::Value() = default;
inline Value::Value(std::nullptr_t) {}
inline Value::Value(bool value) : data_(value) {}
inline Value::Value(int value) : data_(Number{std::to_string(value)}) {}
inline Value::Value(std::int64_t value) : data_(Number{std::to_string(value)}) {}
inline Value::Value(std::uint64_t value) : data_(Number{std::to_string(value)}) {}
inline Value::Value(Number value) : data_(std::move(value)) {}
inline Value::Value(const char* value) : data_(std::string(value)) {}
inline Value::Value(std::string_view value) : data_(std::string(value)) {}
inline Value::Value(std::string value) : data_(std::move(value)) {}
inline Value::Value(Array value) : data_(std::move(value)) {}
inline Value::Value(Object value) : data_(std::move(value)) {}
inline Value::Value(const Value&) = default;
inline Value::Value(Value&&) noexcept = default;
inline Value& Value::operator=(const Value&) = default;
inline Value& Value::operator=(Value&&) noexcept = default;
inline Value::~Value() = default;

} // namespace layer_cake::codec

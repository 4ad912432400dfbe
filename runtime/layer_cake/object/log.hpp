#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <layer_cake/type/address.hpp>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace layer_cake::object {

/// How much a line of the log matters: a program shows those of one level and all above it.
enum class LogLevel : std::uint8_t {
    debug = 1,
    trace,
    object, ///< what the runtime tells of objects
    console,
    warning,
    fault,
    none ///< above all: nothing is shown
};

/// One named value of a line: `{"count", n}`. Views what it was made of.
struct Field {
    std::string_view name;
    std::variant<std::int64_t, std::uint64_t, double, bool, std::string_view> value;

    Field(std::string_view name, bool value) : name(name), value(value) {}
    Field(std::string_view name, std::string_view value) : name(name), value(value) {}
    Field(std::string_view name, const char* value) : name(name), value(std::string_view(value)) {}
    Field(std::string_view name, const std::string& value) : name(name), value(std::string_view(value)) {}
    template <std::signed_integral T>
    Field(std::string_view name, T value) : name(name), value(static_cast<std::int64_t>(value)) {}
    template <std::unsigned_integral T>
    requires(!std::is_same_v<T, bool>) Field(std::string_view name, T value)
        : name(name), value(static_cast<std::uint64_t>(value)) {}
    template <std::floating_point T>
    Field(std::string_view name, T value) : name(name), value(static_cast<double>(value)) {}
};

using Fields = std::initializer_list<Field>;

/// One line of the log, valid during the call it is told in.
///
///     tag  from              level        tag  from               level
///     !    fault()           fault        +    created            object
///     ?    warning()         warning      X    ended              object
///     ^    console()         console      &    sample()           trace
///     ~    trace()           trace        >    sent, handed on    object
///     _    debug()           debug        <    received, dropped  object
///     (    process started   object       )    process ended      object
///
/// Those of messages, a line for each message, are told where Runtime::Options::trails wants them. An awaited
/// answer has an address of its own: `Sent Xy to <00000002> (from <8000000000003>)` begins a request.
struct LogLine {
    LogLevel level = LogLevel::console;
    char tag = '^';
    type::Address object;
    std::string_view name;  ///< of the object
    std::string_view state; ///< of a machine with states
    std::string_view text;
    std::span<const Field> fields;
};

/// Takes the lines; called on the thread of the object, must not wait or throw.
using LogSink = std::function<void(const LogLine&)>;

/// `^ <0000000c>talker[READY] - tick tock (i=0)`: the predecessor's line from the tag on. Text with fields has them in
/// parentheses; a sample is `name (a=1,b=2.5)`, fields alone are `a=1,b=2.5`. Control characters are escaped; 4,000
/// bytes at most.
std::string log_text(const LogLine& line);

} // namespace layer_cake::object

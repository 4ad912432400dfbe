#pragma once

#include <layer_cake/codec/value.hpp>
#include <optional>
#include <string>

/// Values for an object program, by the types of its notes (program_note.hpp). Pure.
namespace layer_cake::supervise {

/// Whether a request can bring a value of that type.
bool can_be_sent(const codec::Value& type);

/// What a field's text is, by its type: itself, or the JSON that it is.
codec::Value field_value(const codec::Value& type, std::string text);

/// Checks values strictly, as the codec of the program does, and gives them its form: a whole number where a float is
/// wanted becomes one, a mapping a list of pairs; a member that is null is left out.
class ObjectValue {
public:
    explicit ObjectValue(std::size_t most_messages) : most_messages_(most_messages) {}

    /// @return whether it is of that type; else problem() says what is wrong
    bool convert(const codec::Value& type, codec::Value& value, const std::string& path);
    const std::string& problem() const { return problem_; }

private:
    bool refuse(const codec::Value& type, const codec::Value& value, const std::string& path);
    bool convert_scalar(const codec::Value& type, codec::Value& value, const std::string& path);
    bool convert_message(const codec::Value& type, codec::Value& value, const std::string& path);
    bool convert_map(const codec::Value& type, codec::Value& value, const std::string& path);
    bool convert_list(const codec::Value& type, codec::Value& value, const std::string& path);

    std::size_t most_messages_;
    std::string problem_;
};

} // namespace layer_cake::supervise

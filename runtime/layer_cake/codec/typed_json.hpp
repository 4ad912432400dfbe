#pragma once

#include <layer_cake/codec/address_book.hpp>
#include <layer_cake/codec/limits.hpp>
#include <layer_cake/codec/text_buffer.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/type/any.hpp>
#include <layer_cake/type/messages.hpp>
#include <string>
#include <string_view>

/// Values of described types as JSON, the predecessor's way (layer-cake-types(7)). All functions: any thread.
namespace layer_cake::codec {

/// What surrounds the encoded value.
enum class Wrap {
    shipment, ///< `{"value":...}`, with `"pointer":[...]` when there are pointers
    none,     ///< the value's own JSON; pointers are refused
};

struct JsonWriting {
    Wrap wrap = Wrap::shipment;
    AddressBook* book = nullptr; ///< takes the addresses, keys are written; without it they are written as lists
    int depth = 64;              ///< deepest nesting of values
};

struct JsonReading {
    Wrap wrap = Wrap::shipment;
    const AddressBook* book = nullptr; ///< what the keys mean; without it addresses are lists of integers
    bool whole_floats = false;         ///< accept `1` where a float is expected: for texts that people write
    bool not_finite = false; ///< accept NaN and Infinity, as the predecessor writes them, in words and unknown
                             ///< values too; a member that is a float takes them always
    Limits limits = {};
};

/// Appends a value of that type. The text is ASCII, has no blanks, and all members in the order described.
/// Fails with `invalid` and the place - `message.rows[3]: ...` - for what has no JSON form: an enumeration without that
/// name, nesting that is too deep, a binary Incognito. `out` is as before then.
Result<void> write_json(TextBuffer& out, const type::Info& info, const void* value, const JsonWriting& how = {});

/// Fills `value`, a whole value of that type, best a new one: members that are missing or null stay as they are,
/// unknown ones are checked and dropped. Fails with `invalid` and the place: `message.rows[3].x: expected integer8,
/// found "a"`; `value` holds what was read so far then.
Result<void> read_json(std::string_view text, const type::Info& info, void* value, const JsonReading& how = {});

template <type::Portable T>
Result<std::string> to_json(const T& value, const JsonWriting& how = {}) {
    TextBuffer out;
    if (auto written = write_json(out, type::info_of<T>(), &value, how); !written)
        return fail(std::move(written).error());
    return out.str();
}

template <type::Portable T>
Result<T> from_json(std::string_view text, const JsonReading& how = {}) {
    Result<T> value{T{}};
    if (auto read = read_json(text, type::info_of<T>(), &*value, how); !read) return fail(std::move(read).error());
    return value;
}

/// For people: the value's own JSON in lines, as a program prints what it returns.
Result<std::string> to_readable_json(const type::Info& info, const void* value);

/// Whether a text is one JSON value by the letter of RFC 8259, nested `depth` levels at most.
/// @param not_finite  NaN and Infinity are taken too, as JsonReading::not_finite has it
bool is_json(std::string_view text, int depth = 64, bool not_finite = false);

} // namespace layer_cake::codec

#pragma once

#include <layer_cake/codec/address_book.hpp>
#include <layer_cake/codec/limits.hpp>
#include <layer_cake/codec/text_buffer.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/type/any.hpp>
#include <layer_cake/type/messages.hpp>
#include <string_view>

/// Values of described types between two of our own processes: members in order, numbers as they lie in memory
/// (little endian), lengths in front. Both sides have the same description, which a hash in front proves. Any thread.
namespace layer_cake::codec {

struct BinaryWriting {
    AddressBook* book = nullptr; ///< takes the addresses, keys are written; without it they are written as lists
    int depth = 64;
};

struct BinaryReading {
    const AddressBook* book = nullptr;
    Limits limits = {};
};

/// Appends a value of that type. Fails with `invalid` and the place when it is nested too deeply or an enumeration
/// has no such value; `out` is as before then.
Result<void> write_binary(TextBuffer& out, const type::Info& info, const void* value, const BinaryWriting& how = {});

/// Fills `value`, a new value of that type. Fails with `invalid` and the place: another schema, anything cut short,
/// left over or not in the writer's form. A length is believed only when as many bytes follow.
Result<void> read_binary(std::string_view bytes, const type::Info& info, void* value, const BinaryReading& how = {});

template <type::Portable T>
Result<std::string> to_binary(const T& value, const BinaryWriting& how = {}) {
    TextBuffer out;
    if (auto written = write_binary(out, type::info_of<T>(), &value, how); !written)
        return fail(std::move(written).error());
    return out.str();
}

template <type::Portable T>
Result<T> from_binary(std::string_view bytes, const BinaryReading& how = {}) {
    Result<T> value{T{}};
    if (auto read = read_binary(bytes, type::info_of<T>(), &*value, how); !read) return fail(std::move(read).error());
    return value;
}

} // namespace layer_cake::codec

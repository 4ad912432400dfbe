#pragma once

#include <array>
#include <layer_cake/type/describe.hpp>

/// Descriptions of types that lie in a program's file, for those who read it without running it: made by the compiler,
/// found by their mark. Before each text stand the mark and the text's length in eight decimal digits.
namespace layer_cake::type {

/// Counts the characters and, given room, keeps them.
struct NoteWriter {
    char* room = nullptr;
    std::size_t size = 0;

    constexpr void put(std::string_view text) {
        for (const char c : text) {
            if (room) room[size] = c;
            ++size;
        }
    }
    constexpr void name(std::string_view text) {
        put("\"");
        put(text);
        put("\"");
    }
    constexpr void number(std::size_t value, std::size_t least_digits = 1) {
        std::array<char, 20> digits{};
        std::size_t count = 0;
        for (; value != 0 || count < least_digits; value /= 10)
            digits[count++] = static_cast<char>('0' + value % 10);
        while (count > 0)
            put({&digits[--count], 1});
    }
};

/// Appends a type: a scalar's name, or an object that tells the kind and its parts. `Outer` are the messages around it:
/// one of them again is named only.
template <class T, class... Outer>
constexpr void describe_type(NoteWriter& out) {
    using type::Kind;
    constexpr auto kind = type::Traits<T>::shape().kind;
    if constexpr (type::is_scalar(kind)) {
        out.name(type::kind_name(kind));
        return;
    } else {
        out.put("{");
        out.name(type::kind_name(kind));
        out.put(":");
        if constexpr (kind == Kind::message || kind == Kind::enumeration) {
            out.name(type::portable_name<T>());
        } else if constexpr (kind == Kind::pointer) {
            describe_type<typename T::element_type, Outer...>(out);
        } else if constexpr (kind == Kind::map) {
            describe_type<typename T::mapped_type, Outer...>(out);
            out.put(",\"key\":");
            describe_type<typename T::key_type, Outer...>(out);
        } else {
            describe_type<typename T::value_type, Outer...>(out);
        }
        if constexpr (kind == Kind::array) {
            out.put(",\"length\":");
            out.number(std::tuple_size_v<T>);
        } else if constexpr (kind == Kind::message && !(std::is_same_v<T, Outer> || ...)) {
            using Described = boost::describe::describe_members<T, boost::describe::mod_any_access>;
            out.put(",\"members\":{");
            bool first = true;
            boost::mp11::mp_for_each<Described>([&](auto member) {
                using D = decltype(member);
                using Type = typename type::Traits<T>::template MemberType<D>;
                if (!first) out.put(",");
                first = false;
                out.name(D::name);
                out.put(":");
                describe_type<Type, T, Outer...>(out);
            });
            out.put("}");
        } else if constexpr (kind == Kind::enumeration) {
            out.put(",\"names\":[");
            bool first = true;
            boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto each) {
                if (!first) out.put(",");
                first = false;
                out.name(each.name);
            });
            out.put("]");
        }
        out.put("}");
    }
}

/// A note: its mark, its length, and what `Describe` writes.
template <const std::string_view& mark, class Describe>
constexpr auto make_note() {
    constexpr auto length = [] {
        NoteWriter counted;
        Describe()(counted);
        return counted.size;
    }();
    std::array<char, mark.size() + 8 + length + 1> text{};
    NoteWriter out{text.data()};
    out.put(mark);
    out.number(length, 8);
    Describe()(out);
    return text;
}

inline constexpr std::string_view message_note_mark = "\x7flayer-cake message note 1\n";

/// The note of a message that an object takes: it lies in the program's read-only data where its address is used.
template <class T>
struct MessageWriter {
    constexpr void operator()(NoteWriter& out) const { describe_type<T>(out); }
};
template <class T>
struct MessageNoteOf {
    static constexpr auto text = make_note<message_note_mark, MessageWriter<T>>();
};

} // namespace layer_cake::type

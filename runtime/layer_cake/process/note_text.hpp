#pragma once

#include <array>
#include <layer_cake/type/describe.hpp>

/// The description of a program that lies in its file: what `layer-cake add` and `check` read without running it. It is
/// made by the compiler, one for each type of a main object, and found by its mark (program_note.hpp).
namespace layer_cake::process {

/// Before the text: the mark, then the text's length in eight decimal digits.
inline constexpr std::string_view note_mark = "\x7flayer-cake program note 1\n";
inline constexpr std::size_t note_head = note_mark.size() + 8;

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

/// `{"settings":TYPE,"returns":TYPE}`; null where there is none.
template <class Settings, class Value>
constexpr void describe_program(NoteWriter& out) {
    out.put("{\"settings\":");
    if constexpr (std::is_void_v<Settings>)
        out.put("null");
    else
        describe_type<Settings>(out);
    out.put(",\"returns\":");
    if constexpr (std::is_void_v<Value>)
        out.put("null");
    else
        describe_type<Value>(out);
    out.put("}");
}

template <class Settings, class Value>
constexpr auto make_note() {
    constexpr auto length = [] {
        NoteWriter counted;
        describe_program<Settings, Value>(counted);
        return counted.size;
    }();
    std::array<char, note_head + length + 1> text{};
    NoteWriter out{text.data()};
    out.put(note_mark);
    out.number(length, 8);
    describe_program<Settings, Value>(out);
    return text;
}

/// The note itself: it lies in the program's read-only data where its address is used.
template <class Settings, class Value>
struct ProgramNoteOf {
    static constexpr auto text = make_note<Settings, Value>();
};

} // namespace layer_cake::process

#pragma once

#include <layer_cake/type/note_text.hpp>

/// The description of a program that lies in its file: what `layer-cake add` and `check` read without running it. It is
/// made by the compiler, one for each type of a main object, and found by its mark (program_note.hpp).
namespace layer_cake::process {

using type::describe_type;
using type::NoteWriter;

inline constexpr std::string_view note_mark = "\x7flayer-cake program note 1\n";

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
struct ProgramWriter {
    constexpr void operator()(NoteWriter& out) const { describe_program<Settings, Value>(out); }
};

/// The note itself: it lies in the program's read-only data where its address is used.
template <class Settings, class Value>
struct ProgramNoteOf {
    static constexpr auto text = type::make_note<note_mark, ProgramWriter<Settings, Value>>();
};

} // namespace layer_cake::process

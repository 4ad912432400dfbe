#pragma once

#include <layer_cake/object/machine.hpp>
#include <layer_cake/object/self.hpp>
#include <layer_cake/process/note_text.hpp>
#include <layer_cake/process/program.hpp>

namespace layer_cake::process {

/// What a main object takes and returns: `R function(lc::Self&)` or `R function(lc::Self&, Settings)`.
template <class F>
struct MainObject : MainObject<decltype(&F::operator())> {};
template <class R>
struct MainObject<R (*)(object::Self&)> {
    using Settings = void;
    using Value = R;
};
template <class R, class S>
struct MainObject<R (*)(object::Self&, S)> {
    using Settings = std::remove_cvref_t<S>;
    using Value = R;
};
template <class L, class R, class... S>
struct MainObject<R (L::*)(object::Self&, S...) const> : MainObject<R (*)(object::Self&, S...)> {};
template <class L, class R, class... S>
struct MainObject<R (L::*)(object::Self&, S...)> : MainObject<R (*)(object::Self&, S...)> {};

/// Makes a program of an object: `int main(int argc, char** argv) { return lc::run(server, argc, argv); }`.
///
/// The members of its settings, a described struct, are the command line (arguments.hpp, `--help`), and `settings` of a
/// role in a group file. What it returns is printed as JSON. SIGINT, SIGTERM, SIGQUIT and SIGHUP are a Stop; a second
/// signal, or `--shutdown-deadline`, ends the process and names the objects still alive. The log goes to stderr, by
/// `--debug-level`.
///
/// The exit status: 0; of a fault its own or 71; 2 for a wrong command line or wrong settings; 128+n after a second
/// signal.
template <class F>
int run(F main_object, int argc, char** argv) {
    using Main = MainObject<std::decay_t<F>>;
    using Settings = typename Main::Settings;
    Program program;
    program.note = ProgramNoteOf<Settings, typename Main::Value>::text.data();
    if constexpr (std::is_void_v<Settings>) {
        program.start = [&](object::Runtime& runtime) { return runtime.start(main_object); };
        program.make = [&] { return object::make_function(main_object); };
        return run_program(program, argc, argv);
    } else {
        static_assert(type::DescribedStruct<Settings>, "the settings are a struct with LAYER_CAKE_MESSAGE");
        Settings settings{};
        program.settings = {&type::info_of<Settings>(), &settings};
        program.start = [&](object::Runtime& runtime) { return runtime.start(main_object, std::move(settings)); };
        program.make = [&] { return object::make_function(main_object, std::move(settings)); };
        return run_program(program, argc, argv);
    }
}

} // namespace layer_cake::process

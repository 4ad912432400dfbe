#pragma once

#include <layer_cake/codec/value.hpp>
#include <layer_cake/object/log.hpp>
#include <layer_cake/process/start_options.hpp>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace layer_cake::process {

/// The role names of the processes that this one has started, each once at a time. All threads.
class ChildNames {
public:
    /// A name and its return at the end.
    class Name {
    public:
        Name(ChildNames& names, std::string text) : names_(&names), text_(std::move(text)) {}
        Name(Name&& other) noexcept : names_(std::exchange(other.names_, nullptr)), text_(std::move(other.text_)) {}
        Name& operator=(Name&&) = delete;
        ~Name() {
            if (names_) names_->give_back(text_);
        }
        const std::string& text() const { return text_; }

    private:
        ChildNames* names_;
        std::string text_;
    };

    /// `worker-0` for `worker`, or the first number that is free; with `exactly` the name itself while it is.
    Name take(std::string_view wanted, bool exactly);

private:
    void give_back(const std::string& text);

    std::mutex mutex_;
    std::set<std::string> taken_;
};

/// What a program hands on to the processes it starts for its objects. Outlives them.
struct ChildContext {
    std::string program; ///< argv[0]
    std::string home;    ///< absolute; empty outside a home
    std::string role;    ///< this process's own
    Origin origin = Origin::shell;
    object::LogLevel log_level = object::LogLevel::none;
    Duration shutdown_deadline{};
    bool keep_logs = false; ///< each in its role's folder
    bool encrypted = false; ///< connections of directories
    ChildNames names{};
};

/// The arguments and the environment of a child; pure.
/// @param object  the name of the object to run; empty: the program's main object
std::vector<std::string> child_arguments(const ChildContext& context, std::string_view program, std::string_view role,
                                         std::string_view object, Duration patience);
/// The same of a module of the Python library, which is a library process of ours: its directory connects to the port.
/// @param settings  by name, as words
std::vector<std::string> module_child_arguments(const ChildContext& context, std::string_view role, std::uint16_t port,
                                                const codec::Object& settings);
/// What is left of an environment (NAME=value) that was meant for this process alone, and the session's descriptor.
std::vector<std::string> child_environment(const char* const* environment);

/// The descriptor and the variable by which a child finds its session.
inline constexpr int session_descriptor = 3;
inline constexpr const char* session_variable = "LAYER_CAKE_SESSION";

/// What a process has between a Stop and its being killed, within the time that its parent has.
Duration patience_with_child(Duration wanted, Duration shutdown_deadline);

} // namespace layer_cake::process

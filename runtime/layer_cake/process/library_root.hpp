#pragma once

#include <functional>
#include <layer_cake/directory/messages.hpp>
#include <layer_cake/net/messages.hpp>
#include <layer_cake/object/machine.hpp>
#include <memory>

namespace layer_cake::process {

/// The first object of a process that a process of the Python library has started as a library of its own
/// (`--directory-scope=LIBRARY`): makes the main object, connects to the parent's directory, publishes the object there
/// under the process's role name, and says its address when it is asked. What is sent to the object then comes straight
/// to it. Ends with the object's value; the end of the connection is a Stop.
class LibraryRoot {
public:
    using accepts = object::accepts<type::Start, type::Stop, type::Returned, net::Connected, net::NotConnected,
                                    net::Closed, directory::OpenLibrary, type::Ping>;

    struct Parent {
        type::HostPort directory;
        bool encrypted = false;
        std::string role; ///< what the object is published as
    };
    /// @param ending  called when the object is told to stop
    LibraryRoot(Parent parent, std::unique_ptr<object::Object> main_object, std::function<void()> ending);

    void on(object::Object& self, type::Start);
    void on(object::Object& self, type::Stop) { stop(self); }
    void on(object::Object& self, type::Returned& returned);
    void on(object::Object& self, net::Connected& connected);
    void on(object::Object& self, net::NotConnected& problem);
    void on(object::Object& self, net::Closed&) { stop(self); }
    void on(object::Object& self, directory::OpenLibrary& wanted);
    void on(object::Object& self, type::Ping) { self.reply(type::Ping{}); }

private:
    void stop(object::Object& self);

    Parent parent_;
    std::unique_ptr<object::Object> main_object_; ///< until it is launched
    std::function<void()> ending_;
    type::Address child_;
    type::Uuid published_;
    type::Any problem_;
    bool stopping_ = false;
};

} // namespace layer_cake::process

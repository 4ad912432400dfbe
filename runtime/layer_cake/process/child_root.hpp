#pragma once

#include <functional>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/net/messages.hpp>
#include <layer_cake/object/machine.hpp>
#include <layer_cake/process/child_messages.hpp>

namespace layer_cake::process {

/// The first object of a process that was started for an object: makes that one as its parent says, and ends with its
/// value. What the object sends to its parent goes to the object's parent over there. The end of the session is a Stop.
class ChildRoot {
public:
    using accepts =
        object::accepts<type::Start, Begin, End, type::Stop, type::Returned, type::T1, net::Closed, type::Unknown>;
    using Make = std::function<Result<std::unique_ptr<object::Object>>(Begin& begin)>;

    /// @param session  the connected socket
    /// @param ending   called when the object is told to stop
    ChildRoot(Fd session, Make make, std::function<void()> ending);

    void on(object::Object& self, type::Start);
    void on(object::Object& self, Begin& begin);
    void on(object::Object& self, End);
    void on(object::Object& self, type::Stop) { stop(self); }
    void on(object::Object& self, type::Returned& returned);
    void on(object::Object& self, net::Closed& closed);
    void on(object::Object& self, type::T1) { self.complete(std::move(value_)); }
    void on(object::Object& self, type::Unknown, type::Any& message);

private:
    void stop(object::Object& self);
    void finish(object::Object& self, type::Any value);

    Fd session_;
    Make make_;
    std::function<void()> ending_;
    type::Address proxy_, child_;
    type::Any value_;
    bool stopping_ = false;
    bool ended_ = false; ///< `value_` is known
    bool closed_ = false;
};

} // namespace layer_cake::process

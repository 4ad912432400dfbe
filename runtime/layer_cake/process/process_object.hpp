#pragma once

#include <filesystem>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/net/messages.hpp>
#include <layer_cake/object/elsewhere.hpp>
#include <layer_cake/process/child_context.hpp>
#include <layer_cake/process/child_messages.hpp>
#include <layer_cake/process/child_value.hpp>
#include <optional>

namespace layer_cake::process {

/// Stands in this process for an object that runs in another one, which it starts and ends with.
///
/// What is sent to it waits until the object is there, in its own mailbox, and then travels over a session, with its
/// return address: answers come straight back. What the object sends to its parent comes to this one's parent.
///
///     event            done
///     Start            process started, session opened, Begin sent with the arguments
///     Begun            what has waited is sent on
///     Stop             End sent, in order with the messages before it; SIGINT where that is not heard soon; SIGKILL
///                      when its patience is over
///     the process's    its value is what it printed, when its output and its session are at their ends, too
///     end
///
/// Another program is taken from `<home>/script` where that has a copy, as a role's is; this program's is itself again,
/// which is the copy when it was started from there.
///
/// A module of the Python library (python_module.hpp) is a library process of this one: it is given its settings on its
/// command line, its directory connects to a port of ours and publishes its object, and OpenLibrary tells us the
/// address of that; a Stop is a SIGINT.
///
/// Three descriptors each: of the process, of its output, of the session.
class ProcessObject final : public object::Object {
public:
    ProcessObject(object::Elsewhere&& object, ChildContext& context);
    ~ProcessObject() override;

private:
    bool wants_start() const override { return true; }
    void accept(object::Box* box) override;
    void release_code() override;
    void call_then(const Then& then, type::Any value) override;

    void begin();
    Result<void> start();
    Result<SpawnPlan> plan() const;
    Result<SpawnPlan> module_plan() const;
    Result<codec::Value> settings_given() const; ///< the argument of a program, as words; null for none
    void open_session(Fd ours);
    Result<void> await_module();
    void hear_module(type::Any message);
    void module_is_there(type::Any answer);
    void send_held();
    void begun(type::Any answer);
    void pass_on(type::Any message);
    void come_to_an_end();
    void timer(const type::Info& info);
    void signal(int number);
    void read_output();
    void look_at_process();
    void finish_when_done();
    void fail_with(std::string explanation);
    std::string who() const;

    object::Elsewhere object_;
    ChildContext& context_;
    ChildNames::Name name_;
    std::string role_;
    Spawned process_;
    Fd output_;
    std::optional<Poll> end_poll_, output_poll_;
    std::optional<std::filesystem::path> module_; ///< of another program that is one
    std::uint16_t port_ = 0;                      ///< where a module finds us
    type::Address proxy_, child_;
    object::BoxQueue held_; ///< until the object is there
    ChildEnd end_;
    std::string problem_; ///< why it could not begin
    bool ended_ = false;  ///< the process
    bool closed_ = true;  ///< the session
    bool heard_ = false;  ///< the child knows that it is to end
};

} // namespace layer_cake::process

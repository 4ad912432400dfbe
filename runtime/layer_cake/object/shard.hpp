#pragma once

#include <layer_cake/core/loop.hpp>
#include <layer_cake/object/extra.hpp>
#include <layer_cake/object/port.hpp>
#include <layer_cake/object/runtime.hpp>
#include <layer_cake/object/self.hpp>
#include <layer_cake/object/stack.hpp>
#include <layer_cake/object/table.hpp>
#include <layer_cake/object/timer_queue.hpp>

namespace layer_cake::object {

/// Something that is called at the end of a shard's turn, or before it next waits: what the messages of the turn
/// gathered can go out as one.
class AfterTurn {
public:
    AfterTurn(const AfterTurn&) = delete;
    AfterTurn& operator=(const AfterTurn&) = delete;

protected:
    AfterTurn() = default;
    ~AfterTurn();

    /// Has it called, once. Before the shard waits, in any case.
    void call_after_turn(Shard& shard);

private:
    friend class Shard;
    virtual void after_turn() = 0;

    Shard* shard_ = nullptr; ///< where it is to be called
};

/// One loop thread: its objects, their messages in the order they were sent,
/// their timers. Nothing of it is shared but the Port.
///
/// Messages run in turns of limited length; the loop's input and output come
/// between. A shard with nothing to do waits in the loop and uses no processor
/// time - except that after a message from another thread it looks for the next
/// one for some 50 microseconds before it waits.
class Shard {
public:
    Shard(Runtime& runtime, Port& port, std::uint32_t number, std::uint32_t first_generation, std::string name,
          bool own);
    ~Shard();
    Shard(const Shard&) = delete;
    Shard& operator=(const Shard&) = delete;

    /// Runs until it was told to quit or, if it is one object's own, until that has ended.
    void run();
    /// The one whose run() this thread is in, or null.
    static Shard* current();
    /// Runs what can run now, without waiting; for tests.
    void settle();

    Loop& loop() { return loop_; }
    const std::string& name() const { return name_; }
    std::uint32_t number() const { return number_; }
    Runtime& runtime() { return runtime_; }
    std::int64_t now() const { return runtime_.now(); }
    std::int64_t after(Duration time) const; ///< the moment that far from now, the end of time at most
    std::size_t objects() const { return table_.objects(); }

    // For objects of this shard.

    inline void send(Any message, const Address& to, Address from, std::int64_t deadline); ///< shard_send.hpp has it
    Id launch(std::unique_ptr<Object> object, const Place& place, Id parent);
    void end(Object& object);
    Ask* request(Object& owner, Any message, const Address& to, Duration patience, Object::Then then);
    void forget(Ask* ask);
    /// Gives it an id; 0 when there are too many.
    void await(Awaited& awaited);
    void forget(Awaited& awaited); ///< its id leads nowhere from now on
    TimerQueue& timers() { return timers_; }
    StackPool& stacks() { return stacks_; }
    void enqueue_timer(ObjectTimer& timer);
    void note(Notice::What what, const Object* object, const type::Info* message, const Any* value = nullptr);
    void refuse_ended(Box* box, const Object& object);
    /// Of a message that could not be delivered: who asks gets the reason; else it is counted.
    void refuse(Any message, const Address& to, Address from, Any reason, Notice::What what);

    // From any thread: see Runtime.

    struct Running {
        std::atomic<std::int64_t> id{0};
        std::atomic<const Profile*> profile{nullptr};
    };
    const Running& running() const { return running_; }
    Table& table() { return table_; }

private:
    friend class Runtime;
    friend class Self;
    friend class AfterTurn;

    struct Outgoing {
        Box* newest = nullptr;
        Box* oldest = nullptr;
        std::size_t count = 0;
    };
    static constexpr std::size_t outgoing_batch = 256;

    void route(Box* box);
    void enqueue(Box* box);
    void enqueue_special(Box* box);
    bool comes_through(Box* box, const Object& object);
    void put_out(std::uint32_t shard, Box* box);
    static Any gone(std::string explanation);
    static Any outbound(Any message, const Address& to);
    void dispatch(Box* box);
    void refuse(Box* box, Any reason, Notice::What what);
    void answer(Ask& ask, Any value, const Address& from);
    void control(Box* box);
    void adopt(std::unique_ptr<Object> object);
    void flush(Outgoing& outgoing, std::uint32_t to);
    void flush_all();
    void run_turn();
    void call_after_turn();
    bool take_in();
    void fire_timers();
    void wait();
    bool look_a_moment();
    bool over() const { return quit_ || (own_ && adopted_ && table_.objects() == 0); }
    void tear_down();

    Runtime& runtime_;
    Port& port_;
    std::uint32_t number_;
    std::string name_;
    Table table_;
    StackPool stacks_;
    TimerQueue timers_;
    BoxQueue queue_;
    std::vector<Outgoing> outgoing_;
    std::vector<std::uint32_t> dirty_;
    std::vector<AfterTurn*> after_turn_;
    Running running_;
    std::int64_t serial_ = 0;
    bool own_; ///< ends with its object
    bool adopted_ = false;
    bool quit_ = false;
    bool looks_ = false;     ///< a message came soon after the last wait began: looking for the next is worth it
    std::int64_t armed_ = 0; ///< what the loop's timer is set to
    Loop loop_;
    Timer loop_timer_;
    Poll wake_;
};

} // namespace layer_cake::object

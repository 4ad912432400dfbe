#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <layer_cake/core/random.hpp>
#include <layer_cake/realm/nats_link.hpp>
#include <map>
#include <mutex>
#include <optional>
#include <variant>

namespace layer_cake::realm {

/// Tells a sink what happens, one thing at a time, from any thread; counts what it does not take.
class NatsSink {
public:
    void open(Carrier::Sink sink);
    void close(); ///< nothing is told when it has returned

    bool say(CarrierEvent event); ///< false: something was not taken, and is owed
    void lost(WatchId watch, std::uint64_t messages);
    void note(const std::function<void(const std::string& text)>& to, const std::string& text);
    /// Tries again what was not taken: how the connection is, and losses. @return whether something is owed still
    bool go_on();

private:
    bool tell_owed();

    std::mutex mutex_;
    Carrier::Sink sink_;
    std::optional<CarrierEvent> state_; ///< CarrierUp or CarrierDown that was not taken
    std::map<WatchId, std::uint64_t> losses_;
};

/// What NatsCarrier and its thread share: the messages that wait, and the connection, which is the thread's alone.
class NatsWork final : public NatsLink::User, public std::enable_shared_from_this<NatsWork> {
public:
    struct Publish {
        std::string subject, reply_to, bytes;
        std::optional<std::pair<int, std::string>> error;
    };
    struct Watch {
        WatchId watch = 0;
        std::string subject, share;
    };
    struct Unwatch {
        WatchId watch = 0;
    };
    using Order = std::variant<Publish, Watch, Unwatch>;

    explicit NatsWork(NatsOptions options);

    // From the owner's thread:

    void start(Carrier::Sink sink);
    /// Waits at most a second for what is under way: at the end of the process OpenSSL frees what a thread that
    /// connects is using. After it threads may go on, unheard.
    void end();
    Result<void> publish(Publish& message); ///< moved from there, unless it fails
    void give(Order order);
    const NatsOptions& options() const { return options_; }
    CarrierState state() const; ///< any thread
    std::size_t longest() const { return longest_.load(std::memory_order_relaxed); }

    // From libnats's threads:

    void received(Carried message) override;
    void closed(std::uint64_t link, std::string why) override;
    void complained(std::string text) override;
    void was_slow() override;

private:
    /// An attempt to connect, on a thread of its own: it may never come back.
    struct Attempt;

    void run();
    void take(std::deque<Order> orders);
    void carry_out(Order& order);
    void begin_attempt();
    void finish_attempt();
    void is_down(const Error& why);
    void lose_link(std::string why);
    void look_for_losses();
    void measure();
    void notice(const std::string& text) { sink_.note(options_.notice, text); }
    Duration pause(bool refused);

    const NatsOptions options_;
    NatsSink sink_;
    std::atomic<std::size_t> longest_{1u << 20};
    std::atomic<bool> is_up_{false};

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    CarrierState state_; ///< while it is up
    std::deque<Order> orders_;
    std::size_t waiting_bytes_ = 0;
    std::optional<std::pair<std::uint64_t, std::string>> closed_; ///< the link that was, and why
    bool slow_ = false, owes_ = false, ending_ = false, attempted_ = false;
    bool runs_ = false; ///< the thread does
    int attempts_ = 0;  ///< threads of attempts that have not ended

    // The thread's:

    std::unique_ptr<NatsLink> link_;
    std::map<WatchId, Watch> watches_;
    std::shared_ptr<Attempt> attempt_;
    std::vector<std::size_t> turn_; ///< servers to be tried yet in this round
    Instant next_{};                ///< when to try again
    Instant look_again_{};          ///< at losses
    Instant measure_at_{};          ///< how long the server takes to answer
    bool refused_ = false;          ///< somebody in this round did not take who we are
    std::string reason_;            ///< why there is no connection, as it was told
    std::string old_version_;       ///< that was warned of
    Random random_;
};

} // namespace layer_cake::realm

#pragma once

#include <cstdint>
#include <functional>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/result.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace layer_cake::realm {

/// A subject that is watched; its carrier's numbers are never used twice.
using WatchId = std::uint64_t;

/// What a carrier says.
struct CarrierUp {}; ///< connected, also again: what was sent since CarrierDown is lost, the watches are in force
struct CarrierDown {
    std::string reason; ///< for people
};
/// Something was thrown away here, because it was not taken fast enough.
struct CarrierLoss {
    WatchId watch = 0; ///< 0: not known whose
    std::uint64_t messages = 0;
};
struct Carried {
    WatchId watch = 0;
    std::string subject;
    std::string reply_to; ///< a subject; empty when no answer is expected
    std::string bytes;
};
using CarrierEvent = std::variant<CarrierUp, CarrierDown, CarrierLoss, Carried>;

/// What a carrier is connected to; nothing where there is nothing to tell.
struct CarrierState {
    std::string server;  ///< its address
    std::string version; ///< `nats-server 2.9.10`
    bool is_old = false; ///< people should know that it is
    std::optional<Duration> round_trip;
};

/// Carries messages between the sites of a realm: publish and subscribe by subject, at most once, in no certain order.
///
/// A subject is words of visible characters without `.`, `*` and `>`, joined by `.`. A watched subject may have `*` for
/// any one word and `>` at its end for all further words. What is published here does not come back here.
///
/// The calls come from one thread, that of the owner, and never wait. Events come from any thread, one at a time.
/// There are NatsCarrier and, for tests, MemoryCarrier.
class Carrier {
public:
    /// @return false: not taken, there is no room. The carrier throws it away and says so with a CarrierLoss later.
    using Sink = std::function<bool(CarrierEvent)>;

    virtual ~Carrier() = default; ///< no event comes when it has returned

    /// Goes on trying to connect until the end; the sink hears how it goes. Once.
    virtual void open(Sink sink) = 0;

    /// @param share  watchers of one subject with the same share get each message once between them; empty: all get it
    virtual WatchId watch(std::string subject, std::string share = {}) = 0;
    virtual void unwatch(WatchId watch) = 0;

    /// @return an error when it is too long, or when what waits to be sent is too much already: it is not sent then
    Result<void> publish(std::string_view subject, std::string_view bytes, std::string_view reply_to = {}) {
        std::string copy(bytes);
        return publish_from(copy, subject, reply_to);
    }
    /// The same without a copy: the bytes are moved from there, unless it fails.
    virtual Result<void> publish_from(std::string& bytes, std::string_view subject, std::string_view reply_to = {}) = 0;

    /// A subject that nobody else has, to be watched for answers, with a word of one's own behind it.
    virtual std::string inbox() const = 0;

    /// Bytes of one message.
    virtual std::size_t longest() const = 0;

    virtual CarrierState state() const { return {}; }
};

} // namespace layer_cake::realm

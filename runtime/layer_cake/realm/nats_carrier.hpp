#pragma once

#include <layer_cake/realm/carrier.hpp>
#include <layer_cake/realm/nats_options.hpp>
#include <memory>

namespace layer_cake::realm {

class NatsWork;

/// A carrier over NATS core (https://nats.io), by libnats.
///
/// A thread of its own has the connection: what is published waits there, 16 MiB at most, and what the server cannot
/// take for 2 s ends the connection. It tries all servers in turn, again and again, with short random delays, as long
/// as it lives; a server that is not there, hangs or comes back later is no error. One that is silent is left after
/// some 6 s.
///
/// CarrierDown also comes when it could not connect in the first place, and again when the reason is another.
class NatsCarrier final : public Carrier {
public:
    explicit NatsCarrier(NatsOptions options);
    /// What was published before is sent if the server takes it within a second.
    ~NatsCarrier() override;

    void open(Sink sink) override;
    WatchId watch(std::string subject, std::string share = {}) override;
    void unwatch(WatchId watch) override;
    /// Fails with `invalid` for what is no subject or too long, with `busy` when too much waits. While it is not
    /// connected all is thrown away.
    Result<void> publish_from(std::string& bytes, std::string_view subject, std::string_view reply_to = {}) override;
    std::string inbox() const override;
    std::size_t longest() const override;
    CarrierState state() const override;

    /// Publishes an answer that programs of NATS know for an error, by its header: Nats-Service-Error-Code and
    /// Nats-Service-Error.
    Result<void> publish_error(std::string_view subject, int code, std::string_view text, std::string_view bytes);

private:
    std::shared_ptr<NatsWork> work_; ///< shared with its thread
    WatchId last_watch_ = 0;
};

} // namespace layer_cake::realm

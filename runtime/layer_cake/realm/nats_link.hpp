#pragma once

#include <layer_cake/realm/carrier.hpp>
#include <layer_cake/realm/nats_options.hpp>
#include <memory>

namespace layer_cake::realm {

/// One connection to one NATS server, from when it is made until it is lost, by libnats. Nothing outside includes
/// libnats's header.
///
/// Its calls come from one thread at a time, and may wait: a server that does not take what is sent is waited for some
/// 2 s, and the connection is lost then.
///
/// What was learnt of libnats 3.4.1 by reading, and is why this does not let it reconnect by itself:
/// - it gives up for ever after a second refusal of the credentials, and after any error of the server that it does not
///   know (`-ERR 'Maximum Connections Exceeded'`);
/// - what was published while there was no connection is sent later, from a buffer of 8 MB;
/// - a TLS handshake has no deadline, and holds the lock that publishing needs;
/// - it may still look at a subscription that is being freed, when a message for it has just come in (nats.c #637): one
///   that has ended is freed when the server has answered to everything before;
/// - its callbacks may still be running when the connection or the subscription has been destroyed: they carry a number
///   here, and who that was is looked up;
/// - it ignores SIGPIPE in the whole process when it is first used: that is put back.
class NatsLink {
public:
    /// Hears from it, on libnats's threads, several at a time. Not from calls to it.
    class User {
    public:
        virtual void received(Carried message) = 0;
        virtual void closed(std::uint64_t link, std::string why) = 0; ///< last, unless it is destroyed before
        virtual void complained(std::string text) = 0;                ///< the server did: a subject is not permitted
        virtual void was_slow() = 0;                                  ///< messages were thrown away; see losses()

    protected:
        ~User() = default;
    };

    /// Connects, within some 2 s; only a TLS handshake has no end when the server stops in the middle of it.
    /// Fails with `invalid` when the server refuses who we are, else with `disconnected`.
    static Result<std::unique_ptr<NatsLink>> connect(const NatsOptions& options, const NatsServer& server,
                                                     std::weak_ptr<User> user);
    ~NatsLink(); ///< within some 3 s; the user may be called a last time meanwhile

    std::uint64_t number() const { return number_; } ///< of links in this process
    std::size_t longest() const;

    Result<void> subscribe(WatchId watch, const std::string& subject, const std::string& share);
    void unsubscribe(WatchId watch);
    /// @param error  code and text, for an answer that is an error of a NATS service
    Result<void> publish(const std::string& subject, const std::string& reply_to, std::string_view bytes,
                         const std::pair<int, std::string>* error = nullptr);
    /// Waits until the server has taken all that was sent before.
    Result<void> flush(Duration patience);

    /// What was thrown away since the last call, by watch.
    std::vector<std::pair<WatchId, std::uint64_t>> losses();

private:
    struct Handle;
    explicit NatsLink(std::unique_ptr<Handle> handle, std::uint64_t number);

    std::unique_ptr<Handle> handle_;
    std::uint64_t number_;
};

} // namespace layer_cake::realm

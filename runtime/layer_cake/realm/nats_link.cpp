#include <csignal>
#include <fmt/format.h>
#include <layer_cake/realm/nats_library.hpp>
#include <layer_cake/realm/nats_link.hpp>
#include <layer_cake/realm/nkey.hpp>
#include <mutex>
#include <unordered_map>

namespace layer_cake::realm {
namespace {

constexpr int pending_messages = 16'384; ///< of one subscription, that wait for the delivery thread
constexpr int pending_bytes = 64 << 20;

/// Whom libnats's callbacks mean. They get a number, not a pointer: nothing tells when the last one has come.
class Callees {
public:
    struct Callee {
        std::weak_ptr<NatsLink::User> user;
        WatchId watch = 0;
    };

    std::uint64_t add(Callee callee) {
        const std::lock_guard lock(mutex_);
        all_.emplace(++last_, std::move(callee));
        return last_;
    }
    void remove(std::uint64_t number) {
        const std::lock_guard lock(mutex_);
        all_.erase(number);
    }
    std::shared_ptr<NatsLink::User> find(const void* closure, WatchId* watch = nullptr) {
        const std::lock_guard lock(mutex_);
        const auto found = all_.find(reinterpret_cast<std::uintptr_t>(closure));
        if (found == all_.end()) return nullptr;
        if (watch) *watch = found->second.watch;
        return found->second.user.lock();
    }

private:
    std::mutex mutex_;
    std::unordered_map<std::uint64_t, Callee> all_;
    std::uint64_t last_ = 0;
};

/// Never destroyed: libnats's threads outlive main().
Callees& callees() {
    static auto* all = new Callees;
    return *all;
}

void* closure_of(std::uint64_t number) {
    return reinterpret_cast<void*>(static_cast<std::uintptr_t>(number));
}

void on_message(natsConnection*, natsSubscription*, natsMsg* message, void* closure) {
    Carried carried;
    if (const auto user = callees().find(closure, &carried.watch)) {
        carried.subject = nats().natsMsg_GetSubject(message);
        if (const char* reply = nats().natsMsg_GetReply(message)) carried.reply_to = reply;
        if (const int size = nats().natsMsg_GetDataLength(message); size > 0)
            carried.bytes.assign(nats().natsMsg_GetData(message), static_cast<std::size_t>(size));
        user->received(std::move(carried));
    }
    nats().natsMsg_Destroy(message);
}

void on_closed(natsConnection* connection, void* closure) {
    const auto user = callees().find(closure);
    if (!user) return;
    const char* text = nullptr;
    const auto status = nats().natsConnection_GetLastError(connection, &text);
    std::string why = text && *text       ? text
                      : status == NATS_OK ? "it closed the connection"
                                          : nats().natsStatus_GetText(status);
    user->closed(reinterpret_cast<std::uintptr_t>(closure), std::move(why));
}

/// The subscription may not be there any more: it is not looked at.
void on_error(natsConnection*, natsSubscription*, natsStatus status, void* closure) {
    const auto user = callees().find(closure);
    if (!user) return;
    if (status == NATS_SLOW_CONSUMER) return user->was_slow();
    if (status != NATS_NOT_PERMITTED) return;
    const char* text = nats().nats_GetLastError(nullptr);
    user->complained(text ? text : nats().natsStatus_GetText(status));
}

Error error_of(natsStatus status, std::string_view what) {
    const char* text = nats().nats_GetLastError(nullptr);
    std::string why = text && *text ? text : nats().natsStatus_GetText(status);
    const bool is_refused = status == NATS_CONNECTION_AUTH_FAILED || status == NATS_NOT_PERMITTED;
    return {is_refused ? Fault::invalid : Fault::disconnected, fmt::format("{}: {}", what, why)};
}

Result<void> open_library() {
    if (auto loaded = load_nats(); !loaded) return loaded;
    static std::once_flag once;
    std::call_once(once, [] {
        struct sigaction before {};
        ::sigaction(SIGPIPE, nullptr, &before);
        (void)nats().nats_Open(-1);
        ::sigaction(SIGPIPE, &before, nullptr);
        (void)nats().nats_SetMessageDeliveryPoolSize(1);
    });
    return ok();
}

struct Freed {
    void operator()(natsOptions* options) const { nats().natsOptions_Destroy(options); }
    void operator()(natsMsg* message) const { nats().natsMsg_Destroy(message); }
};

/// Sets options until one is refused.
class Setting {
public:
    Setting() : status_(nats().natsOptions_Create(&options_)), freed_(options_) {}
    template <class... Arguments>
    void operator()(natsStatus (*set)(natsOptions*, Arguments...), std::type_identity_t<Arguments>... arguments) {
        if (status_ == NATS_OK) status_ = set(options_, arguments...);
    }
    natsStatus status() const { return status_; }
    natsOptions* options() const { return options_; }

private:
    natsOptions* options_ = nullptr;
    natsStatus status_;
    std::unique_ptr<natsOptions, Freed> freed_;
};

Result<void> say_who(Setting& set, const NatsOptions& options, const NatsServer& server) {
    const auto& user = server.user.empty() ? options.user : server.user;
    const auto& password = server.user.empty() ? options.password : server.password;
    const bool is_token = !server.user.empty() && server.password.empty();
    if (is_token)
        set(nats().natsOptions_SetToken, server.user.c_str());
    else if (!user.empty())
        set(nats().natsOptions_SetUserInfo, user.c_str(), password.c_str());
    else if (!options.token.empty())
        set(nats().natsOptions_SetToken, options.token.c_str());
    else if (!options.credentials.empty())
        set(nats().natsOptions_SetUserCredentialsFromFiles, options.credentials.c_str(), nullptr);
    else if (!options.nkey.empty()) {
        const auto key = nkey_of_file(options.nkey);
        if (!key) return fail(key.error());
        set(nats().natsOptions_SetNKeyFromSeed, key->c_str(), options.nkey.c_str());
    }
    return ok();
}

} // namespace

struct NatsLink::Handle {
    struct Subscription {
        natsSubscription* subscription = nullptr;
        std::uint64_t callee = 0;
        std::uint64_t dropped = 0; ///< told already
    };

    std::weak_ptr<User> user;
    natsConnection* connection = nullptr;
    std::unordered_map<WatchId, Subscription> subscriptions;
    std::vector<natsSubscription*> ended; ///< to be freed

    void end(const Subscription& one) {
        callees().remove(one.callee);
        (void)nats().natsSubscription_Unsubscribe(one.subscription);
        ended.push_back(one.subscription);
    }
    void free_ended() {
        for (auto* one : std::exchange(ended, {}))
            nats().natsSubscription_Destroy(one);
    }
};

NatsLink::NatsLink(std::unique_ptr<Handle> handle, std::uint64_t number)
    : handle_(std::move(handle)), number_(number) {}

NatsLink::~NatsLink() {
    callees().remove(number_);
    nats().natsConnection_Close(handle_->connection);
    for (const auto& [watch, one] : handle_->subscriptions)
        handle_->end(one);
    handle_->free_ended();
    nats().natsConnection_Destroy(handle_->connection);
    nats().nats_ReleaseThreadMemory();
}

Result<std::unique_ptr<NatsLink>> NatsLink::connect(const NatsOptions& options, const NatsServer& server,
                                                    std::weak_ptr<User> user) {
    if (auto opened = open_library(); !opened) return fail(std::move(opened).error());
    Setting set;
    const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(options.patience).count();
    const bool tls = options.tls || server.tls;
    auto place = server;
    place.tls = tls;
    set(nats().natsOptions_SetURL, place.place().c_str());
    set(nats().natsOptions_SetTimeout, patience);
    set(nats().natsOptions_SetWriteDeadline, patience);
    set(nats().natsOptions_SetAllowReconnect, false);
    set(nats().natsOptions_SetIgnoreDiscoveredServers, true);
    set(nats().natsOptions_SetPingInterval, patience);
    set(nats().natsOptions_SetMaxPingsOut, 2);
    set(nats().natsOptions_SetNoEcho, true);
    set(nats().natsOptions_SetSendAsap, true);
    set(nats().natsOptions_SetIOBufSize, 128 << 10);
    set(nats().natsOptions_UseGlobalMessageDelivery, true);
    set(nats().natsOptions_SetMaxPendingMsgs, pending_messages);
    set(nats().natsOptions_SetName, options.name.c_str());
    if (tls) set(nats().natsOptions_SetSecure, true);
    if (!options.ca.empty()) set(nats().natsOptions_LoadCATrustedCertificates, options.ca.c_str());
    if (!options.certificate.empty())
        set(nats().natsOptions_LoadCertificatesChain, options.certificate.c_str(), options.key.c_str());
    if (auto said = say_who(set, options, server); !said) return fail(std::move(said).error());

    const auto number = callees().add({user, 0});
    set(nats().natsOptions_SetClosedCB, on_closed, closure_of(number));
    set(nats().natsOptions_SetErrorHandler, on_error, closure_of(number));
    auto handle = std::make_unique<Handle>();
    handle->user = std::move(user);
    auto status = set.status();
    if (status == NATS_OK) status = nats().natsConnection_Connect(&handle->connection, set.options());
    if (status != NATS_OK) {
        callees().remove(number);
        return fail(error_of(status, server.place()));
    }
    return std::unique_ptr<NatsLink>(new NatsLink(std::move(handle), number));
}

std::size_t NatsLink::longest() const {
    return static_cast<std::size_t>(
        std::max<std::int64_t>(0, nats().natsConnection_GetMaxPayload(handle_->connection)));
}

Result<void> NatsLink::subscribe(WatchId watch, const std::string& subject, const std::string& share) {
    Handle::Subscription one;
    one.callee = callees().add({handle_->user, watch});
    auto* const closure = closure_of(one.callee);
    const auto status = share.empty()
                            ? nats().natsConnection_Subscribe(&one.subscription, handle_->connection, subject.c_str(),
                                                              on_message, closure)
                            : nats().natsConnection_QueueSubscribe(&one.subscription, handle_->connection,
                                                                   subject.c_str(), share.c_str(), on_message, closure);
    if (status != NATS_OK) {
        callees().remove(one.callee);
        return fail(error_of(status, fmt::format("cannot watch \"{}\"", subject)));
    }
    (void)nats().natsSubscription_SetPendingLimits(one.subscription, pending_messages, pending_bytes);
    handle_->subscriptions.emplace(watch, one);
    return ok();
}

void NatsLink::unsubscribe(WatchId watch) {
    const auto found = handle_->subscriptions.find(watch);
    if (found == handle_->subscriptions.end()) return;
    handle_->end(found->second);
    handle_->subscriptions.erase(found);
}

Result<void> NatsLink::publish(const std::string& subject, const std::string& reply_to, std::string_view bytes,
                               const std::pair<int, std::string>* error) {
    const int size = static_cast<int>(bytes.size());
    const char* const reply = reply_to.empty() ? nullptr : reply_to.c_str();
    natsStatus status = NATS_OK;
    if (error) {
        natsMsg* made = nullptr;
        status = nats().natsMsg_Create(&made, subject.c_str(), reply, bytes.data(), size);
        const std::unique_ptr<natsMsg, Freed> message(made);
        const auto code = std::to_string(error->first);
        if (status == NATS_OK) status = nats().natsMsgHeader_Set(made, "Nats-Service-Error", error->second.c_str());
        if (status == NATS_OK) status = nats().natsMsgHeader_Set(made, "Nats-Service-Error-Code", code.c_str());
        if (status == NATS_OK) status = nats().natsConnection_PublishMsg(handle_->connection, made);
    } else if (reply) {
        status = nats().natsConnection_PublishRequest(handle_->connection, subject.c_str(), reply, bytes.data(), size);
    } else {
        status = nats().natsConnection_Publish(handle_->connection, subject.c_str(), bytes.data(), size);
    }
    if (status != NATS_OK) return fail(error_of(status, fmt::format("cannot publish \"{}\"", subject)));
    return ok();
}

Result<void> NatsLink::flush(Duration patience) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(patience).count();
    const auto status = nats().natsConnection_FlushTimeout(handle_->connection, ms);
    if (status != NATS_OK) return fail(error_of(status, "the NATS server does not answer"));
    handle_->free_ended(); // what came in for them came before the answer
    return ok();
}

std::vector<std::pair<WatchId, std::uint64_t>> NatsLink::losses() {
    std::vector<std::pair<WatchId, std::uint64_t>> all;
    for (auto& [watch, one] : handle_->subscriptions) {
        std::int64_t dropped = 0;
        if (nats().natsSubscription_GetDropped(one.subscription, &dropped) != NATS_OK) continue;
        const auto since = static_cast<std::uint64_t>(dropped) - one.dropped;
        if (since == 0) continue;
        one.dropped += since;
        all.emplace_back(watch, since);
    }
    return all;
}

} // namespace layer_cake::realm

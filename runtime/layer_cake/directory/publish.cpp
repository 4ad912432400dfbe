#include <layer_cake/directory/local_messages.hpp>
#include <layer_cake/directory/process_directory.hpp>
#include <layer_cake/directory/publish.hpp>
#include <layer_cake/object/shard.hpp>
#include <set>

namespace layer_cake::directory {
namespace {

using object::Object;
using type::Address;

/// The objects of this thread whose end is watched for.
thread_local std::set<std::pair<const object::Runtime*, std::int64_t>> watched;

/// A child of an object that has published or subscribed: ends with it, and says so.
class OwnerWatch {
public:
    using accepts = object::accepts<type::Stop>;

    OwnerWatch(const object::Runtime* runtime, Address owner, Address directory)
        : runtime_(runtime), owner_(std::move(owner)), directory_(std::move(directory)) {}
    ~OwnerWatch() { watched.erase({runtime_, owner_.id()}); }
    OwnerWatch(const OwnerWatch&) = delete;
    OwnerWatch& operator=(const OwnerWatch&) = delete;

    void on(Object& self, type::Stop) {
        self.send(OwnerEnded{owner_}, directory_);
        self.complete();
    }

private:
    const object::Runtime* runtime_;
    Address owner_, directory_;
};

void send_to_directory(Object& self, type::Any message) {
    const auto directory = process_directory(self);
    const auto* runtime = &self.shard().runtime();
    if (watched.emplace(runtime, self.address().id()).second)
        self.attach(object::make_machine<OwnerWatch>(runtime, self.address(), directory));
    self.send(std::move(message), directory);
}

} // namespace

Address process_directory(Object& self) {
    return self.shard().runtime().service(service_name,
                                          [] { return object::make_machine<ProcessDirectory>(NodeOptions{}); });
}

void provide_directory(object::Runtime& runtime, NodeOptions options) {
    runtime.provide(service_name,
                    [options = std::move(options)] { return object::make_machine<ProcessDirectory>(options); });
}

void publish(Object& self, std::string name, Scope scope, bool encrypted) {
    send_to_directory(self, PublishAs{std::move(name), scope, self.address(), encrypted});
}

void subscribe(Object& self, std::string search, Scope scope) {
    send_to_directory(self, SubscribeTo{std::move(search), scope, self.address()});
}

void clear_published(Object& self, std::string name) {
    send_to_directory(self, ClearPublished{std::move(name), Scope::HOST, std::nullopt, {}});
}

void clear_subscribed(Object& self, std::string search) {
    send_to_directory(self, ClearSubscribed{std::move(search), Scope::HOST, std::nullopt, {}});
}

void publish_port(Object& self, std::string name, Scope scope, type::HostPort listening_ipp) {
    send_to_directory(self, PublishPort{std::move(name), scope, std::move(listening_ipp)});
}

void watch_routes(Object& self, std::string search, Scope scope) {
    send_to_directory(self, WatchRoutes{std::move(search), scope});
}

} // namespace layer_cake::directory

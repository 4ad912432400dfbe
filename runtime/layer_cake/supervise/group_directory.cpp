#include <cstdlib>
#include <layer_cake/directory/name_addresses.hpp>
#include <layer_cake/directory/process_directory.hpp>
#include <layer_cake/directory/publish.hpp>
#include <layer_cake/net/host_port.hpp>
#include <layer_cake/net/session.hpp>
#include <layer_cake/net/session_keys.hpp>
#include <layer_cake/object/runtime.hpp>
#include <layer_cake/supervise/group_directory.hpp>

namespace layer_cake::supervise {
namespace {

using directory::Scope;
using home::NameScope;
using object::Object;
using type::Any;

class Root;

/// Something to be done on the directory's thread.
struct Task {
    std::function<void(Root& root, Object& self)> run;
};

} // namespace
} // namespace layer_cake::supervise

namespace layer_cake::type {

template <>
struct Traits<supervise::Task> {
    static constexpr Shape shape() { return shape_of_object<supervise::Task>(Kind::message); }
};

} // namespace layer_cake::type

namespace layer_cake::supervise {
namespace {

Scope scope_of(NameScope scope) {
    switch (scope) {
    case NameScope::group:
        return Scope::GROUP;
    case NameScope::host:
        return Scope::HOST;
    case NameScope::lan:
        return Scope::LAN;
    case NameScope::realm:
        break;
    }
    return Scope::REALM;
}

type::HostPort address_of(const home::HostPort& address) {
    return {address.host, address.port};
}

/// What happens, told on the directory's thread.
struct Told {
    std::function<void(const GroupDirectory::Wanted&, std::optional<home::HostPort>)> found;
    std::function<void(const std::string& name)> taken;
};

/// Speaks with the directory of this process for the supervisor: the connections that are handed over, ports, and names
/// that are looked for.
class Root {
public:
    using accepts =
        object::accepts<type::Start, type::Stop, type::Returned, Task, directory::Published, directory::NotPublished,
                        directory::PublishedCleared, directory::Subscribed, directory::NotSubscribed,
                        directory::SubscribedCleared, directory::RouteOverLoop, directory::ClearSubscriberRoute>;

    Root(bool encrypted, Told told) : encrypted_(encrypted), told_(std::move(told)) {}

    void on(Object& self, type::Start) {
        directory_ = directory::process_directory(self);
        self.request(directory::GetDirectory{}, directory_, std::chrono::seconds(10), [this](Object& self, Any answer) {
            const auto* own = answer.get<directory::DirectoryListing>();
            if (!own) return self.complete(std::move(answer));
            node_ = own->directory_address;
            for (auto& [connection, outside] : std::exchange(early_, {}))
                open(self, std::move(connection), outside);
        });
    }
    void on(Object& self, type::Stop) { self.complete(type::Aborted{}); }
    void on(Object&, const type::Returned&) {}
    void on(Object& self, Task& task) { task.run(*this, self); }

    void take(Object& self, Fd connection, bool outside) {
        if (node_)
            open(self, std::move(connection), outside);
        else
            early_.emplace_back(std::move(connection), outside);
    }

    void publish(Object& self, const std::map<std::string, PublishedPort>& all) {
        for (auto it = published_.begin(); it != published_.end();) {
            const auto same = all.find(it->first);
            const bool stays = same != all.end() && same->second == it->second;
            if (!stays)
                self.send(directory::ClearPublished{it->second.name, scope_of(it->second.scope), std::nullopt, {}},
                          directory_);
            it = stays ? std::next(it) : published_.erase(it);
        }
        for (const auto& [key, port] : all) {
            if (!published_.emplace(key, port).second) continue;
            self.send(directory::PublishPort{port.name, scope_of(port.scope), {"127.0.0.1", port.number}}, directory_);
        }
    }

    void watch(Object& self, const std::set<GroupDirectory::Wanted>& all) {
        std::map<std::string, NameScope> widest;
        for (const auto& [name, scope] : all)
            widest[name] = std::max(widest[name], scope);
        for (const auto& [name, scope] : watched_) {
            const auto same = widest.find(name);
            if (same != widest.end() && same->second == scope) continue;
            self.send(directory::ClearSubscribed{directory::exact_search(name), scope_of(scope), std::nullopt, {}},
                      directory_);
            addresses_.forget(name);
        }
        for (const auto& [name, scope] : widest) {
            const auto before = watched_.find(name);
            if (before != watched_.end() && before->second == scope) continue;
            names_[directory::exact_search(name)] = name;
            self.send(directory::WatchRoutes{directory::exact_search(name), scope_of(scope)}, directory_);
        }
        watched_ = std::move(widest);
        wanted_ = all;
        for (const auto& [name, scope] : watched_)
            tell(name);
    }

    void on(Object&, const directory::Published&) {}
    void on(Object&, const directory::PublishedCleared&) {}
    /// It is tried again when the ports have changed.
    void on(Object&, const directory::NotPublished& refused) {
        const auto port = std::find_if(published_.begin(), published_.end(),
                                       [&](const auto& one) { return one.second.name == refused.name; });
        if (port != published_.end()) published_.erase(port);
        told_.taken(refused.name);
    }
    void on(Object&, const directory::Subscribed& search) {
        if (const auto name = names_.find(search.search); name != names_.end())
            addresses_.searched(name->second, search.subscribed_id);
    }
    void on(Object&, const directory::NotSubscribed&) {}
    void on(Object&, const directory::SubscribedCleared&) {}
    void on(Object&, const directory::RouteOverLoop& route) {
        if (const auto name = addresses_.told(route)) tell(*name);
    }
    void on(Object&, const directory::ClearSubscriberRoute& cleared) {
        if (const auto name = addresses_.told(cleared)) tell(*name);
    }

private:
    void open(Object& self, Fd connection, bool outside) {
        net::SessionOptions session;
        session.opened_ipp = {"directory.sock", ++connections_};
        if (outside) session.opened_ipp = net::far_side(connection.get(), session.opened_ipp);
        session.encrypted = outside && encrypted_;
        session.opened = [far = session.opened_ipp](const type::Address& proxy) {
            return Any(net::Accepted{{}, far, proxy, std::chrono::system_clock::now()});
        };
        const auto proxy = net::open_session_for(self, node_, std::move(connection), std::move(session));
        self.on_return(proxy, [](Object&, Any) {});
    }

    void tell(const std::string& name) {
        for (const auto& wanted : wanted_) {
            if (wanted.first != name) continue;
            const auto found = addresses_.find(name, scope_of(wanted.second));
            std::optional<home::HostPort> address;
            if (found && found->host && found->port)
                address = home::HostPort{*found->host, static_cast<std::uint16_t>(*found->port)};
            told_.found(wanted, std::move(address));
        }
    }

    bool encrypted_;
    Told told_;
    type::Address directory_, node_;
    std::vector<std::pair<Fd, bool>> early_; ///< connections that came before the node was known
    std::int64_t connections_ = 0;
    std::map<std::string, PublishedPort> published_;
    std::map<std::string, NameScope> watched_;
    std::set<GroupDirectory::Wanted> wanted_;
    std::map<std::string, std::string> names_; ///< by search
    directory::NameAddresses addresses_;
};

directory::NodeOptions node_options(const home::DirectoryRules& rules, const GroupDirectory::Above& above) {
    directory::NodeOptions node;
    node.scope = Scope::GROUP;
    node.executable = "group-cake";
    node.encrypted = rules.encrypted;
    node.widest = scope_of(rules.scope);
    node.automatic = rules.scope != NameScope::group;
    if (rules.scope != NameScope::group && rules.above()) node.connect_to = address_of(*rules.above());
    const char* set = std::getenv("LAYER_CAKE_LAN_KEY");
    const std::string key = !rules.lan_key.empty() || !set ? rules.lan_key : set;
    if (!key.empty() && node.connect_to && rules.above() == rules.at_lan) // one that is none fits nobody's
        node.keys = std::make_shared<net::SessionKeys>(net::SessionKeys{{}, net::parse_key(key).value_or(net::Key{})});
    node.above = above;
    return node;
}

} // namespace

struct GroupDirectory::Threaded {
    Threaded(std::shared_ptr<bool> alive, object::Runtime::Options how)
        : alive(std::move(alive)), runtime(std::move(how)) {}

    std::shared_ptr<bool> alive; ///< of the loop's thread
    object::Runtime runtime;
    type::Address root;

    void send(std::function<void(Root& root, Object& self)> run) { runtime.send(Task{std::move(run)}, root); }
};

GroupDirectory::GroupDirectory(Loop& loop, const home::DirectoryRules& rules, const Above& above, Events events) {
    const auto shared = std::make_shared<Events>(std::move(events));
    const auto is_alive = std::make_shared<bool>(true);
    const auto post = [&loop, alive = is_alive](std::function<void()> task) {
        loop.post([alive, task = std::move(task)] {
            if (*alive) task();
        });
    };
    Told told;
    told.found = [shared, post](const Wanted& wanted, std::optional<home::HostPort> address) {
        post([shared, wanted, address] { shared->found(wanted, address); });
    };
    told.taken = [shared, post](const std::string& name) { post([shared, name] { shared->taken(name); }); };
    object::Runtime::Options how;
    if (above) {
        how.log_level = object::LogLevel::console;
        how.log = [shared, post](const object::LogLine& line) {
            post([shared, text = std::string(line.text)] { shared->said(text); });
        };
    }
    threaded_ = std::make_unique<Threaded>(is_alive, std::move(how));
    directory::provide_directory(threaded_->runtime, node_options(rules, above));
    threaded_->root = threaded_->runtime.start<Root>(rules.encrypted, std::move(told));
}

GroupDirectory::~GroupDirectory() {
    *threaded_->alive = false;
    (void)threaded_->runtime.stop(std::chrono::seconds(2));
}

void GroupDirectory::take(Fd connection, bool outside) {
    auto shared = std::make_shared<Fd>(std::move(connection)); // a function can be copied
    threaded_->send([shared, outside](Root& root, Object& self) { root.take(self, std::move(*shared), outside); });
}

void GroupDirectory::publish(const std::map<std::string, PublishedPort>& all) {
    threaded_->send([all](Root& root, Object& self) { root.publish(self, all); });
}

void GroupDirectory::watch(const std::set<Wanted>& all) {
    threaded_->send([all](Root& root, Object& self) { root.watch(self, all); });
}

} // namespace layer_cake::supervise

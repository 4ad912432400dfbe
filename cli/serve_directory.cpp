#include <cli/network/view.hpp>
#include <cli/serve_directory.hpp>
#include <cli/service_notify.hpp>
#include <fmt/format.h>
#include <layer_cake/directory/announcement.hpp>
#include <layer_cake/directory/places.hpp>
#include <layer_cake/object/machine.hpp>
#include <layer_cake/object/shard.hpp>
#include <layer_cake/process/log_output.hpp>
#include <layer_cake/process/signal_watch.hpp>
#include <ostream>

namespace layer_cake::cli {
namespace {

using object::Object;

/// Holds the node, and says what it does to whoever started it.
class Served {
public:
    using accepts = object::accepts<type::Start, type::Stop, type::Returned>;
    using Say = std::function<void(const type::HostPort& at)>;

    Served(const ServedDirectory* served, Say listening) : served_(*served), listening_(std::move(listening)) {}

    void on(Object& self, type::Start) {
        node_ = self.create<directory::NodeObject>(served_.node);
        self.request(type::Enquiry{}, node_, std::chrono::seconds(10), [this](Object& self, type::Any answer) {
            if (const auto* at = answer.get<type::HostPort>()) listens(self, *at);
        });
    }
    void on(Object& self, type::Stop) { self.abort(); }
    void on(Object& self, type::Returned& returned) { self.complete(std::move(returned.message)); }

private:
    void listens(Object& self, const type::HostPort& at) {
        auto& loop = self.shard().loop();
        const auto warn = [&](const Error& error) { self.warning(error.detail); };
        if (served_.announces && at.port) {
            const auto port = static_cast<std::uint16_t>(*at.port);
            auto started =
                directory::Announcer::start(loop, at.host.value_or("0.0.0.0"), {port, served_.node.encrypted});
            started ? void(announcer_ = std::move(*started)) : warn(started.error());
        }
        if (served_.listens) {
            auto opened = directory::AnnouncementEar::open(loop, [this, &self](const type::HostPort& above, bool) {
                self.send(directory::ConnectAbove{above}, node_);
            });
            opened ? void(ear_ = std::move(*opened)) : warn(opened.error());
        }
        listening_(at);
    }

    const ServedDirectory& served_;
    Say listening_;
    type::Address node_;
    std::unique_ptr<directory::Announcer> announcer_;
    std::unique_ptr<directory::AnnouncementEar> ear_;
};

/// What a person should know: who can reach it.
void say_where(std::ostream& err, const directory::NodeOptions& node, const type::HostPort& at) {
    err << fmt::format("layer-cake: {} listens at {}{}\n", node.executable, network::address_text(at),
                       node.encrypted ? ", encrypted" : "");
    if (node.keys && node.keys->own)
        err << fmt::format("layer-cake: its key is {}\n", net::key_text(net::public_key(*node.keys->own)));
    if (!directory::is_loopback(at))
        err << fmt::format("layer-cake: whoever reaches that address can publish names and search{}\n",
                           node.encrypted ? "" : ", and what is said is not encrypted");
    err.flush();
}

} // namespace

void ServedDirectory::join(realm::NatsRealm realm) {
    realm.takes_in_others = node.accept_at && !directory::is_loopback(*node.accept_at);
    node.above = realm::node_over_nats(std::move(realm));
}

Result<int> serve_directory(Invocation& call, const ServedDirectory& served) {
    process::SignalWatch signals;
    process::LogOutput log(STDERR_FILENO, object::LogLevel::console);
    object::Runtime::Options how;
    how.log_level = log.level();
    how.log = [&](const object::LogLine& line) { log.line(line); };
    how.ended = [&] { signals.end(); };
    object::Runtime runtime(std::move(how));
    const ServiceNotify notify;
    const auto root = runtime.start<Served>(&served, [&](const type::HostPort& at) {
        say_where(call.err, served.node, at);
        notify.send(fmt::format("READY=1\nSTATUS=listening at {}", network::address_text(at)));
    });
    process::SignalWatch::Events events;
    events.stop = [&](int) { runtime.send(type::Stop{}, root); };
    events.insisted = [&](int number) { ::_exit(128 + number); };
    events.overdue = [&] { ::_exit(Exit::failed); };
    signals.watch(std::chrono::seconds(8), events);
    const auto value = runtime.wait();
    if (const auto* fault = value.get<net::NotListening>()) return fail(Fault::failed, fault->explanation);
    return Exit::ok;
}

} // namespace layer_cake::cli

#include <fmt/format.h>
#include <layer_cake/object/shard.hpp>
#include <layer_cake/realm/nats_carrier.hpp>
#include <layer_cake/realm/nats_realm.hpp>
#include <layer_cake/realm/service_teller.hpp>

namespace layer_cake::realm {
namespace {

using object::Object;

/// Hears what the carrier has to say to people, on its thread, for an object that may not be there any more.
struct Notices {
    std::function<void(const std::string& text)> tell; ///< set before the carrier opens
};

/// Tells NATS's tools of this member, and people of what the carrier notices.
class Companion {
public:
    using accepts = object::accepts<type::Start, type::Stop, type::Returned>;

    Companion(Loop& loop, Switchboard& board, NatsService service, Notices& notices)
        : board_(board), service_(std::move(service)) {
        notices.tell = [&loop, this, alive = alive_](const std::string& text) {
            loop.post([this, alive, text] {
                if (*alive && self_) self_->warning(text);
            });
        };
    }
    ~Companion() { *alive_ = false; }
    Companion(const Companion&) = delete;
    Companion& operator=(const Companion&) = delete;

    void on(Object& self, type::Start) {
        self_ = &self;
        service_.started = std::chrono::system_clock::now();
        self.request(AskMembers{}, self.parent(), std::chrono::seconds(10), [this](Object&, type::Any answer) {
            const auto* members = answer.get<Members>();
            if (!members) return;
            service_.id = hex_text(members->own.member);
            teller_.emplace(board_, [this] { return service_; });
        });
    }
    void on(Object& self, type::Stop) {
        teller_.reset();
        self.complete(type::Aborted{});
    }
    void on(Object&, const type::Returned&) {}

private:
    Switchboard& board_;
    NatsService service_;
    Object* self_ = nullptr;
    std::optional<ServiceTeller> teller_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace

std::function<type::Address(Object& node)> node_over_nats(NatsRealm realm) {
    const auto notices = std::make_shared<Notices>();
    auto member = realm.member;
    realm.nats.name = fmt::format("layer-cake:{}:{}", member.realm, nats_service_name(member.site));
    realm.nats.inbox = fmt::format("lc.{}.inbox", member.realm);
    realm.nats.notice = [notices](const std::string& text) { notices->tell(text); };
    member.carrier = [nats = realm.nats] { return std::make_unique<NatsCarrier>(nats); };
    member.beside = [realm, notices](Object& object, Switchboard& board, const RealmOptions& options) {
        GatewayOptions gateway;
        gateway.realm = options.realm;
        gateway.key = options.key;
        gateway.relay = realm.relay;
        gateway.own_host = options.host;
        gateway.link_port = realm.port;
        if (realm.takes_in_others) {
            gateway.listen = "0.0.0.0";
            gateway.host = options.host;
        }
        object.create<Gateway>(std::ref(board), std::move(gateway));

        NatsService service;
        service.name = "layer-cake";
        service.description = fmt::format("site {} of the realm {}", options.site, options.realm);
        service.metadata = {{"realm", options.realm}, {"site", options.site}, {"node", options.node}};
        object.create<Companion>(std::ref(object.shard().loop()), std::ref(board), std::move(service),
                                 std::ref(*notices));
    };
    return node_above(std::move(member));
}

} // namespace layer_cake::realm

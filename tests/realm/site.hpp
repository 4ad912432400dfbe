#pragma once

#include <future>
#include <layer_cake/realm/realm_object.hpp>
#include <tests/directory/answerers.hpp>

namespace answerers {

/// A node that has joined a realm.
struct Site {
    explicit Site(lc::realm::RealmOptions realm, Scope scope = Scope::LAN) {
        NodeOptions options;
        options.scope = scope;
        options.accept_at = lc::HostPort{"127.0.0.1", 0};
        options.executable = realm.site;
        options.above = lc::realm::node_above(std::move(realm));
        std::promise<lc::HostPort> listening;
        runtime.start([&](lc::Self& self) -> lc::Any {
            const auto node = create_node(self, options);
            auto at = self.ask<lc::HostPort>(lc::Enquiry{}, node, 5s);
            listening.set_value(at ? *at : lc::HostPort{});
            return self.input();
        });
        place = listening.get_future().get();
    }
    ~Site() { runtime.stop(10s); }

    lc::HostPort place;
    lc::Runtime runtime;
};

} // namespace answerers

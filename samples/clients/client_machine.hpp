#pragma once

#include "client.hpp"

namespace clients {

/// The same client as a machine: it never waits, and what the function keeps in its place in the code is a state.
class ClientMachine {
public:
    enum State { connecting, asking, pausing };
    using states = lc::states<connecting, asking, pausing>;
    using accepts = lc::accepts<lc::Start, lc::Connected, lc::NotConnected, lc::T1, lc::Unknown>;

    explicit ClientMachine(const ClientSettings& settings) : settings_(settings), mood_(settings) {}

    State on(lc::Object& self, lc::at<connecting>, lc::Start) {
        lc::connect(self, settings_.server_address, lc::http_client{.json = true});
        return connecting;
    }
    State on(lc::Object& self, lc::at<connecting>, const lc::NotConnected&) {
        self.complete(std::move(self.message()));
        return connecting;
    }
    State on(lc::Object& self, lc::at<connecting>, const lc::Connected& connected) {
        server_ = connected.proxy_address;
        return next(self);
    }
    // Whatever comes now is the answer: a table or a fault.
    State on(lc::Object& self, lc::at<asking>, lc::Unknown, lc::Any& answer) {
        count(answers_, answer, size_);
        if (++answered_ < settings_.requests)
            self.start<lc::T1>(mood_.pause());
        else
            self.complete(answers_);
        return pausing;
    }
    State on(lc::Object& self, lc::at<pausing>, lc::T1) { return next(self); }

private:
    State next(lc::Object& self) {
        size_ = mood_.size();
        self.send(size_, server_);
        return asking;
    }

    ClientSettings settings_;
    Mood mood_;
    lc::Address server_;
    Xy size_;
    int answered_ = 0;
    Answers answers_;
};

} // namespace clients

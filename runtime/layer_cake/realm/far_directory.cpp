#include <layer_cake/net/listen.hpp>
#include <layer_cake/realm/far_directory.hpp>

namespace layer_cake::realm {
namespace {

using object::Object;
using namespace std::chrono_literals;

} // namespace

void FarDirectory::on(Object& self, directory::GetDirectory) {
    const auto& from = self.return_address();
    if (proxy_ && !from.is_local() && from.id() == proxy_.id()) { // the far side, of who is below it
        directory::DirectoryListing own;
        own.unique_id = realm_;
        own.scope = directory::Scope::WAN;
        own.directory_address = self.address();
        return self.reply(std::move(own));
    }
    self.start<type::T1>(60s);
    if (proxy_) return self.forward(directory::GetDirectory{}, proxy_);
    if (waiting_.size() == most_waiting) return;
    self.take_over();
    waiting_.push_back(from);
    if (waiting_.size() == 1) net::connect(self, place_, {.encrypted = encrypted_, .patience = 5s});
}

void FarDirectory::on(Object& self, const net::Connected& connected) {
    proxy_ = connected.proxy_address;
    for (const auto& one : std::exchange(waiting_, {}))
        self.send(directory::GetDirectory{}, proxy_, one);
}

/// Who asked is told nothing, as by a directory that hangs.
void FarDirectory::on(Object&, const net::NotConnected&) {
    waiting_.clear();
}

void FarDirectory::on(Object& self, type::T1) {
    if (proxy_) self.send(net::Close{}, proxy_);
}

} // namespace layer_cake::realm

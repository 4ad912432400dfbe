#pragma once

#include <deque>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/home/group.hpp>
#include <layer_cake/home/home.hpp>
#include <layer_cake/net/listener.hpp>
#include <layer_cake/supervise/group_directory.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>

namespace layer_cake::supervise {

class RoleProcess;
struct RoleContext;

/// The names of a group as its supervisor has to do with them: it publishes ports of ready roles, and knows the
/// addresses of those names that roles wait for.
///
/// directory.sock is listened at while the group runs; the directory itself is made when somebody connects, or when the
/// definition speaks of names or of a directory above. All on the loop's thread.
class Names {
public:
    explicit Names(RoleContext& context);
    ~Names();

    /// Goes over to what the group says. Fails, changing nothing, when it cannot listen: `failed` for `directory:
    /// cannot listen at 127.0.0.1:54200: address already in use`.
    Result<void> apply(const home::Group& group);

    /// Makes directory.sock again, which was removed; connections that there are stay. Fails as apply() does.
    Result<void> listen_again();

    /// Publishes the ports of roles that are ready and withdraws the others; tells roles whose `ready` is about a name
    /// when that is there. After every settle of the supervisor.
    void look_at(std::span<RoleProcess* const> roles);

    /// Where the directories of Python modules connect to, which know no unix sockets: at `listen`, or at a port of
    /// 127.0.0.1 that is opened when it is first asked for.
    Result<home::HostPort> port();
    bool encrypted() const { return rules_ && rules_->encrypted; }

    /// Where a name is, that the group's definition speaks of.
    std::optional<home::HostPort> find(const std::string& name, home::NameScope scope) const;

private:
    using Wanted = std::pair<std::string, home::NameScope>;

    Result<std::unique_ptr<net::Listener>> listen(const net::Endpoint& at, bool outside);
    GroupDirectory& directory();
    void restart_directory();
    void found(const Wanted& wanted, std::optional<home::HostPort> address);
    void tell_news(const std::string& role);
    void publish(std::map<std::string, PublishedPort> ports);

    RoleContext& context_;
    std::unique_ptr<net::Listener> socket_, listener_, for_modules_;
    std::optional<home::DirectoryRules> rules_;
    GroupDirectory::Above above_;                ///< makes the node of the realm that the group joins
    bool speaks_ = false;                        ///< the definition speaks of names
    std::deque<std::string> news_;               ///< of the realm, for the logs of roles that publish names there
    std::uint64_t news_count_ = 0;               ///< with those before
    std::map<std::string, std::uint64_t> told_;  ///< by role: as many of them
    std::set<Wanted> wanted_;                    ///< that roles wait for
    std::map<Wanted, home::HostPort> addresses_; ///< of those that are there
    std::map<std::string, PublishedPort> ports_; ///< that are published, by role and port
    std::unique_ptr<GroupDirectory> directory_;  ///< made at the first use
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace layer_cake::supervise

#pragma once

#include <functional>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/home/directory_rules.hpp>
#include <layer_cake/type/address.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace layer_cake::object {
class Object;
}

namespace layer_cake::supervise {

/// A port of a role with the name it is published under.
struct PublishedPort {
    std::string role;
    std::string name;
    home::NameScope scope = home::NameScope::host;
    std::uint16_t number = 0;
    friend bool operator==(const PublishedPort&, const PublishedPort&) = default;
};

/// The directory of a group: a node of scope GROUP on a thread of its own, and beside it what publishes ports and looks
/// for names on behalf of programs that cannot. Called on the loop's thread, where its events come, too.
class GroupDirectory {
public:
    using Wanted = std::pair<std::string, home::NameScope>;
    struct Events {
        std::function<void(const Wanted& wanted, std::optional<home::HostPort> address)> found; ///< or not any more
        std::function<void(const std::string& name)> taken; ///< somebody else has published it before
        std::function<void(const std::string& line)> said;  ///< for people, by the node above: `joined realm "shop"`
    };

    using Above = std::function<type::Address(object::Object& node)>;

    /// @param above  makes the node above, when that is no other process's: NodeOptions::above
    GroupDirectory(Loop& loop, const home::DirectoryRules& rules, const Above& above, Events events);
    ~GroupDirectory();

    /// A connection of a process's directory. @param outside  it came to `listen`, which may be encrypted
    void take(Fd connection, bool outside);
    void publish(const std::map<std::string, PublishedPort>& all); ///< these, and what was published before no more
    void watch(const std::set<Wanted>& all);                       ///< the same

private:
    struct Threaded;
    std::unique_ptr<Threaded> threaded_;
};

} // namespace layer_cake::supervise

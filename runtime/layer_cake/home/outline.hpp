#pragma once

#include <layer_cake/home/group_file.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

/// The roles of a source by their names and what they wait for: enough to find what is wrong between roles,
/// even while other things are wrong within them.
namespace layer_cake::home {

struct Outline {
    struct Wait {
        std::string name; ///< as written: a role or an instance
        std::optional<Condition> condition;
        std::string published; ///< the name that is waited for, when it is given
        bool restart;
        codec::Mark mark;
        int target = -1; ///< index of the role, or -1: unknown
    };

    std::string name;
    codec::Mark mark;
    const codec::Value* value = nullptr; ///< a mapping, or null
    std::optional<int> replicas;
    int first = 0; ///< number of the first replica
    bool oneshot = false, asks_ready = false, asks_health = false;
    std::vector<Wait> waits;

    int instances() const { return replicas.value_or(1); }
    std::string instance(int number) const; ///< name of instance 0, 1, ...
    /// What its ready and its ports publish: of instance 0, 1, ...
    std::vector<std::string> published(int number) const;
    /// What a dependency on this role waits for when it does not say.
    Condition usual_condition() const {
        return oneshot ? Condition::completed : asks_ready ? Condition::ready : Condition::started;
    }
};

class Outlines {
public:
    /// Reads all roles; problems (without file): names that clash, dependencies that do not exist or form a cycle, a
    /// main role that is none, keys that need others, too many instances.
    Outlines(const codec::Value& group, std::vector<Problem>& problems);

    const std::vector<Outline>& roles() const { return roles_; }
    /// Index of the role with that name, or with an instance of that name; -1 when there is none.
    int find(std::string_view name) const;

private:
    void read_role(const std::string& name, codec::Mark mark, const codec::Value& value);
    void check_names();
    void check_dependencies();
    void check_cycles();
    void check_main_role(const codec::Value& group);
    std::string suggest(std::string_view name) const;

    std::vector<Outline> roles_;
    std::unordered_map<std::string, int> by_name_; ///< roles and instances
    std::vector<Problem>& problems_;
};

} // namespace layer_cake::home

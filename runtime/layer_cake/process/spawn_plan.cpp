#include <algorithm>
#include <charconv>
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/process/spawn.hpp>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unordered_map>

namespace layer_cake::process {
namespace {

constexpr std::string_view default_path = "/usr/local/bin:/usr/bin:/bin";

/// Variables in the order in which they first came; the last value counts.
class Environment {
public:
    explicit Environment(const std::vector<std::string>& base) {
        lines_.reserve(base.size() + 8);
        for (const auto& line : base)
            if (const auto equals = line.find('='); equals != std::string::npos)
                set(line.substr(0, equals), line.substr(equals + 1));
    }

    void set(const std::string& name, std::string_view value) {
        auto line = fmt::format("{}={}", name, value);
        const auto [at, added] = places_.emplace(name, lines_.size());
        if (added)
            lines_.push_back(std::move(line));
        else
            lines_[at->second] = std::move(line);
    }

    std::string_view get(const std::string& name) const {
        const auto at = places_.find(name);
        return at == places_.end() ? std::string_view() : std::string_view(lines_[at->second]).substr(name.size() + 1);
    }

    std::vector<std::string> take() { return std::move(lines_); }

private:
    std::vector<std::string> lines_;
    std::unordered_map<std::string, std::size_t> places_;
};

std::string below(const std::string& folder, std::string_view path) {
    if (path.starts_with('/') || folder.empty()) return std::string(path);
    if (path.starts_with("./")) path.remove_prefix(2);
    return fmt::format("{}{}{}", folder, folder.ends_with('/') ? "" : "/", path);
}

constexpr std::size_t settings_limit = 120'000; ///< the kernel takes a variable of 128 KiB

enum class Found { no, not_a_file, not_executable, yes };

Found look_for(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return Found::no;
    if (!S_ISREG(info.st_mode)) return Found::not_a_file;
    return ::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0 ? Found::yes : Found::not_executable;
}

Result<std::string> find_executable(const std::string& program, const std::string& working_dir,
                                    std::string_view search) {
    if (program.empty()) return fail(Fault::invalid, "no executable is named");
    Found best = Found::no;
    std::string path;
    if (program.find('/') != std::string::npos) {
        path = below(working_dir, program);
        best = look_for(path);
    } else {
        for (std::string_view rest = search; best != Found::yes;) {
            const auto end = std::min(rest.find(':'), rest.size());
            auto folder = rest.substr(0, end);
            auto here = below(working_dir, fmt::format("{}/{}", folder.empty() ? "." : folder, program));
            const auto found = look_for(here);
            if (found > best) {
                best = found;
                path = std::move(here);
            }
            if (end == rest.size()) break;
            rest.remove_prefix(end + 1);
        }
    }
    switch (best) {
    case Found::yes:
        return path;
    case Found::not_a_file:
        return fail(Fault::invalid, fmt::format("executable \"{}\" is not a file", program));
    case Found::not_executable:
        return fail(Fault::invalid,
                    fmt::format("executable \"{}\" is not executable (its mode has no x for us)", program));
    case Found::no:
        break;
    }
    if (program.find('/') != std::string::npos)
        return fail(Fault::missing, fmt::format("executable \"{}\" not found", program));
    return fail(Fault::missing, fmt::format("executable \"{}\" not found on PATH", program));
}

std::optional<unsigned> number_in(std::string_view text) {
    unsigned number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return number;
}

struct Account {
    uid_t uid = 0;
    gid_t gid = 0;
    std::string name, home;
};

std::optional<Account> account_of(const std::string& name) {
    std::vector<char> buffer(16 << 10);
    passwd entry{};
    passwd* found = nullptr;
    if (const auto uid = number_in(name))
        ::getpwuid_r(*uid, &entry, buffer.data(), buffer.size(), &found);
    else
        ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (!found) return std::nullopt;
    return Account{entry.pw_uid, entry.pw_gid, entry.pw_name, entry.pw_dir};
}

std::optional<gid_t> group_of(const std::string& name) {
    if (const auto gid = number_in(name)) return gid;
    std::vector<char> buffer(64 << 10);
    group entry{};
    group* found = nullptr;
    ::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    return found ? std::optional<gid_t>(entry.gr_gid) : std::nullopt;
}

std::vector<gid_t> groups_of(const Account& account) {
    int count = 64;
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    if (::getgrouplist(account.name.c_str(), account.gid, groups.data(), &count) < 0) {
        groups.resize(static_cast<std::size_t>(count));
        ::getgrouplist(account.name.c_str(), account.gid, groups.data(), &count);
    }
    groups.resize(static_cast<std::size_t>(std::max(count, 0)));
    return groups;
}

Result<void> plan_user(const home::Role& role, SpawnPlan& plan, Environment& environment) {
    if (role.user.empty()) return ok();
    const auto colon = role.user.find(':');
    const std::string name = role.user.substr(0, colon);
    auto account = account_of(name);
    if (!account) {
        const auto uid = number_in(name);
        if (!uid) return fail(Fault::invalid, fmt::format("unknown user \"{}\"", name));
        if (colon == std::string::npos)
            return fail(Fault::invalid, fmt::format("user {} has no entry in passwd: name a group too, as in \"{}:{}\"",
                                                    name, name, name));
        account = Account{*uid, 0, {}, {}};
    }
    if (!account->name.empty()) plan.groups = groups_of(*account);
    if (colon != std::string::npos) {
        const auto group = group_of(role.user.substr(colon + 1));
        if (!group) return fail(Fault::invalid, fmt::format("unknown group \"{}\"", role.user.substr(colon + 1)));
        account->gid = *group;
    }
    plan.uid = account->uid;
    plan.gid = account->gid;
    plan.change_user = ::geteuid() == 0 || account->uid != ::geteuid() || account->gid != ::getegid();
    if (plan.change_user && ::geteuid() != 0)
        return fail(Fault::invalid, fmt::format("only root can run it as user \"{}\"", role.user));
    if (!account->name.empty()) {
        environment.set("USER", account->name);
        environment.set("LOGNAME", account->name);
        environment.set("HOME", account->home);
    }
    return ok();
}

} // namespace

Result<SpawnPlan> plan_spawn(const home::Role& role, const std::vector<std::string>& base_environment) {
    SpawnPlan plan;
    Environment environment(base_environment);
    if (auto user = plan_user(role, plan, environment); !user) return fail(std::move(user).error());
    for (const auto& [name, value] : role.environment)
        environment.set(name, value);
    environment.set("LAYER_CAKE_ROLE", role.name);
    if (role.index >= 0) environment.set("LAYER_CAKE_INDEX", std::to_string(role.index));
    if (!role.settings.is_null()) {
        const auto settings = codec::write_json(role.settings);
        if (settings.size() > settings_limit)
            return fail(Fault::invalid, fmt::format("its settings are above {} bytes as JSON", settings_limit));
        environment.set("LAYER_CAKE_SETTINGS", settings);
    }

    struct stat folder {};
    if (!role.working_dir.empty()) {
        if (::stat(role.working_dir.c_str(), &folder) != 0) {
            if (errno == ENOENT)
                return fail(Fault::missing, fmt::format("working_dir \"{}\" not found", role.working_dir));
            return fail(system_error(fmt::format("cannot enter working_dir \"{}\"", role.working_dir), errno));
        }
        if (!S_ISDIR(folder.st_mode))
            return fail(Fault::invalid, fmt::format("working_dir \"{}\" is not a folder", role.working_dir));
    }
    const auto path = environment.get("PATH");
    auto executable = find_executable(role.command.empty() ? std::string() : role.command.front(), role.working_dir,
                                      path.empty() ? default_path : path);
    if (!executable) return fail(std::move(executable).error());

    plan.executable = std::move(*executable);
    plan.arguments = role.command;
    plan.environment = environment.take();
    plan.working_dir = role.working_dir;
    plan.limits = role.limits;
    plan.umask = role.umask;
    return plan;
}

} // namespace layer_cake::process

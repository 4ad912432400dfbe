#pragma once

#include <cli/group_view.hpp>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace layer_cake::cli {

/// How each role comes up (or goes down), on stderr.
///
/// On a terminal: one line a role, rewritten in place, at most `rows` lines (what has settled makes room for what has
/// not); the last state stays. Elsewhere: a plain line each time a role has reached something, nothing else:
///
///     started web
///     ready web
///     failed worker: exit 1
class Progress {
public:
    struct Rules {
        bool live = false; ///< a terminal
        bool colour = false;
        bool quiet = false;
        std::size_t rows = 20;
        std::size_t columns = 80;
    };

    /// @param err  as long as the object
    Progress(std::ostream& err, std::vector<std::string> names, Rules rules);

    /// Where the roles stand before anything was asked of them: that is no news.
    void begin(const GroupView& view);
    void show(const GroupView& view);
    void finish(); ///< no more is to come; nothing is rewritten after it

private:
    void show_plain(const GroupView& view);
    void show_live(const GroupView& view);

    /// What was said last of a role, and of which of its processes.
    struct Said {
        std::string word;
        std::optional<WallTime> started_at;
    };

    std::ostream& err_;
    std::vector<std::string> names_;
    Rules rules_;
    std::map<std::string, Said> said_; ///< by role; plain
    std::string frame_;                ///< what stands on the terminal
    std::size_t height_ = 0;
};

/// The rules for this process's stderr.
Progress::Rules progress_rules(bool colour);

/// The word for what a role has reached: `started`, `ready`, `failed`, ...; empty while on its way.
std::string_view reached_word(const supervise::RoleStatus& role);

} // namespace layer_cake::cli

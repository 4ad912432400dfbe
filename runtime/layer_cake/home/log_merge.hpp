#pragma once

#include <functional>
#include <layer_cake/home/log_reader.hpp>
#include <list>
#include <optional>
#include <string>

namespace layer_cake::home {

/// Several roles' logs as one, in the order of arrival. Holds one line a role.
class LogMerge {
public:
    LogMerge() = default;
    /// For one who hears of changes: a log read to its end is left alone until touched.
    enum class Asks { always, when_touched };
    explicit LogMerge(Asks asks) : asks_(asks) {}

    void add(std::string role, LogReader reader);
    void remove(const std::string& role);
    void touch(const std::string& role);
    void touch_all();

    /// Calls `line` for each line there is; stops when it returns false or nothing more is there (call again later).
    /// Not to be added to or removed from within the call.
    /// @param flush  also give unfinished last lines, as partial
    Result<void> read(const std::function<bool(const std::string& role, const LogLine& line)>& line, bool flush);

private:
    struct Source {
        std::string role;
        LogReader reader;
        std::optional<LogLine> head;
        bool at_end = false;
    };
    Asks asks_ = Asks::always;
    std::list<Source> sources_;
};

} // namespace layer_cake::home

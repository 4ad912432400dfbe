#include <layer_cake/home/log_merge.hpp>

namespace layer_cake::home {

void LogMerge::add(std::string role, LogReader reader) {
    remove(role);
    sources_.push_back({std::move(role), std::move(reader), {}, false});
}

void LogMerge::remove(const std::string& role) {
    sources_.remove_if([&](const Source& source) { return source.role == role; });
}

void LogMerge::touch(const std::string& role) {
    for (auto& source : sources_)
        if (source.role == role) source.at_end = false;
}

void LogMerge::touch_all() {
    for (auto& source : sources_)
        source.at_end = false;
}

Result<void> LogMerge::read(const std::function<bool(const std::string&, const LogLine&)>& line, bool flush) {
    Result<void> result;
    // Those at their end are asked once a call, not once a line.
    std::list<Source*> waiting;
    for (auto& source : sources_)
        if (!source.at_end || flush) waiting.push_back(&source);
    for (;;) {
        Source* first = nullptr;
        for (auto at = waiting.begin(); at != waiting.end();) {
            auto& source = **at;
            if (!source.head) {
                auto next = source.reader.next(flush);
                if (next)
                    source.head = std::move(*next);
                else
                    result = fail(std::move(next).error()); // the others are read all the same
            }
            if (!source.head) {
                source.at_end = asks_ == Asks::when_touched;
                at = waiting.erase(at);
                continue;
            }
            if (!first || source.head->time < first->head->time) first = &source;
            ++at;
        }
        if (!first) return result;
        const auto head = std::move(*first->head);
        first->head.reset();
        if (!line(first->role, head)) return result;
    }
}

} // namespace layer_cake::home

#include <charconv>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/home/log_merge.hpp>
#include <layer_cake/supervise/control_server.hpp>

namespace layer_cake::supervise {

namespace {

constexpr std::size_t backlog = 256 << 10; ///< unsent bytes at which reading waits for the client

std::string line_json(const std::string& role, const home::LogLine& line) {
    static constexpr std::string_view streams[] = {"stdout", "stderr", "note"};
    std::string json = R"({"time":")" + format_time(line.time, 6) + R"(","role":)";
    codec::append_json_string(json, role);
    json += R"(,"stream":")" + std::string(streams[static_cast<std::size_t>(line.stream)]) + R"(","text":)";
    codec::append_json_string(json, line.text);
    json += line.partial ? ",\"partial\":true}\n" : "}\n";
    return json;
}

} // namespace

/// One client reading logs: all there is, then the end, or on and on. Reads no faster than the client takes.
struct ControlServer::LogStream : std::enable_shared_from_this<LogStream> {
    std::shared_ptr<net::HttpAnswer> answer;
    home::LogMerge merge; ///< without follow
    std::unique_ptr<home::LogFollower> follower;

    void follow(Loop& loop) {
        follower =
            std::make_unique<home::LogFollower>(loop, [this](const std::string& role, const home::LogLine& line) {
                answer->write(line_json(role, line));
                if (answer->unsent() > backlog) follower->pause();
            });
        answer->on_drained([this] { follower->resume(); });
    }

    void pump() {
        const auto read = merge.read(
            [this](const std::string& role, const home::LogLine& line) {
                answer->write(line_json(role, line));
                return answer->unsent() <= backlog;
            },
            true);
        if (read && answer->unsent() > backlog) return; // on_drained goes on
        answer->end();
    }
};

void ControlServer::log(const net::HttpRequest& request, const Answer& answer) {
    const auto refused = [&](Fault fault, std::string detail) { refuse(*answer, {fault, std::move(detail)}); };
    std::vector<std::string> roles;
    bool follow = false;
    std::optional<std::size_t> tail;
    for (const auto& [name, value] : request.query()) {
        if (name == "role") {
            auto found = supervisor_->instances({value});
            if (!found) return refused(Fault::missing, found.error().detail);
            roles.insert(roles.end(), found->begin(), found->end());
        } else if (name == "follow" && (value == "true" || value == "false")) {
            follow = value == "true";
        } else if (std::size_t lines = 0; name == "tail" &&
                                          std::from_chars(value.data(), value.data() + value.size(), lines).ptr ==
                                              value.data() + value.size() &&
                                          !value.empty()) {
            tail = std::min<std::size_t>(lines, 100'000);
        } else {
            return refused(Fault::invalid, fmt::format("\"{}={}\" is not known", name, value));
        }
    }
    if (roles.empty())
        for (const auto& role : supervisor_->group().roles)
            roles.push_back(role.name);
    if (logs_.size() >= streams_limit) return refused(Fault::invalid, "too many log streams");

    auto stream = std::make_shared<LogStream>();
    stream->answer = answer;
    logs_.push_back(stream);
    answer->begin(200, {{"Content-Type", "application/x-ndjson"}});
    answer->on_gone([this, raw = stream.get()] {
        loop_.defer([this, raw] { logs_.remove_if([raw](const auto& held) { return held.get() == raw; }); });
    });
    if (follow) stream->follow(loop_);
    for (const auto& role : roles) {
        home::LogReader reader(paths_.logs(role));
        if (tail) reader.seek_tail(*tail);
        if (follow)
            (void)stream->follower->add(role, std::move(reader)); // no watch to be had: what is there is shown
        else
            stream->merge.add(role, std::move(reader));
    }
    if (follow) return;
    answer->on_drained([raw = stream.get()] { raw->pump(); });
    stream->pump();
    logs_.remove_if([](const auto& held) { return held->answer->gone(); });
}

} // namespace layer_cake::supervise

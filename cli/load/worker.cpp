#include <cerrno>
#include <cli/load/worker.hpp>
#include <csignal>
#include <layer_cake/codec/json.hpp>
#include <unistd.h>

namespace layer_cake::cli::load {
namespace {

constexpr Duration longest_tick = std::chrono::milliseconds(250);

class Worker {
public:
    Worker(const Plan& plan, const net::ServerPlace& server, Generator::Share share, Fd pipe)
        : start_(share.start),
          tick_(tick_of(plan)),
          pipe_(std::move(pipe)),
          poll_(loop_, pipe_.get()),
          timer_(loop_, [this] { on_tick(); }),
          asked_(loop_, {SIGTERM}, [this](int) { generator_.stop(); }),
          generator_(loop_, plan, server, share, [this] { end(); }) {}

    int run() {
        generator_.start();
        timer_.set(start_ + tick_);
        loop_.run();
        return broken_ ? 1 : 0;
    }

private:
    void on_tick() {
        const auto passed = std::chrono::steady_clock::now() - start_;
        const auto number = static_cast<std::uint64_t>(passed / tick_);
        timer_.set(start_ + tick_ * static_cast<Duration::rep>(number + 1));
        if (line_.empty()) report(number > 0 ? number - 1 : 0);
    }

    void report(std::uint64_t number) {
        codec::Object members;
        members.emplace_back("tick", number);
        members.emplace_back("in_flight", static_cast<std::uint64_t>(generator_.in_flight()));
        members.emplace_back("waiting", static_cast<std::uint64_t>(generator_.waiting()));
        const Duration passed = std::chrono::steady_clock::now() - start_;
        members.emplace_back("elapsed", static_cast<std::int64_t>(passed.count()));
        codec::Array phases;
        for (const auto& tally : generator_.take())
            phases.push_back(tally.empty() ? codec::Value() : tally.to_value());
        members.emplace_back("phases", std::move(phases));
        codec::Object words;
        for (std::size_t i = 0; i < kinds; ++i)
            if (!generator_.words()[i].empty())
                words.emplace_back(std::string(name_of(static_cast<Kind>(i)).name), generator_.words()[i]);
        members.emplace_back("words", std::move(words));
        if (ended_) members.emplace_back("end", true);
        line_ = codec::write_json(members) + "\n";
        flush();
    }

    void end() {
        ended_ = true;
        timer_.cancel();
        if (line_.empty()) report_end();
    }

    void report_end() {
        last_ = true;
        report(static_cast<std::uint64_t>((std::chrono::steady_clock::now() - start_) / tick_));
    }

    void flush() {
        while (!line_.empty()) {
            const auto size = ::write(pipe_.get(), line_.data(), line_.size());
            if (size < 0 && errno == EINTR) continue;
            if (size < 0 && errno == EAGAIN) return poll_.start(Poll::writable, [this](int) { flush(); });
            if (size < 0) { // the parent has gone
                broken_ = true;
                return loop_.stop();
            }
            line_.erase(0, static_cast<std::size_t>(size));
        }
        poll_.cancel();
        if (last_) return loop_.stop();
        if (ended_) report_end();
    }

    Loop loop_;
    Instant start_;
    Duration tick_;
    Fd pipe_;
    Poll poll_;
    PreciseTimer timer_;
    Signals asked_;
    Generator generator_;
    std::string line_; ///< what the pipe has not taken yet
    bool ended_ = false, last_ = false, broken_ = false;
};

} // namespace

std::uint64_t ticks_of_interval(const Plan& plan) {
    return static_cast<std::uint64_t>((plan.interval + longest_tick - Duration(1)) / longest_tick);
}

Duration tick_of(const Plan& plan) {
    return plan.interval / static_cast<Duration::rep>(ticks_of_interval(plan));
}

int work(const Plan& plan, const net::ServerPlace& server, Generator::Share share, Fd pipe) {
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);
    Worker worker(plan, server, share, std::move(pipe));
    return worker.run();
}

} // namespace layer_cake::cli::load

#include <cerrno>
#include <cli/load/crew.hpp>
#include <cli/load/worker.hpp>
#include <csignal>
#include <fcntl.h>
#include <layer_cake/codec/json.hpp>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace layer_cake::cli::load {
namespace {

constexpr std::size_t most_rows = 100'000;

std::uint64_t whole(const codec::Value& line, std::string_view name) {
    const auto* member = line.find(name);
    return member ? static_cast<std::uint64_t>(std::max<std::int64_t>(0, member->integer().value_or(0))) : 0;
}

/// A forked process as its parent sees it.
struct Member {
    pid_t pid = -1;
    Fd pipe;
    std::unique_ptr<Poll> poll;
    std::string unread;
    std::uint64_t in_flight = 0, waiting = 0;
    bool ended = false;
};

Result<Member> hire(const Plan& plan, const net::ServerPlace& server, Generator::Share share,
                    std::vector<Member>& before) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return fail(system_error("cannot make a pipe", errno));
    Fd reading(ends[0]), writing(ends[1]);
    ::fcntl(writing.get(), F_SETPIPE_SZ, 1 << 20); // less is slower, and nothing else
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) return fail(system_error("cannot make a process", errno));
    if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(1);
        reading.reset();
        for (auto& other : before)
            other.pipe.reset();
        ::_exit(work(plan, server, share, std::move(writing)));
    }
    Member member;
    member.pid = pid;
    member.pipe = std::move(reading);
    return member;
}

class Crew {
public:
    Crew(const Plan& plan, Instant start, std::vector<Member> members, std::function<void(const Standing&)> watch)
        : plan_(plan),
          start_(start),
          members_(std::move(members)),
          watch_(std::move(watch)),
          caught_(loop_, {SIGINT, SIGTERM}, [this](int number) { end_early(number); }),
          timer_(loop_) {
        outcome_.phases.resize(std::max<std::size_t>(1, plan.phases.size()));
    }

    Outcome run() {
        for (auto& member : members_) {
            member.poll = std::make_unique<Poll>(loop_, member.pipe.get());
            member.poll->start(Poll::readable, [this, &member](int) { read(member); });
        }
        if (watch_) timer_.repeat(std::chrono::milliseconds(250), [this] { show(); });
        loop_.run();
        if (watch_) show();
        for (auto& member : members_) {
            int status = 0;
            rusage used{};
            while (::wait4(member.pid, &status, 0, &used) < 0 && errno == EINTR) {
            }
            const auto seconds = [](const timeval& time) {
                return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
            };
            outcome_.processor_time += seconds(used.ru_utime) + seconds(used.ru_stime);
            if (!member.ended && outcome_.interrupted == 0) ++outcome_.lost;
        }
        for (const auto& [number, tally] : open_rows_)
            close_row(number, tally);
        return std::move(outcome_);
    }

private:
    void end_early(int number) {
        for (const auto& member : members_)
            ::kill(member.pid, outcome_.interrupted == 0 ? SIGTERM : SIGKILL);
        outcome_.interrupted = number;
    }

    void read(Member& member) {
        char buffer[64 << 10];
        const auto size = ::read(member.pipe.get(), buffer, sizeof buffer);
        if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (size <= 0) {
            member.poll.reset();
            member.in_flight = member.waiting = 0;
            for (const auto& other : members_)
                if (other.poll) return;
            return loop_.stop();
        }
        member.unread.append(buffer, static_cast<std::size_t>(size));
        std::size_t begin = 0;
        for (auto end = member.unread.find('\n'); end != std::string::npos; end = member.unread.find('\n', begin)) {
            if (const auto line = codec::parse_json(std::string_view(member.unread).substr(begin, end - begin)))
                take(member, *line);
            begin = end + 1;
        }
        member.unread.erase(0, begin);
    }

    void take(Member& member, const codec::Value& line) {
        member.in_flight = whole(line, "in_flight");
        member.waiting = whole(line, "waiting");
        member.ended = line.find("end") != nullptr;
        outcome_.elapsed = std::max(outcome_.elapsed, Duration(static_cast<Duration::rep>(whole(line, "elapsed"))));
        Tally step;
        if (const auto* phases = line.find("phases"); phases && phases->array())
            for (std::size_t i = 0; i < phases->array()->size() && i < outcome_.phases.size(); ++i) {
                const auto& value = (*phases->array())[i];
                if (value.is_null()) continue;
                const auto tally = Tally::from_value(value);
                outcome_.phases[i].add(tally);
                step.add(tally);
            }
        whole_.add(step);
        if (const auto* words = line.find("words"))
            for (std::size_t i = 0; i < kinds; ++i)
                if (const auto* text = words->find(name_of(static_cast<Kind>(i)).name);
                    text && text->string() && outcome_.words[i].empty())
                    outcome_.words[i] = *text->string();
        const auto tick = whole(line, "tick");
        if (watch_) recent_[tick].add(step);
        const auto row = tick / ticks_of_interval(plan_);
        open_rows_[row].add(step);
        while (open_rows_.size() > 8) { // no process is so far behind
            close_row(open_rows_.begin()->first, open_rows_.begin()->second);
            open_rows_.erase(open_rows_.begin());
        }
    }

    void close_row(std::uint64_t number, const Tally& tally) {
        if (outcome_.rows.size() < most_rows) outcome_.rows.insert_or_assign(number, row_of(tally));
    }

    void show() {
        const Duration tick = tick_of(plan_);
        const auto kept = static_cast<std::uint64_t>(std::max<Duration::rep>(1, std::chrono::seconds(1) / tick));
        while (!recent_.empty() && recent_.begin()->first + kept <= recent_.rbegin()->first)
            recent_.erase(recent_.begin());
        Tally recent;
        for (const auto& [number, tally] : recent_)
            recent.add(tally);
        Standing standing{.elapsed = std::chrono::steady_clock::now() - start_, .whole = whole_, .recent = recent};
        standing.recent_span = tick * static_cast<Duration::rep>(recent_.size());
        for (const auto& member : members_) {
            standing.in_flight += member.in_flight;
            standing.waiting += member.waiting;
        }
        watch_(standing);
    }

    Loop loop_;
    const Plan& plan_;
    Instant start_;
    std::vector<Member> members_;
    std::function<void(const Standing&)> watch_;
    Signals caught_;
    Timer timer_;
    Outcome outcome_;
    Tally whole_;
    std::map<std::uint64_t, Tally> recent_, open_rows_;
};

} // namespace

Row row_of(const Tally& tally) {
    const auto& times = tally.time(Kind::success);
    Row row{.offered = tally.offered,
            .sent = tally.sent,
            .successes = tally.count(Kind::success),
            .good = tally.good,
            .refusals = tally.refusals(),
            .expired = tally.count(Kind::expired),
            .p50 = times.percentile(0.5),
            .p99 = times.percentile(0.99)};
    row.failures = tally.outcomes() - row.successes - row.refusals - row.expired;
    return row;
}

Tally Outcome::whole() const {
    Tally all;
    for (const auto& phase : phases)
        all.add(phase);
    return all;
}

Result<Outcome> run_crew(const Plan& plan, const net::ServerPlace& server,
                         const std::function<void(const Standing&)>& watch) {
    const auto start = std::chrono::steady_clock::now() + std::chrono::milliseconds(20 + 5 * plan.processes);
    std::vector<Member> members;
    for (unsigned i = 0; i < plan.processes; ++i) {
        auto member = hire(plan, server, {.process = i, .processes = plan.processes, .start = start}, members);
        if (!member) {
            for (const auto& other : members) {
                ::kill(other.pid, SIGKILL);
                ::waitpid(other.pid, nullptr, 0);
            }
            return fail(std::move(member).error());
        }
        members.push_back(std::move(*member));
    }
    return Crew(plan, start, std::move(members), watch).run();
}

} // namespace layer_cake::cli::load

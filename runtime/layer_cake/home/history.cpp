#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/home/history.hpp>
#include <sys/stat.h>

namespace layer_cake::home {
namespace {

constexpr std::uint64_t compact_above = 16 << 10;
constexpr std::uint64_t size_limit = 1 << 20;
constexpr std::size_t detail_limit = 1000;

std::string_view how_name(Ended::How how) {
    switch (how) {
    case Ended::How::exited:
        return "exited";
    case Ended::How::signaled:
        return "signaled";
    case Ended::How::not_started:
        return "not_started";
    case Ended::How::lost:
        break;
    }
    return "lost";
}

Ended::How how_named(std::string_view name) {
    for (auto how : {Ended::How::exited, Ended::How::signaled, Ended::How::not_started})
        if (how_name(how) == name) return how;
    return Ended::How::lost;
}

std::string start_line(WallTime when, int pid) {
    return fmt::format("{{\"event\":\"start\",\"time\":\"{}\",\"pid\":{}}}\n", format_time(when, 9), pid);
}

std::string end_line(WallTime when, int pid, const Ended& how) {
    auto line = fmt::format("{{\"event\":\"end\",\"time\":\"{}\",\"pid\":{},\"how\":\"{}\",\"code\":{}",
                            format_time(when, 9), pid, how_name(how.how), how.code);
    if (!how.detail.empty()) {
        line += ",\"detail\":";
        codec::append_json_string(line, std::string_view(how.detail).substr(0, detail_limit));
    }
    return line + "}\n";
}

/// Adds an event to the lives; a line that is none changes nothing.
void apply(std::string_view text, std::vector<Life>& lives) {
    const auto line = codec::parse_json(text);
    if (!line) return;
    const auto member = [&](std::string_view name) -> std::string {
        const auto* value = line->find(name);
        return value && value->string() ? *value->string() : std::string();
    };
    const auto number = [&](std::string_view name) {
        const auto* value = line->find(name);
        const auto found = value ? value->integer() : std::nullopt;
        return static_cast<int>(found.value_or(0));
    };
    const auto time = parse_time(member("time"));
    if (!time) return;
    const int pid = number("pid");
    if (member("event") == "start") {
        Life life;
        life.started = *time;
        life.pid = pid;
        lives.push_back(std::move(life));
        return;
    }
    if (member("event") != "end") return;
    const Ended how{how_named(member("how")), number("code"), member("detail")};
    const bool open = !lives.empty() && !lives.back().stopped && lives.back().pid == pid;
    if (!open) { // never started: a life without length
        if (how.how != Ended::How::not_started) return;
        Life life;
        life.started = *time;
        life.pid = pid;
        lives.push_back(std::move(life));
    }
    lives.back().stopped = *time;
    lives.back().ended = how;
}

std::vector<Life> lives_of(const std::string& text) {
    std::vector<Life> lives;
    std::string_view rest = text;
    while (!rest.empty()) {
        const auto newline = rest.find('\n');
        if (newline == std::string_view::npos) break; // half written when the power went
        apply(rest.substr(0, newline), lives);
        rest.remove_prefix(newline + 1);
    }
    if (lives.size() > History::depth) lives.erase(lives.begin(), lives.end() - History::depth);
    return lives;
}

/// Appends with one write; gives the file's new size. Begins a new line when the last one was left unfinished.
Result<std::uint64_t> append(const std::filesystem::path& file, std::string line, bool whole) {
    const auto what = fmt::format("cannot write \"{}\"", file.native());
    // Neither the file nor the role's folder may be a link out of the home.
    const Fd folder(::open(file.parent_path().c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder) return fail(system_error(what, errno));
    Fd fd(::openat(folder.get(), file.filename().c_str(),
                   O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
    if (!fd) return fail(system_error(what, errno));
    struct stat about {};
    if (::fstat(fd.get(), &about)) return fail(system_error(what, errno));
    if (!S_ISREG(about.st_mode)) return fail(Fault::invalid, fmt::format("\"{}\" is no regular file", file.native()));
    char last = '\n';
    if (!whole && about.st_size > 0 && ::pread(fd.get(), &last, 1, about.st_size - 1) == 1 && last != '\n')
        line.insert(0, 1, '\n');
    const auto size = ::write(fd.get(), line.data(), line.size());
    if (size == static_cast<ssize_t>(line.size())) return static_cast<std::uint64_t>(about.st_size) + line.size();
    const int why = size < 0 ? errno : ENOSPC;
    if (size > 0) (void)!::ftruncate(fd.get(), about.st_size);
    return fail(system_error(what, why));
}

} // namespace

std::string Ended::text() const {
    switch (how) {
    case How::exited:
        return detail.empty() ? fmt::format("exit {}", code) : fmt::format("exit {}, {}", code, detail);
    case How::signaled:
        return detail.empty() ? signal_name(code) : fmt::format("{}, {}", signal_name(code), detail);
    case How::not_started:
        return detail.empty() ? "not started" : detail;
    case How::lost:
        break;
    }
    return "lost";
}

codec::Value Ended::to_json() const {
    codec::Object json{{"kind", how_name(how)},
                       {"code", how == How::exited ? codec::Value(code) : codec::Value()},
                       {"signal", how == How::signaled ? codec::Value(signal_name(code)) : codec::Value()},
                       {"detail", detail.empty() ? codec::Value() : codec::Value(detail)}};
    return json;
}

Result<void> History::started(WallTime when, int pid) {
    return add(start_line(when, pid));
}

Result<void> History::ended(WallTime when, int pid, const Ended& how) {
    return add(end_line(when, pid, how));
}

Result<void> History::add(std::string line) {
    const auto size = append(file_, line, whole_);
    if (!size) return fail(size.error());
    if (*size <= compact_above) return ok();
    auto text = read_file(file_, size_limit);
    if (!text) {
        // So large that it is not ours any more: begins anew.
        if (text.error().fault == Fault::invalid) return replace_file(file_, line);
        return fail(std::move(text).error());
    }
    std::string kept;
    for (const auto& life : lives_of(*text)) {
        kept += start_line(life.started, life.pid);
        if (life.stopped) kept += end_line(*life.stopped, life.pid, life.ended);
    }
    return replace_file(file_, kept);
}

Result<std::vector<Life>> History::read(bool alive) const {
    auto text = read_file(file_, size_limit);
    if (!text && text.error().fault == Fault::missing) return std::vector<Life>{};
    if (!text) return fail(std::move(text).error());
    auto lives = lives_of(*text);
    for (std::size_t at = 0; at < lives.size(); ++at) {
        if (lives[at].stopped || (alive && at + 1 == lives.size())) continue;
        lives[at].ended = {Ended::How::lost, 0, {}};
    }
    return lives;
}

} // namespace layer_cake::home

#include <algorithm>
#include <charconv>
#include <csignal>
#include <layer_cake/core/text.hpp>

namespace layer_cake {
namespace {

struct Named {
    std::string_view name;
    int number;
};

// The first name of a number is the one shown.
constexpr Named signals[] = {
    {"HUP", SIGHUP},       {"INT", SIGINT},   {"QUIT", SIGQUIT},   {"ILL", SIGILL},   {"TRAP", SIGTRAP},
    {"ABRT", SIGABRT},     {"BUS", SIGBUS},   {"FPE", SIGFPE},     {"KILL", SIGKILL}, {"USR1", SIGUSR1},
    {"SEGV", SIGSEGV},     {"USR2", SIGUSR2}, {"PIPE", SIGPIPE},   {"ALRM", SIGALRM}, {"TERM", SIGTERM},
    {"STKFLT", SIGSTKFLT}, {"CHLD", SIGCHLD}, {"CONT", SIGCONT},   {"STOP", SIGSTOP}, {"TSTP", SIGTSTP},
    {"TTIN", SIGTTIN},     {"TTOU", SIGTTOU}, {"URG", SIGURG},     {"XCPU", SIGXCPU}, {"XFSZ", SIGXFSZ},
    {"VTALRM", SIGVTALRM}, {"PROF", SIGPROF}, {"WINCH", SIGWINCH}, {"IO", SIGIO},     {"PWR", SIGPWR},
    {"SYS", SIGSYS},       {"IOT", SIGIOT},   {"CLD", SIGCHLD},    {"POLL", SIGPOLL},
};

int number_in(std::string_view text, int lowest, int highest) {
    int value = 0;
    const auto end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    return !text.empty() && read.ec == std::errc() && read.ptr == end && value >= lowest && value <= highest ? value
                                                                                                             : -1;
}

} // namespace

int signal_number(std::string_view name) {
    if (const int number = number_in(name, 1, 64); number > 0) return number;
    std::string upper(name.substr(0, 16));
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    std::string_view word = upper;
    if (word.substr(0, 3) == "SIG") word.remove_prefix(3);
    for (const auto& signal : signals)
        if (signal.name == word) return signal.number;
    if (word == "RTMIN") return SIGRTMIN;
    if (word == "RTMAX") return SIGRTMAX;
    const int span = SIGRTMAX - SIGRTMIN;
    if (word.substr(0, 6) == "RTMIN+") {
        const int step = number_in(word.substr(6), 0, span);
        return step < 0 ? 0 : SIGRTMIN + step;
    }
    if (word.substr(0, 6) == "RTMAX-") {
        const int step = number_in(word.substr(6), 0, span);
        return step < 0 ? 0 : SIGRTMAX - step;
    }
    return 0;
}

std::string signal_name(int number) {
    for (const auto& signal : signals)
        if (signal.number == number) return std::string("SIG").append(signal.name);
    return "signal " + std::to_string(number);
}

} // namespace layer_cake

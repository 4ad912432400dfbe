#include "tests/fuzz/target.hpp"
#include <fcntl.h>
#include <layer_cake/home/python_log.hpp>
#include <layer_cake/supervise/module_life.hpp>
#include <layer_cake/supervise/module_output.hpp>
#include <string>
#include <unistd.h>

using namespace layer_cake;

namespace {

constexpr std::size_t at_once = 32u << 10; ///< fits a pipe

struct Said {
    std::string log, value;
    bool operator==(const Said&) const = default;
};

/// What is to become of it: the last line that begins as a value is the value, all others are the log's.
Said wanted(std::string_view text) {
    Said said;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n') == text.npos ? text.npos : text.find('\n') + 1);
        text.remove_prefix(line.size());
        if (line.starts_with(R"({"value":)"))
            said.log += std::exchange(said.value, std::string(line));
        else
            said.log += line;
    }
    while (said.value.ends_with('\n') || said.value.ends_with('\r'))
        said.value.pop_back();
    return said;
}

void write_all(int fd, std::string_view text) {
    require(::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

/// What becomes of it when it comes in two pieces.
Said got(std::string_view text, std::size_t cut) {
    int ends[2];
    require(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    const Fd log(ends[0]), log_end(ends[1]);
    Loop loop;
    supervise::ModuleOutput output(loop, log_end.get());
    require(output.open().has_value());
    const Fd child(::fcntl(output.child_end(), F_DUPFD_CLOEXEC, 0));
    output.started();
    write_all(child.get(), text.substr(0, cut));
    loop.turn();
    write_all(child.get(), text.substr(cut));
    Said said;
    said.value = output.finish();
    char bytes[at_once];
    for (ssize_t size; (size = ::read(log.get(), bytes, sizeof bytes)) > 0;)
        said.log.append(bytes, static_cast<std::size_t>(size));
    return said;
}

} // namespace

// Whatever a module says: every byte is in the log or in the value; a value is a fault or is not; and each line of the
// log has a form that the Python library's command reads.
FUZZ_TARGET(text) {
    text = text.substr(0, at_once);
    const auto said = got(text, text.size() / 2);
    require(said == wanted(text));
    if (const auto words = supervise::fault_in(said.value)) require(!words->empty());
    for (std::string_view rest = said.log; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const auto line = home::python_log_line(rest.substr(0, end), "2026-11-23T00:46:28.174");
        require(line.size() > 26 && line[4] == '-' && line[10] == 'T' && line[23] == ' ' && line[25] == ' ');
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
}

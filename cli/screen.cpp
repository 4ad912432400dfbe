#include <algorithm>
#include <cli/screen.hpp>
#include <fmt/format.h>
#include <ostream>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace layer_cake::cli {

namespace {

winsize terminal_size(const Invocation& call) {
    winsize size{};
    if (!call.out_is_terminal || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return {};
    return size;
}

} // namespace

int terminal_rows(const Invocation& call) {
    return terminal_size(call).ws_row;
}

std::size_t terminal_columns(const Invocation& call) {
    return terminal_size(call).ws_col;
}

ReaderWatch::ReaderWatch(Loop& loop, std::function<void()> gone) {
    struct stat file {};
    if (::fstat(STDOUT_FILENO, &file) != 0 || !S_ISFIFO(file.st_mode)) return;
    poll_.emplace(loop, STDOUT_FILENO).start(Poll::readable, [gone = std::move(gone)](int) { gone(); });
}

void Screen::show(std::string_view text) {
    if (call_.out_is_terminal)
        show_in_place(text);
    else
        call_.out << (shown_ ? "\n" : "") << text;
    call_.out.flush();
    shown_ = true;
}

void Screen::show_in_place(std::string_view text) {
    auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    const int rows = terminal_rows(call_);
    const auto room = rows > 2 ? static_cast<std::size_t>(rows) - 2
                               : lines; // one more says what is missing, the last is the cursor's
    // No line goes on in the next row, each is cleared behind its end, and so is what is below the last.
    std::string frame = shown_ ? "\x1b[H\x1b[?7l" : "\x1b[H\x1b[2J\x1b[?7l";
    for (std::size_t row = 0; !text.empty(); ++row, --lines) {
        if (row == room && lines > 1) {
            frame += fmt::format("({} lines more)\x1b[K\n", lines);
            break;
        }
        const auto end = std::min(text.find('\n'), text.size() - 1);
        frame.append(text.substr(0, end)).append("\x1b[K\n");
        text.remove_prefix(end + 1);
    }
    call_.out << frame << "\x1b[J\x1b[?7h";
}

} // namespace layer_cake::cli

#include <cerrno>
#include <fcntl.h>
#include <layer_cake/supervise/home_watch.hpp>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace layer_cake::supervise {
namespace {

constexpr Duration moment = std::chrono::milliseconds(100);
/// The folder itself goes last, without an event for us: it is waited for this often.
constexpr int looks = 50;
/// Who removes the home may begin with the socket: it is missed only when the rest stays this many moments longer.
constexpr int grace = 10;

} // namespace

HomeWatch::HomeWatch(Loop& loop, const home::Paths& paths, Events events)
    : folder_(::open(paths.home.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)),
      inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
      events_(std::move(events)),
      timer_(loop) {
    if (!folder_ || !inotify_ ||
        ::inotify_add_watch(inotify_.get(), paths.home.c_str(), IN_DELETE | IN_MOVED_FROM | IN_ONLYDIR) < 0)
        return;
    poll_ = std::make_unique<Poll>(loop, inotify_.get());
    poll_->start(Poll::readable, [this](int) { woken(); });
}

void HomeWatch::woken() {
    alignas(inotify_event) char buffer[4096];
    while (::read(inotify_.get(), buffer, sizeof buffer) > 0) {
    }
    looks_left_ = looks;
    timer_.start(moment, [this] { look(); });
}

void HomeWatch::look() {
    struct stat facts {};
    if (::fstat(folder_.get(), &facts) == 0 && facts.st_nlink == 0) {
        poll_.reset();
        return events_.home_gone();
    }
    const auto gone = [&](const char* name) {
        return ::fstatat(folder_.get(), name, &facts, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT;
    };
    if (gone("layer-cake.yaml")) { // being removed, or moved away
        if (--looks_left_ > 0) timer_.start(moment, [this] { look(); });
        return;
    }
    const bool control = gone("control.sock"), directory = gone("directory.sock");
    if (!control && !directory) return;
    if (looks_left_-- > looks - grace) return timer_.start(moment, [this] { look(); });
    if (control) events_.control_gone();
    if (directory) events_.directory_gone();
}

} // namespace layer_cake::supervise

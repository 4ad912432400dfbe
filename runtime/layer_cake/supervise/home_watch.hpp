#pragma once

#include <functional>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/home/home.hpp>
#include <memory>

namespace layer_cake::supervise {

/// Notices, by inotify, what happens to the home of a running group: somebody may remove its sockets, or all.
///
/// Looks a moment after the last event, so that what is being removed as a whole is seen as a whole. Where the kernel
/// gives no watch it notices nothing.
class HomeWatch {
public:
    struct Events {
        std::function<void()> control_gone, directory_gone; ///< a socket, while the definition is still there
        std::function<void()> home_gone;                    ///< the folder was removed; once
    };

    HomeWatch(Loop& loop, const home::Paths& paths, Events events);

private:
    void woken();
    void look();

    Fd folder_, inotify_;
    Events events_;
    Timer timer_;
    int looks_left_ = 0;
    std::unique_ptr<Poll> poll_;
};

} // namespace layer_cake::supervise

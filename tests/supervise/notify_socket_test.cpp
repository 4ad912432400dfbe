#include "tests/process/real_process.hpp"

#include <cstring>
#include <doctest/doctest.h>
#include <layer_cake/supervise/notify_socket.hpp>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

using namespace layer_cake;
using namespace layer_cake::supervise;
using namespace layer_cake::process;
using namespace layer_cake::process::test;

namespace {

struct Heard {
    Loop loop;
    std::vector<std::pair<Notice, pid_t>> notices;
    std::unique_ptr<NotifySocket> socket;

    explicit Heard(uid_t uid = ::geteuid()) {
        auto opened = NotifySocket::open(loop, uid, [this](const Notice& notice, pid_t sender) {
            notices.emplace_back(notice, sender);
            loop.stop();
        });
        REQUIRE_MESSAGE(opened.has_value(), opened.error().detail);
        socket = std::move(*opened);
    }
};

/// As sd_notify(3) of a role does it.
void say(const std::string& name, const std::string& text) {
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
    const auto sent = sd_notify(text);
    CHECK_MESSAGE(sent.has_value(), sent.error().detail);
    ::unsetenv("NOTIFY_SOCKET");
}

} // namespace

TEST_CASE("what a role notifies is heard, with who said it") {
    Heard heard;
    say(heard.socket->name(), "READY=1\nSTATUS=serving");
    heard.loop.run();
    REQUIRE(heard.notices.size() == 1);
    CHECK(heard.notices[0].first.ready);
    CHECK(heard.notices[0].first.status == "serving");
    CHECK(heard.notices[0].second == ::getpid());

    say(heard.socket->name(), "STOPPING=1");
    heard.socket->drain(); // without a turn of the loop
    CHECK(heard.notices.size() == 2);
}

TEST_CASE("names of notify sockets are long and never the same") {
    Heard a, b;
    CHECK(a.socket->name().starts_with("@layer-cake/"));
    CHECK(a.socket->name().size() == 12 + 32);
    CHECK(a.socket->name() != b.socket->name());
}

TEST_CASE("a datagram that is too long is dropped, the next one is heard") {
    Heard heard;
    say(heard.socket->name(), "READY=1\nSTATUS=" + std::string(5000, 'x'));
    say(heard.socket->name(), "READY=1");
    heard.socket->drain();
    CHECK(heard.notices.size() == 1);
}

TEST_CASE("descriptors that come with a barrier are closed") {
    Heard heard;
    Pipe pipe;
    const Fd sender(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto& name = heard.socket->name();
    std::memcpy(address.sun_path, name.data(), name.size());
    address.sun_path[0] = '\0';
    char text[] = "BARRIER=1";
    iovec part{text, sizeof text - 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_name = &address;
    message.msg_namelen = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    const int fd = pipe.write.get();
    std::memcpy(CMSG_DATA(rights), &fd, sizeof fd);
    REQUIRE(::sendmsg(sender.get(), &message, 0) > 0);
    pipe.write.reset();
    heard.socket->drain();
    REQUIRE(heard.notices.size() == 1);
    CHECK(heard.notices[0].first.barrier);
    CHECK(read_to_end(pipe.read).empty()); // would wait for ever while our copy is open
}

TEST_CASE("only we, root and the role's user are believed" * doctest::test_suite("root") *
          doctest::skip(::geteuid() != 0)) {
    Heard heard(1234);
    for (const uid_t uid : {uid_t{1234}, uid_t{1235}}) {
        const pid_t child = ::fork();
        if (child == 0) {
            ::setenv("NOTIFY_SOCKET", heard.socket->name().c_str(), 1);
            if (::setuid(uid) != 0) ::_exit(1);
            ::_exit(sd_notify("STATUS=" + std::to_string(uid)) ? 0 : 1);
        }
        int status = -1;
        ::waitpid(child, &status, 0);
        CHECK(status == 0);
    }
    heard.socket->drain();
    REQUIRE(heard.notices.size() == 1);
    CHECK(heard.notices[0].first.status == "1234");
}

TEST_CASE("a socket may be destroyed by what it hears") {
    Loop loop;
    std::unique_ptr<NotifySocket> socket;
    int heard = 0;
    auto opened = NotifySocket::open(loop, ::geteuid(), [&](const Notice&, pid_t) {
        ++heard;
        socket.reset();
    });
    REQUIRE(opened.has_value());
    socket = std::move(*opened);
    say(socket->name(), "READY=1");
    say(socket->name(), "READY=1");
    loop.run();
    CHECK(heard == 1);
}

TEST_CASE("without a service manager nothing is said, and a wrong name is an error") {
    ::unsetenv("NOTIFY_SOCKET");
    CHECK(sd_notify("READY=1").has_value());
    ::setenv("NOTIFY_SOCKET", "relative", 1);
    CHECK(sd_notify("READY=1").error().fault == Fault::invalid);
    ::setenv("NOTIFY_SOCKET", "/no/such/socket", 1);
    CHECK_FALSE(sd_notify("READY=1").has_value());
    ::unsetenv("NOTIFY_SOCKET");
}

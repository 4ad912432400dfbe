#include "tests/net/raw_peer.hpp"
#include <cstring>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <layer_cake/codec/base64.hpp>
#include <layer_cake/codec/binary.hpp>
#include <layer_cake/net/binary_frame.hpp>
#include <layer_cake/net/cipher.hpp>
#include <layer_cake/net/frame.hpp>

using namespace layer_cake::net;
using namespace std::chrono_literals;
using layer_cake::type::Address;
using layer_cake::type::Block;

namespace {

// Sent by the predecessor, or taken by it.
constexpr std::string_view ping = "64,49,125\n{\"value\":{\"to_address\":[1],\"return_address\":[7],\"tunnel\":false}}"
                                  "{\"value\":[\"layer_cake.point_runtime.Ping\",{},[]]}{\"value\":[]}\n";
constexpr std::string_view blind = R"({"value":{"to_address":[1],"return_address":[7],"tunnel":false}})";
constexpr std::string_view ping_body = R"({"value":["layer_cake.point_runtime.Ping",{},[]]})";

std::string to(const std::string& numbers, const std::string& from = "7") {
    return fmt::format(R"({{"value":{{"to_address":[{}],"return_address":[{}],"tunnel":false}}}})", numbers, from);
}

/// The answer as it is told to the peer, our own first mark taken out.
std::string echoed(RawPeer& peer, std::string_view body, std::string_view book = R"({"value":[]})") {
    return frame_of(
        fmt::format(R"({{"value":{{"to_address":[7,{}],"return_address":[{}],"tunnel":false,"layer_cake":1}}}})",
                    peer.proxy.id(), peer.own.id()),
        body, book);
}

} // namespace

TEST_CASE("a frame of the predecessor is answered in its form, in whatever pieces it comes") {
    for (std::size_t split = 0; split < ping.size(); ++split) {
        RawPeer peer;
        auto answer = peer.say(ping.substr(0, split));
        answer += peer.say(ping.substr(split));
        CHECK(answer == echoed(peer, ping_body));
    }
    RawPeer peer;
    std::string answer;
    for (const char c : ping)
        answer += peer.say({&c, 1});
    CHECK(answer == echoed(peer, ping_body));
}

TEST_CASE("many frames in one write are all answered, in order") {
    RawPeer peer;
    std::string all;
    for (int i = 0; i < 10'000; ++i)
        all += ping;
    auto answers = peer.say(all);
    for (int i = 0; i < 200; ++i)
        answers += peer.heard(), peer.still.runtime.settle();
    CHECK(peer.got.size() == 10'000);
    std::size_t count = 0;
    for (std::size_t at = 0; (at = answers.find("Ping", at)) != answers.npos; ++at)
        ++count;
    CHECK(count == 10'000);
}

TEST_CASE("a type nobody here knows is passed through, and an address in it comes home") {
    RawPeer peer;
    const std::string key = "4842f7f0-6bc9-40fc-8f27-e17d63ba7ae5:0";
    const auto body = fmt::format(R"({{"value":["__main__.Hidden",{{"a":5,"where":"{}"}},[]]}})", key);
    const auto answer = peer.say(frame_of(blind, body, fmt::format(R"({{"value":[["{}",[19]]]}})", key)));
    CHECK(answer == echoed(peer, body, fmt::format(R"({{"value":[["{}",[19,0]]]}})", key)));
}

TEST_CASE("a tunnel frame is a block") {
    RawPeer peer;
    const std::string bytes("\0\1binary\n\xff", 10);
    const auto answer =
        peer.say(frame_of(R"({"value":{"to_address":[20],"return_address":[19],"tunnel":true}})", bytes));
    CHECK(peer.got == std::vector<std::string>{"block"});
    CHECK(answer.find(bytes) != answer.npos);
    CHECK(answer.find("\"tunnel\":true") != answer.npos);
}

TEST_CASE("what breaks a rule costs the session, and nothing else") {
    const std::string bad[] = {
        "1,1,2\r\n",
        "1,1,1048577\n",
        "0,0,0\n\n",
        std::string(ping.substr(0, ping.size() - 1)) + "X",
        "GET / HTTP/1.1\r\n\r\n",
        frame_of("hello", "{}"),
        frame_of(blind, "nonsense"),
        frame_of(blind, "\xff\xfe"),
        frame_of(blind, R"({"value":["talk.Xy",{"x":"a"},[]]})"),
        frame_of(blind, R"({"value":["layer_cake.ip_networking.HostPort",{"port":1.0},[]]})"),
        frame_of(blind, ping_body, R"({"value":null})"),
        frame_of(R"({"value":{"to_address":[1],"return_address":null}})", ping_body),
        frame_of(R"({"value":{"to_address":null,"return_address":[7]}})", ping_body),
        frame_of(blind, "{\"value\":[\"layer_cake.point_runtime.Anything\",{\"thing\":" + std::string(100'000, '[')),
        frame_of(std::string("\1\0\0\1\0\0\0\0", 8), ""),
        frame_of("\2", ""),
        frame_of(blind, R"({"value":["layer_cake.listen_connect.Hellman",{},[]]})"),
        frame_of(blind, R"({"value":["layer_cake.listen_connect.Diffie",{},[]]})"),
        frame_of(blind, R"({"value":["layer_cake.listen_connect.Diffie",{"public_key":"AAE="},[]]})"),
        frame_of(blind, R"({"value":["layer_cake.listen_connect.KeepAlive",{"seconds":1},[]]})"),
        frame_of(blind, R"({"value":["layer_cake.listen_connect.KeepAlive",{"seconds":-1.0},[]]})"),
        std::string(ping) +
            frame_of(
                blind,
                R"({"value":["layer_cake.listen_connect.Diffie",{"public_key":"B6N8vBQgk8i3VdwbEOhstCY3StFqqFPtC9/AsrhtHHw="},[]]})"),
    };
    for (const auto& bytes : bad) {
        RawPeer peer;
        peer.say(bytes);
        CHECK_MESSAGE(peer.eof, bytes);
        REQUIRE_MESSAGE(peer.closed, bytes);
        CHECK(peer.closed->reason == EndOfTransport::INBOUND_STREAMING);
        CHECK(!peer.closed->note.empty());
    }
}

TEST_CASE("only addresses that were issued over the session are reached by it") {
    RawPeer peer;
    const auto own = std::to_string(peer.own.id());
    for (int guess = 0; guess < 2000; ++guess)
        if (guess != peer.own.id()) CHECK(peer.say(frame_of(to(fmt::format("{},20", guess)), ping_body)) == "");
    CHECK(peer.say(frame_of(to(fmt::format("5,{},20", peer.proxy.id())), ping_body)) == "");
    CHECK(peer.say(frame_of(to("1", "12345,0"), ping_body)) == "");
    CHECK(peer.got.empty());
    CHECK(peer.say(ping).find("Ping") != std::string::npos);
    CHECK(peer.say(frame_of(to(own + ",20"), ping_body)).find("Ping") != std::string::npos); // the default target
    CHECK(peer.got.size() == 2);
    CHECK_FALSE(peer.closed);
}

TEST_CASE("what only the runtime says is not taken from outside") {
    RawPeer peer;
    for (const auto* name : {"point_runtime.Stop", "point_runtime.Start", "point_runtime.Returned", "virtual_point.T1",
                             "listen_connect.Close", "listen_connect.Closed"}) {
        CHECK(peer.say(frame_of(blind, fmt::format(R"({{"value":["layer_cake.{}",{{}},[]]}})", name))) == "");
        CHECK_FALSE(peer.closed);
    }
    CHECK(peer.got.empty());
    CHECK(peer.say(frame_of(to("1", "0"), ping_body)) == ""); // an answer to itself would never end
    CHECK(peer.got.size() == 1);
}

TEST_CASE("a far side that asks to be kept alive hears of us, and is cut when it is silent") {
    RawPeer peer;
    peer.say(frame_of(R"({"value":{"to_address":[20],"return_address":[21],"tunnel":false}})",
                      R"({"value":["layer_cake.listen_connect.KeepAlive",{"seconds":60.0},[]]})"));
    peer.pass(59s);
    CHECK(peer.heard() == "");
    peer.pass(1s);
    const auto first = peer.heard();
    CHECK(first.find(fmt::format("\"to_address\":[21,{}]", peer.proxy.id())) != first.npos);
    CHECK(first.find("StillThere") != first.npos);
    peer.say(frame_of(R"({"value":{"to_address":[99,20],"return_address":[22],"tunnel":false}})",
                      R"({"value":["layer_cake.listen_connect.StillThere",{"seconds":57.599999999999994},[]]})"));
    peer.pass(58s);
    CHECK(peer.heard().find("[22,") != std::string::npos);
    peer.pass(61s);
    CHECK_FALSE(peer.closed);
    peer.pass(7s);
    REQUIRE(peer.closed);
    CHECK(peer.closed->reason == EndOfTransport::WENT_STALE);
    CHECK(peer.got.empty());
}

TEST_CASE("the connecting side asks, and notices silence") {
    RawPeer peer({.connecting = true, .keep_alive = true});
    CHECK(peer.heard().find("KeepAlive") != std::string::npos);
    peer.pass(59s);
    CHECK_FALSE(peer.closed);
    peer.pass(7s);
    REQUIRE(peer.closed);
    CHECK(peer.closed->reason == EndOfTransport::WENT_STALE);
}

TEST_CASE("a far side that takes nothing is cut") {
    RawPeer peer({.stall = 20s});
    const std::string big(900'000, 'x');
    for (int i = 0; i < 3; ++i) {
        const auto frame = frame_of(R"({"value":{"to_address":[1],"return_address":[7],"tunnel":true}})", big);
        std::string_view rest = frame;
        while (!rest.empty()) {
            const auto size = ::send(peer.fd.get(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            peer.still.runtime.settle();
            if (size > 0) rest.remove_prefix(static_cast<std::size_t>(size));
        }
    }
    peer.pass(19s);
    CHECK_FALSE(peer.closed);
    peer.pass(2s);
    REQUIRE(peer.closed);
    CHECK(peer.closed->reason == EndOfTransport::OUTBOUND_STREAMING);
}

namespace {

/// The connecting half of an encrypted session, by hand.
struct RawSecure {
    std::string
    diffie(const std::string& header = R"({"value":{"to_address":[9],"return_address":[15],"tunnel":false}})") {
        layer_cake::codec::TextBuffer key;
        const auto block = cipher.public_key();
        layer_cake::codec::append_base64(key, block);
        return frame_of(
            header,
            fmt::format(R"({{"value":["layer_cake.listen_connect.Diffie",{{"public_key":"{}"}},[]]}})", key.view()));
    }
    bool hellman(const std::string& answer) {
        const auto at = answer.find("\"public_key\":\"");
        if (at == answer.npos) return false;
        const auto key = layer_cake::codec::parse_base64(std::string_view(answer).substr(at + 14, 44));
        return key && cipher.agree(*key, true);
    }
    std::string seal(std::string_view header, std::string_view body, std::string_view book = R"({"value":[]})") {
        std::string text(Cipher::overhead, '\0');
        text.append(header).append(body).append(book);
        cipher.seal(text.data() + Cipher::overhead, text.size() - Cipher::overhead);
        return fmt::format("{},{},{}\n", header.size(), body.size(), text.size()) + text + "\n";
    }
    /// The text of the first frame in `bytes`.
    std::string open(std::string bytes) {
        FrameSizes sizes;
        const char* problem = nullptr;
        if (read_sizes(bytes, sizes, problem) != Cut::whole) return "not whole";
        if (!cipher.open(bytes.data() + sizes.line, sizes.total)) return "not authentic";
        return bytes.substr(sizes.line + Cipher::overhead, sizes.total - Cipher::overhead);
    }
    Cipher cipher;
};

constexpr std::string_view keep_alive = R"({"value":["layer_cake.listen_connect.KeepAlive",{"seconds":60.0},[]]})";

} // namespace

TEST_CASE("an encrypted session, whether the listener asked for it or not, with a KeepAlive in between") {
    for (const bool encrypted : {true, false})
        for (const bool keep : {true, false}) {
            RawPeer peer({.encrypted = encrypted});
            RawSecure secure;
            auto answer = peer.say(secure.diffie() + (keep ? frame_of(blind, keep_alive) : ""));
            REQUIRE(secure.hellman(answer));
            answer = peer.say(secure.seal(blind, ping_body));
            CHECK(answer.find("Ping") == answer.npos);
            CHECK(secure.open(answer).find("Ping") != std::string::npos);
            CHECK(peer.got.size() == 1);
            // From now on nothing in plain text, nothing twice.
            peer.say(frame_of(blind, keep_alive));
            REQUIRE(peer.closed);
            CHECK(peer.closed->reason == EndOfTransport::INBOUND_STREAMING);
        }
}

TEST_CASE("nothing is delivered that was changed, replayed, sent in plain text, or with another handshake") {
    const auto refused = [](const std::function<std::string(RawSecure&)>& attack) {
        RawPeer peer({.encrypted = true});
        RawSecure secure;
        REQUIRE(secure.hellman(peer.say(secure.diffie())));
        peer.say(attack(secure));
        return peer.closed && peer.closed->reason == EndOfTransport::INBOUND_STREAMING ? peer.got.size() : 99;
    };
    CHECK(refused([](RawSecure& secure) {
              auto frame = secure.seal(blind, ping_body);
              frame[60] = static_cast<char>(frame[60] ^ 1);
              return frame;
          }) == 0);
    CHECK(refused([](RawSecure& secure) {
              const auto frame = secure.seal(blind, ping_body);
              return frame + frame;
          }) == 1);
    CHECK(refused([](RawSecure& secure) {
              secure.seal(blind, ping_body);
              return secure.seal(blind, ping_body);
          }) == 0);
    CHECK(refused([](RawSecure&) { return std::string(ping); }) == 0);
    CHECK(
        refused([](RawSecure& secure) {
            return secure.seal(
                blind,
                R"({"value":["layer_cake.listen_connect.Diffie",{"public_key":"B6N8vBQgk8i3VdwbEOhstCY3StFqqFPtC9/AsrhtHHw="},[]]})");
        }) == 0);
    RawPeer plain({.encrypted = true});
    plain.say(ping);
    CHECK(plain.eof);
    CHECK(plain.got.empty());
}

TEST_CASE("what is sent before a foreign side has noticed the encryption waits a moment") {
    RawPeer peer({.opened = [](const Address&) { return layer_cake::type::Ack{}; }});
    RawSecure secure;
    REQUIRE(secure.hellman(peer.say(secure.diffie())));
    peer.still.runtime.send(layer_cake::type::Enquiry{}, peer.proxy);
    peer.still.runtime.settle();
    CHECK(peer.heard() == "");
    peer.pass(60ms);
    CHECK(secure.open(peer.heard()).find("Enquiry") != std::string::npos);
}

TEST_CASE("a handshake that does not come in time ends the session") {
    RawPeer peer({.encrypted = true});
    peer.pass(9s);
    CHECK_FALSE(peer.eof);
    peer.pass(2s);
    peer.heard();
    CHECK(peer.eof);
}

TEST_CASE("one of ours is told that we are, and nobody else") {
    RawPeer peer;
    peer.say(ping);
    const auto answer =
        peer.say(frame_of(R"({"value":{"to_address":[1],"return_address":[7],"layer_cake":1}})", ping_body));
    CHECK(answer.find("layer_cake\":1") == answer.npos); // it has been said
    CHECK(answer.find(std::string(1, static_cast<char>(FrameKind::proposal))) != answer.npos);
    RawPeer silent;
    const auto hello = silent.say(frame_of(R"({"value":{"to_address":[1],"return_address":[7],"layer_cake":1}})",
                                           R"({"value":["layer_cake.point_runtime.Ack",{},[]]})"));
    CHECK(hello == "1,0,1\n\2\n");
}

TEST_CASE("types that both sides describe alike go in the binary form, others as JSON") {
    RawPeer peer;
    const auto& info = layer_cake::type::info_of<talk::Xy>();
    const auto control = [](auto write) {
        layer_cake::codec::TextBuffer text;
        write(text);
        return frame_of(text.view(), "", "");
    };
    peer.say(frame_of(R"({"value":{"to_address":[1],"return_address":[7],"layer_cake":1}})", ping_body));
    const auto answers = peer.say(control([&](auto& out) {
                                      write_proposal(out, {0, info.schema_hash(), info.signature()});
                                  }) +
                                  control([&](auto& out) {
                                      write_proposal(out, {1, info.schema_hash() + 1, info.signature()});
                                  }) +
                                  control([&](auto& out) {
                                      write_proposal(out, {2, 5, "nobody.Knows"});
                                  }));
    CHECK(answers == control([](auto& out) { write_agreed(out, 0); }));
    FrameHeader header;
    header.to = {20};
    header.from = {7};
    layer_cake::codec::TextBuffer text;
    write_binary_header(text, header, 0);
    const auto body = layer_cake::codec::to_binary(talk::Xy{3, 4});
    REQUIRE(body);
    const auto echo = peer.say(frame_of(text.view(), *body, ""));
    CHECK(peer.got.back() == "talk.Xy");
    CHECK(echo.find(R"(["talk.Xy",{"x":3,"y":4},[]])") != echo.npos); // its own is not agreed on yet
    // Behind a Ping, which was proposed first, it is the second type of this side.
    const auto again = peer.say(control([](auto& out) { write_agreed(out, 1); }) + frame_of(text.view(), *body, ""));
    CHECK(again.find(*body) != again.npos);
    CHECK(again.find("talk.Xy") == again.npos);
    text.clear();
    write_binary_header(text, header, 1);
    peer.say(frame_of(text.view(), *body, "")); // not agreed on
    CHECK(peer.closed);
}

#pragma once

#include <layer_cake/type/describe.hpp>
#include <layer_cake/type/faults.hpp>
#include <span>

/// The vocabulary every object understands, with the predecessor's names and members.
namespace layer_cake::type {

// Messages that say all by their name.
// clang-format off
struct Start { bool operator==(const Start&) const = default; };        ///< begin
struct Stop { bool operator==(const Stop&) const = default; };          ///< come to an end
struct Pause { bool operator==(const Pause&) const = default; };        ///< hold on
struct Resume { bool operator==(const Resume&) const = default; };      ///< go on
struct Ready { bool operator==(const Ready&) const = default; };        ///< it may begin
struct NotReady { bool operator==(const NotReady&) const = default; };  ///< not yet
struct Ping { bool operator==(const Ping&) const = default; };          ///< are you there? answered with Ping
struct Enquiry { bool operator==(const Enquiry&) const = default; };    ///< a question
struct Ack { bool operator==(const Ack&) const = default; };            ///< yes
struct Nak { bool operator==(const Nak&) const = default; };            ///< no
struct Discover { bool operator==(const Discover&) const = default; };
struct Inspect { bool operator==(const Inspect&) const = default; };
struct Unknown { bool operator==(const Unknown&) const = default; };    ///< selects what nothing else selects
struct SelectTimer { bool operator==(const SelectTimer&) const = default; };
struct T1 { bool operator==(const T1&) const = default; };              ///< timers of the object's own meaning
struct T2 { bool operator==(const T2&) const = default; };
struct T3 { bool operator==(const T3&) const = default; };
struct T4 { bool operator==(const T4&) const = default; };
struct T5 { bool operator==(const T5&) const = default; };
struct T6 { bool operator==(const T6&) const = default; };
struct T7 { bool operator==(const T7&) const = default; };
struct T8 { bool operator==(const T8&) const = default; };
// clang-format on
LAYER_CAKE_DESCRIBE_AS(Start, "layer_cake.point_runtime.Start")
LAYER_CAKE_DESCRIBE_AS(Stop, "layer_cake.point_runtime.Stop")
LAYER_CAKE_DESCRIBE_AS(Pause, "layer_cake.point_runtime.Pause")
LAYER_CAKE_DESCRIBE_AS(Resume, "layer_cake.point_runtime.Resume")
LAYER_CAKE_DESCRIBE_AS(Ready, "layer_cake.point_runtime.Ready")
LAYER_CAKE_DESCRIBE_AS(NotReady, "layer_cake.point_runtime.NotReady")
LAYER_CAKE_DESCRIBE_AS(Ping, "layer_cake.point_runtime.Ping")
LAYER_CAKE_DESCRIBE_AS(Enquiry, "layer_cake.point_runtime.Enquiry")
LAYER_CAKE_DESCRIBE_AS(Ack, "layer_cake.point_runtime.Ack")
LAYER_CAKE_DESCRIBE_AS(Nak, "layer_cake.point_runtime.Nak")
LAYER_CAKE_DESCRIBE_AS(Discover, "layer_cake.point_runtime.Discover")
LAYER_CAKE_DESCRIBE_AS(Inspect, "layer_cake.point_runtime.Inspect")
LAYER_CAKE_DESCRIBE_AS(Unknown, "layer_cake.message_memory.Unknown")
LAYER_CAKE_DESCRIBE_AS(SelectTimer, "layer_cake.virtual_point.SelectTimer")
LAYER_CAKE_DESCRIBE_AS(T1, "layer_cake.virtual_point.T1")
LAYER_CAKE_DESCRIBE_AS(T2, "layer_cake.virtual_point.T2")
LAYER_CAKE_DESCRIBE_AS(T3, "layer_cake.virtual_point.T3")
LAYER_CAKE_DESCRIBE_AS(T4, "layer_cake.virtual_point.T4")
LAYER_CAKE_DESCRIBE_AS(T5, "layer_cake.virtual_point.T5")
LAYER_CAKE_DESCRIBE_AS(T6, "layer_cake.virtual_point.T6")
LAYER_CAKE_DESCRIBE_AS(T7, "layer_cake.virtual_point.T7")
LAYER_CAKE_DESCRIBE_AS(T8, "layer_cake.virtual_point.T8")

/// A child has ended; the parent gets what it returned.
struct Returned {
    Any message;
};
LAYER_CAKE_DESCRIBE_AS(Returned, "layer_cake.point_runtime.Returned", message)

/// A value where a message is wanted.
struct Anything {
    Any thing;
};
LAYER_CAKE_DESCRIBE_AS(Anything, "layer_cake.point_runtime.Anything", thing)

struct StartTimer {
    TypeName timer;
    std::optional<double> seconds;
    std::optional<bool> repeating;
};
LAYER_CAKE_DESCRIBE_AS(StartTimer, "layer_cake.virtual_point.StartTimer", timer, seconds, repeating)

struct CancelTimer {
    TypeName timer;
};
LAYER_CAKE_DESCRIBE_AS(CancelTimer, "layer_cake.virtual_point.CancelTimer", timer)

struct HostPort {
    std::optional<std::string> host;
    std::optional<std::int64_t> port;
    auto operator<=>(const HostPort&) const = default;
};
LAYER_CAKE_DESCRIBE_AS(HostPort, "layer_cake.ip_networking.HostPort", host, port)

struct LocalPort {
    std::optional<std::string> host = "127.0.0.1";
    std::optional<std::int64_t> port;
    auto operator<=>(const LocalPort&) const = default;
};
LAYER_CAKE_DESCRIBE_AS(LocalPort, "layer_cake.ip_networking.LocalPort", host, port)

/// One entry of the pointers or the addresses that came with an Incognito.
struct SavedPointer {
    std::string alias;
    Word word;
};
BOOST_DESCRIBE_STRUCT(SavedPointer, (), (alias, word))
struct SavedAddress {
    std::string key;
    Address address;
};
BOOST_DESCRIBE_STRUCT(SavedAddress, (), (key, address))

/// A value of a type this process does not know, kept as it was encoded. It travels on unharmed: who encodes it
/// writes the same type name and the same word again.
struct Incognito {
    std::string type_name;            ///< its signature
    Word word;                        ///< as JSON; empty text when it came in the binary form
    std::vector<std::string> aliases; ///< of the pointers in it
    std::vector<SavedPointer> pointers;
    std::vector<SavedAddress> addresses;
    std::uint64_t schema_hash = 0; ///< of the sender's type, for the binary form
    Block binary;                  ///< as the binary form; empty when it came as JSON
};
// Described, but in no registry: it never travels as itself.
BOOST_DESCRIBE_STRUCT(Incognito, (), (type_name, word, aliases, pointers, addresses, schema_hash, binary))

/// Every type of this file, faults.hpp and the scalars.
std::span<const Info* const> standard_types();

} // namespace layer_cake::type

// clang-format off
#define LAYER_CAKE_STANDARD_TYPES(X)                                                                                   \
    X(bool) X(std::byte) X(char) X(char32_t) X(std::int8_t) X(std::int16_t) X(std::int32_t) X(std::int64_t)            \
    X(std::uint8_t) X(std::uint16_t) X(std::uint32_t) X(std::uint64_t) X(float) X(double)                              \
    X(layer_cake::type::ByteString) X(std::string) X(layer_cake::type::Block) X(layer_cake::type::ClockTime)           \
    X(layer_cake::Duration) X(layer_cake::WallTime) X(layer_cake::type::TimeDelta) X(layer_cake::type::Uuid)           \
    X(layer_cake::type::TypeName) X(layer_cake::type::Address) X(layer_cake::type::Target)                             \
    X(layer_cake::type::Any) X(layer_cake::type::Word) X(layer_cake::type::Start) X(layer_cake::type::Stop)            \
    X(layer_cake::type::Pause) X(layer_cake::type::Resume) X(layer_cake::type::Ready)                                  \
    X(layer_cake::type::NotReady) X(layer_cake::type::Ping) X(layer_cake::type::Enquiry)                               \
    X(layer_cake::type::Ack) X(layer_cake::type::Nak) X(layer_cake::type::Discover)                                    \
    X(layer_cake::type::Inspect) X(layer_cake::type::Unknown) X(layer_cake::type::SelectTimer)                         \
    X(layer_cake::type::T1) X(layer_cake::type::T2) X(layer_cake::type::T3) X(layer_cake::type::T4)                    \
    X(layer_cake::type::T5) X(layer_cake::type::T6) X(layer_cake::type::T7) X(layer_cake::type::T8)                    \
    X(layer_cake::type::Returned) X(layer_cake::type::Anything) X(layer_cake::type::StartTimer)                        \
    X(layer_cake::type::CancelTimer) X(layer_cake::type::HostPort) X(layer_cake::type::LocalPort)                      \
    X(layer_cake::type::Faulted) X(layer_cake::type::Aborted) X(layer_cake::type::TimedOut)                            \
    X(layer_cake::type::Busy) X(layer_cake::type::Overloaded) X(layer_cake::type::TemporarilyUnavailable)              \
    X(layer_cake::type::OutOfService) X(layer_cake::type::ToBeConfirmed)
LAYER_CAKE_STANDARD_TYPES(LAYER_CAKE_MADE_ELSEWHERE)
// clang-format on

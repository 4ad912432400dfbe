#include <layer_cake/type/messages.hpp>

namespace layer_cake::type {
namespace {

template <class... T>
std::span<const Info* const> table_of() {
    static constexpr const Info* table[] = {&Instance<T>::value...};
    return table;
}

} // namespace

std::span<const Info* const> standard_types() {
    return table_of<bool, std::byte, char, char32_t, std::int8_t, std::int16_t, std::int32_t, std::int64_t,
                    std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t, float, double, ByteString, std::string,
                    Block, ClockTime, Duration, WallTime, TimeDelta, Uuid, TypeName, Address, Target, Any, Word, Start,
                    Stop, Pause, Resume, Ready, NotReady, Ping, Enquiry, Ack, Nak, Discover, Inspect, Unknown,
                    SelectTimer, T1, T2, T3, T4, T5, T6, T7, T8, Returned, Anything, StartTimer, CancelTimer, HostPort,
                    LocalPort, Faulted, Aborted, TimedOut, Busy, Overloaded, TemporarilyUnavailable, OutOfService,
                    ToBeConfirmed>();
}

} // namespace layer_cake::type

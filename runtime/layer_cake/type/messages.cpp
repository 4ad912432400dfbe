#include <algorithm>
#include <layer_cake/type/messages.hpp>

namespace layer_cake::type {
namespace {

template <class... T>
std::span<const Info* const> table_of() {
    static constexpr const Info* table[] = {&Instance<T>::value...};
    return table;
}

template <class T>
const Faulted* fault_in(const void* value) {
    return static_cast<const T*>(value);
}

struct FaultType {
    const Info* info;
    const Faulted* (*get)(const void* value);
};

template <class... T>
const Faulted* find_fault(const Any& value) {
    static constexpr FaultType table[] = {{&Instance<T>::value, &fault_in<T>}...};
    const auto found = std::find_if(std::begin(table), std::end(table),
                                    [&](const FaultType& type) { return type.info == value.info(); });
    return found == std::end(table) ? nullptr : found->get(value.value());
}

} // namespace

const Faulted* as_fault(const Any& value) {
    return find_fault<Faulted, Aborted, TimedOut, Busy, Overloaded, TemporarilyUnavailable, OutOfService,
                      ToBeConfirmed>(value);
}

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

#pragma once

#include <functional>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/random.hpp>
#include <layer_cake/realm/carrier.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <set>
#include <unordered_map>
#include <vector>

namespace layer_cake::realm {

/// What messages suffer on their way. Those that take different times come in another order.
struct Weather {
    Duration shortest = std::chrono::microseconds(200), longest = std::chrono::milliseconds(2); ///< on the way
    unsigned lost = 0, doubled = 0;                                                             ///< of 1,000
};

/// The sites' carriers in one process, for tests.
///
/// With a seed its time is virtual: what is published is on its way until run() has come to the time of its arrival,
/// and everything that happens follows from the seed. Without one there is no weather: what is published is there at
/// once, from the thread that published it; the carriers may then belong to any threads.
class MemoryHub {
public:
    MemoryHub();
    explicit MemoryHub(std::uint64_t seed, Weather weather = {});
    ~MemoryHub(); ///< its carriers may be there longer: nothing comes from them any more
    MemoryHub(const MemoryHub&) = delete;
    MemoryHub& operator=(const MemoryHub&) = delete;

    /// @param place  what part() and cut() know it by
    std::unique_ptr<Carrier> carrier(int place = 0, std::size_t longest = 1u << 20);

    void set_weather(Weather weather);
    /// From now on those places hear nothing of all others, and the others nothing of them. Replaces the last one; none
    /// heals.
    void part(std::set<int> places);
    /// Those carriers lose their connection, and get it back.
    void cut(int place);
    void restore(int place);

    // Virtual time.
    Instant now() const;
    std::optional<Instant> due() const; ///< when something arrives
    void run(Instant until);            ///< everything that arrives until then

    struct Figures {
        std::uint64_t published = 0, published_bytes = 0; ///< with their subjects
        std::uint64_t delivered = 0, delivered_bytes = 0;
        std::uint64_t lost = 0, doubled = 0;
    };
    Figures figures() const;
    Figures figures(int place) const; ///< published there, delivered to there

private:
    class Member;
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace layer_cake::realm

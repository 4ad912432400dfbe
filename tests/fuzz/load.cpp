#include "tests/fuzz/target.hpp"
#include <cli/load/answer_kind.hpp>
#include <cli/load/arrivals.hpp>
#include <cli/load/table_check.hpp>
#include <cli/load/target.hpp>

// Tables, URLs and rates are read or refused. Due times never go back.
FUZZ_TARGET(text) {
    using namespace layer_cake;
    using namespace layer_cake::cli::load;
    const auto size = table_size(text);
    if (size) {
        require(text.size() >= size->y * (2 + size->x));
    } else {
        require(!size.error().detail.empty());
    }
    if (const auto target = parse_url(text)) {
        require(target->path.front() == '/');
        require(target->path.find('#') == std::string::npos);
        require(!target->endpoint.path.empty() || (!target->endpoint.host.empty() && target->endpoint.port > 0));
    }
    constexpr Duration whole = std::chrono::milliseconds(20);
    if (const auto phases = parse_rates(text, whole)) {
        require(length_of(*phases) > Duration());
        Arrivals arrivals({.phases = *phases, .whole = whole});
        Duration last{};
        for (int i = 0; i < 1000; ++i) {
            const auto next = arrivals.next();
            if (!next) break;
            require(*next >= last && *next < whole);
            last = *next;
        }
    }
    kind_of_status(503, text);
}

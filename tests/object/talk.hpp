#pragma once

#include <layer_cake/layer_cake.hpp>

/// What the tests of objects say to each other.
namespace talk {

struct Ball {
    std::int64_t bounces = 0;
};
LAYER_CAKE_MESSAGE(Ball, bounces)

struct Xy {
    int x = 1;
    int y = 1;
    auto operator<=>(const Xy&) const = default;
};
LAYER_CAKE_MESSAGE(Xy, x, y)

struct Sum {
    std::int64_t of = 0;
};
LAYER_CAKE_MESSAGE(Sum, of)

/// A runtime that runs in settle(), on the test's own thread, with a clock that stands still.
struct Still {
    layer_cake::ManualClock clock;
    layer_cake::Runtime runtime{options()};

    void pass(layer_cake::Duration time) {
        clock.advance(time);
        runtime.settle();
    }

private:
    layer_cake::Runtime::Options options() {
        layer_cake::Runtime::Options options;
        options.clock = &clock;
        options.threads = false;
        return options;
    }
};

inline std::string explanation(const layer_cake::Any& value) {
    const auto* fault = layer_cake::as_fault(value);
    return fault ? fault->condition + ": " + fault->explanation : "no fault";
}

} // namespace talk

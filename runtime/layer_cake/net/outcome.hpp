#pragma once

#include <layer_cake/type/any.hpp>
#include <utility>
#include <variant>

namespace layer_cake::net {

/// What came of an attempt: `auto http = lc::listen(...); if (!http) return http.fault();`
template <class Good, class Bad>
class Outcome {
public:
    Outcome(Good good) : value_(std::in_place_index<0>, std::move(good)) {} // NOLINT: values are returned as they are
    Outcome(Bad bad) : value_(std::in_place_index<1>, std::move(bad)) {}    // NOLINT

    explicit operator bool() const { return value_.index() == 0; }
    Good& operator*() { return std::get<0>(value_); }
    const Good& operator*() const { return std::get<0>(value_); }
    Good* operator->() { return &std::get<0>(value_); }
    const Good* operator->() const { return &std::get<0>(value_); }

    /// Why it did not succeed.
    const Bad& bad() const { return std::get<1>(value_); }
    /// The same as a value to end with.
    type::Any fault() const { return type::Any(Bad(std::get<1>(value_))); }

private:
    std::variant<Good, Bad> value_;
};

} // namespace layer_cake::net

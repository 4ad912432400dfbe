#pragma once

#include <cli/load/plan.hpp>
#include <cli/load/table_check.hpp>
#include <string>
#include <string_view>

namespace layer_cake::cli::load {

/// The requests of a plan as they go over the wire. Those without a table are made once.
class RequestTexts {
public:
    explicit RequestTexts(const Plan& plan);

    /// The request for a table of that size: in the query, or with POST as `{"value":{"x":2,"y":3}}`. The size is
    /// ignored when the plan asks for none. Valid until the next call.
    std::string_view text(TableSize size);

private:
    net::Endpoint endpoint_;
    net::HttpRequest request_;
    bool sized_, posted_, keep_;
    std::string before_, after_; ///< of the size in the request line
    std::string text_;
};

} // namespace layer_cake::cli::load

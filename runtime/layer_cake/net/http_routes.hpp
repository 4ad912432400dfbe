#pragma once

#include <layer_cake/core/result.hpp>
#include <layer_cake/net/http_service.hpp>
#include <string_view>
#include <utility>
#include <vector>

namespace layer_cake::net {

/// The routes of a service, checked and in the order they are tried: patterns first, those with more parts that stand
/// for themselves before the others; then names. Pure.
class RouteTable {
public:
    /// A member and the part of the path it is filled from, as sent.
    using Fields = std::vector<std::pair<const type::Member*, std::string_view>>;

    RouteTable() = default;
    /// Fails with `invalid` for a pattern that no path can match, a member that is not there or has no text, and for
    /// two routes that match the same.
    static Result<RouteTable> make(const HttpService& service);

    struct Found {
        const type::Info* message = nullptr; ///< null: no route
        std::string allow;                   ///< the methods that the path has, when this was none of them
    };
    /// @param path    without the query, as sent
    /// @param fields  gets what the pattern's members are filled from
    Found find(std::string_view method, std::string_view path, Fields& fields) const;

    bool takes_requests() const { return takes_requests_; }

private:
    struct Part {
        std::string text;                     ///< that stands for itself, or
        const type::Member* member = nullptr; ///< is filled
    };
    struct Pattern {
        std::string method;
        std::vector<Part> parts;
        const type::Info* message;
    };
    struct Name {
        std::string_view name;
        const type::Info* message;
    };

    Result<void> add(const HttpRoute& route);
    static bool matches(const Pattern& pattern, std::string_view path, Fields& fields);
    static bool alike(const Pattern& a, const Pattern& b);

    std::vector<Pattern> patterns_;
    std::vector<Name> names_;
    bool takes_requests_ = false;
};

/// `Xy` of `test_api.Xy`.
std::string_view bare_name(const type::Info& message);

} // namespace layer_cake::net

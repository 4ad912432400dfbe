#pragma once

#include <layer_cake/home/endpoint_rules.hpp>
#include <layer_cake/home/schema_bind.hpp>

/// The rows of `http` and `pools`.
namespace layer_cake::home {

// clang-format off
constexpr Key route_keys[] = {
    {.name = "path", .kind = Kind::text,
     .help = "Path of the requests, without a query; with a final /* all below it too, for workers that speak http or objects.",
     .example = "/thumbnail", .bind = into<Kind::text, &Route::path>},
    {.name = "pool", .kind = Kind::text, .help = "The pool that answers them.", .example = "thumbs",
     .bind = into<Kind::text, &Route::pool>},
    {.name = "methods", .kind = Kind::words,
     .help = "Methods that are let through, where GET includes HEAD; without the key GET and POST for workers that speak json_lines or objects, and GET, POST, PUT, PATCH, DELETE and OPTIONS for http.",
     .example = "[GET, POST]", .bind = into<Kind::words, &Route::methods>},
};

constexpr Key http_keys[] = {
    {.name = "listen", .kind = Kind::host_port,
     .help = "Where the group listens: a port of 127.0.0.1, or host:port; beyond loopback anybody who reaches it is served.",
     .example = "127.0.0.1:8080", .bind = into<Kind::host_port, &HttpRules::listen>},
    {.name = "hosts", .kind = Kind::words,
     .help = "Names that requests may give in Host, besides localhost and the address listened at; '*' is any, and without the key any will do beyond loopback; a request for another is answered with status 421, so that no page in a browser can make its own name point here.",
     .example = "[shop.example]", .bind = into<Kind::words, &HttpRules::hosts>},
    {.name = "routes", .kind = Kind::sections, .help = "Which requests go to which pool; the longest path that fits and lets the method through counts.",
     .keys = route_keys, .example = "[{path: /thumbnail, pool: thumbs}]"},
    {.name = "max_body", .kind = Kind::size, .help = "Largest body of a request; a larger one is answered with status 413.",
     .fallback = "1M", .least = 0, .bind = into<Kind::size, &HttpRules::max_body>},
    {.name = "max_header", .kind = Kind::size, .help = "Largest head of a request; a larger one is answered with status 431 or 414.",
     .fallback = "16K", .least = 1024, .bind = into<Kind::size, &HttpRules::max_header>},
    {.name = "connections", .kind = Kind::integer, .help = "Connections of clients at the same time; one more is answered with status 503 and closed.",
     .fallback = "1024", .least = 1, .most = 1'000'000, .bind = into<Kind::integer, &HttpRules::connections>},
    {.name = "header_timeout", .kind = Kind::span, .help = "A client that has not sent the whole head of its request after this time is let go.",
     .fallback = "10s", .bind = into<Kind::span, &HttpRules::header_timeout>},
    {.name = "idle_timeout", .kind = Kind::span, .help = "A connection without a request for this long is closed.",
     .fallback = "60s", .bind = into<Kind::span, &HttpRules::idle_timeout>},
};

constexpr Key pool_keys[] = {
    {.name = "role", .kind = Kind::text, .help = "The role whose replicas are the workers; it has a protocol, and is of no other pool.",
     .example = "thumb", .bind = into<Kind::text, &PoolRules::role>},
    {.name = "responsiveness", .kind = Kind::span,
     .help = "The time within which a request should be answered: one that would foreseeably take longer is refused at once, with status 503 and Retry-After.",
     .fallback = "5s", .bind = into<Kind::span, &PoolRules::responsiveness>},
    {.name = "timeout", .kind = Kind::span,
     .help = "A request without an answer for this long is answered with status 504, and its worker gets no more work until it has answered; without the key five times the responsiveness.",
     .example = "30s", .bind = into<Kind::span, &PoolRules::timeout>},
    {.name = "size_of_queue", .kind = Kind::integer, .help = "Requests that may wait for a worker; one more is refused.",
     .fallback = "256", .least = 0, .most = 1'000'000, .bind = into<Kind::integer, &PoolRules::size_of_queue>},
    {.name = "busy_pass_rate", .kind = Kind::integer,
     .help = "Of the requests that would be refused as too late, one in this many is let in, so that the estimate stays true.",
     .fallback = "10", .least = 1, .most = 1'000'000, .bind = into<Kind::integer, &PoolRules::busy_pass_rate>},
    {.name = "stand_down", .kind = Kind::span,
     .help = "A worker that goes on being silent for about this long after a timeout is killed and started again.",
     .fallback = "30s", .bind = into<Kind::span, &PoolRules::stand_down>},
    {.name = "concurrency", .kind = Kind::integer,
     .help = "Requests that a worker has at the same time; one that speaks json_lines reads them one after the other, and is spared the wait between two, but all it has are lost when it ends.",
     .fallback = "1", .least = 1, .most = 1000, .bind = into<Kind::integer, &PoolRules::concurrency>},
};
// clang-format on

} // namespace layer_cake::home

#include <charconv>
#include <cli/commands.hpp>
#include <cli/directory_words.hpp>
#include <cli/network/find.hpp>
#include <cli/network/round_trips.hpp>
#include <cli/network/view.hpp>
#include <cli/output.hpp>
#include <cli/role_words.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <ostream>

namespace layer_cake::cli {
namespace {

using namespace std::chrono_literals;

constexpr Option options[] = {
    {.name = "ping-count", .help = "how often to ask (default 4)", .value = "N"},
    {.name = "interval", .help = "from one ping to the next (default 1s)", .value = "SPAN"},
    {.name = "timeout", .help = "give up on an answer after this time (default 3s)", .value = "SPAN"},
    {.name = "open-scope",
     .help = "search from the directory of the group, host, lan or realm (default host)",
     .value = "SCOPE",
     .completes = "group|host|lan|realm"},
    {.name = "connect-to-directory", .help = "search from the directory at this address", .value = "ADDRESS"},
    {.name = "encrypted-directory", .help = "talk to it encrypted", .value = "[BOOL]"},
    {.name = "directory-key", .help = "the same, and it has to have this key", .value = "KEY"},
};

struct Request {
    std::string prefix;
    int count = 4;
    Duration interval = 1s, timeout = 3s;
};

Result<Request> read_request(const Invocation& call) {
    Request request;
    if (call.words.empty())
        return fail(Fault::invalid, "ping needs the id of a directory (\"layer-cake network\" prints them)");
    if (call.words.size() > 1) return fail(Fault::invalid, "ping takes one id");
    request.prefix = call.words.front();
    if (const auto text = call.value("ping-count")) {
        const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), request.count);
        if (error != std::errc() || end != text->data() + text->size() || request.count < 1 || request.count > 100'000)
            return fail(Fault::invalid, fmt::format("--ping-count: \"{}\" is no number from 1 to 100000", *text));
    }
    for (const auto& [name, into] :
         {std::pair{"interval", &request.interval}, std::pair{"timeout", &request.timeout}}) {
        const auto span = span_option(call, name);
        if (!span) return fail(span.error());
        if (*span) *into = **span;
    }
    return request;
}

/// Asks as often as wanted, telling each answer when it has come.
Result<void> ping(object::Self& self, const type::Address& to, const Request& request, network::RoundTrips& trips,
                  const std::function<void()>& told) {
    for (int i = 0; i < request.count; ++i) {
        const auto asked = self.now();
        const auto answer = self.ask<type::Ping>(type::Ping{}, to, request.timeout);
        if (answer)
            trips.add(self.now() - asked);
        else if (answer.value().is<type::TimedOut>())
            trips.add(std::nullopt);
        else
            return fail(Fault::disconnected, answer.fault() ? answer.fault()->explanation : "no proper answer");
        told();
        const auto rest = request.interval - (self.now() - asked);
        if (i + 1 < request.count && rest > Duration::zero() && self.delay(rest).is<type::Aborted>()) break;
    }
    return layer_cake::ok();
}

Result<int> run(Invocation& call) {
    const auto request = read_request(call);
    if (!request) return fail(request.error());
    const auto enquiry = enquiry_option(call);
    if (!enquiry) return fail(enquiry.error());
    network::RoundTrips trips;
    codec::Value target;
    auto done = directory::enquire(*enquiry, [&](object::Self& self, const type::Address& directory) -> Result<void> {
        const auto top = directory::survey(self, directory);
        if (!top) return fail(top.error());
        const auto found = network::find_directory(*top, request->prefix);
        if (!found) return fail(found.error());
        const auto& listing = (*found)->listing;
        target.set("id", type::format_uuid(listing.unique_id));
        target.set("scope", directory::scope_name(listing.scope));
        target.set("executable", listing.executable);
        return ping(self, listing.directory_address, *request, trips, [&] {
            if (wants_json(call)) return;
            call.out << trips.line() << '\n';
            call.out.flush();
        });
    });
    if (!done)
        return fail(cannot_enquire(call, fmt::format("cannot ping \"{}\"", terminal_safe(request->prefix)),
                                   std::move(done).error()));
    if (wants_json(call)) {
        auto document = trips.to_json();
        for (auto& [name, value, mark] : *target.object())
            document.set(name, std::move(value));
        print_json(call, "layer-cake.ping/1", std::move(document));
    } else {
        call.out << trips.summary();
    }
    return trips.answered() > 0 ? Exit::ok : Exit::timed_out;
}

} // namespace

constinit const Command ping_command{
    .name = "ping",
    .words = "ID",
    .summary = "measure how long a directory takes to answer",
    .options = options,
    .run = run,
};

} // namespace layer_cake::cli

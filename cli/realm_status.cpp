#include <cli/commands.hpp>
#include <cli/directory_words.hpp>
#include <cli/output.hpp>
#include <cli/table.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/directory/listing.hpp>
#include <layer_cake/object/self.hpp>
#include <layer_cake/realm/state.hpp>
#include <ostream>

namespace layer_cake::cli {
namespace {

using realm::RealmState;
using std::chrono::milliseconds;

constexpr Option options[] = {
    {.name = "open-scope",
     .help = "ask by way of the directory of the group, host or lan (default host)",
     .value = "SCOPE",
     .completes = "group|host|lan|realm"},
    {.name = "connect-to-directory", .help = "ask by way of the directory at this address", .value = "ADDRESS"},
    {.name = "encrypted-directory", .help = "talk to it encrypted", .value = "[BOOL]"},
    {.name = "directory-key", .help = "the same, and it has to have this key", .value = "KEY"},
};

/// The topmost node above that directory, which is a realm's when the site has joined one.
Result<RealmState> ask(object::Self& self, const type::Address& directory) {
    auto top = self.ask<directory::DirectoryListing>(directory::ListDirectory{}, directory, std::chrono::seconds(5));
    if (!top) return fail(Fault::timed_out, "the directory does not answer");
    if (top->scope != directory::Scope::REALM) return fail(Fault::not_running, "this site has not joined a realm");
    auto state = self.ask<RealmState>(realm::GetState{}, top->directory_address, std::chrono::seconds(5));
    if (!state) return fail(Fault::timed_out, "the member of the realm does not answer");
    return std::move(*state);
}

/// Each kind that there is any of, in an order of weight.
std::vector<std::pair<std::string_view, std::uint64_t>> refused(const RealmState& state) {
    const auto& all = state.refused;
    return {{"forged", all.forged},    {"malformed", all.malformed},   {"late", all.late},
            {"flood", all.flood},      {"over limit", all.over_limit}, {"bad names", all.bad_names},
            {"unwanted", all.unwanted}};
}

std::string refused_text(const RealmState& state) {
    std::string text;
    for (const auto& [kind, count] : refused(state))
        if (count) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, kind);
    return text.empty() ? "nothing" : text;
}

std::string connection_text(const RealmState& state) {
    if (!state.is_connected)
        return fmt::format("cut off{}{}", state.reason.empty() ? "" : ": ", terminal_safe(state.reason));
    std::string text = fmt::format("connected to {}", terminal_safe(state.server));
    if (!state.version.empty()) text += fmt::format(", {}", terminal_safe(state.version));
    if (state.is_old) text += " (before 2.9.23: there are known ways around its authentication)";
    if (state.round_trip_us >= 0)
        text += fmt::format(", {:.2f} ms there and back", static_cast<double>(state.round_trip_us) / 1'000);
    return text;
}

void print(Invocation& call, const RealmState& state) {
    call.out << fmt::format("realm {}, site {}, node {}\n", terminal_safe(state.realm), terminal_safe(state.site),
                            terminal_safe(state.node));
    call.out << connection_text(state) << '\n';
    call.out << (state.is_signed ? "announcements are signed" : "announcements are not signed: there is no key")
             << '\n';
    call.out << fmt::format("names: {} announced, {} known in {} families\n", state.own_names, state.names,
                            state.families);
    call.out << fmt::format("sessions: {} over links, {} over NATS; links are taken {}\n", state.links, state.relayed,
                            state.gateway_port ? fmt::format("at {}:{}", terminal_safe(state.host), state.gateway_port)
                                               : std::string("nowhere"));
    call.out << fmt::format("messages: {} sent, {} received; refused: {}\n", state.sent, state.received,
                            refused_text(state));
    Table table({"SITE", "NODE", "HOST", "NAMES", "HEARD"});
    for (const auto& one : state.members)
        table.row(
            {one.site, one.node, one.host, Cell(std::to_string(one.names), Colour::none, true),
             one.is_gone ? Cell("gone", Colour::red) : Cell(format_elapsed(milliseconds(one.heard_ms)) + " ago")});
    if (!table.empty()) call.out << '\n';
    table.print(call.out, colour_wanted(call));
    if (state.left_out) call.out << fmt::format("and {} more\n", state.left_out);
}

codec::Value to_json(const RealmState& state) {
    codec::Object kinds;
    for (const auto& [kind, count] : refused(state)) {
        std::string name(kind);
        std::replace(name.begin(), name.end(), ' ', '_');
        kinds.emplace_back(std::move(name), count);
    }
    codec::Array members;
    for (const auto& one : state.members)
        members.push_back(codec::Object{{"site", one.site},
                                        {"node", one.node},
                                        {"id", one.id},
                                        {"host", one.host},
                                        {"gateway_port", std::int64_t{one.gateway_port}},
                                        {"names", one.names},
                                        {"heard_ms", one.heard_ms},
                                        {"lease_ms", one.lease_ms},
                                        {"gone", one.is_gone}});
    codec::Object connection{{"connected", state.is_connected}};
    if (state.is_connected) {
        connection.emplace_back("server", state.server);
        connection.emplace_back("version", state.version);
        connection.emplace_back("old", state.is_old);
        if (state.round_trip_us >= 0) connection.emplace_back("round_trip_us", state.round_trip_us);
    } else {
        connection.emplace_back("reason", state.reason);
    }
    return codec::Object{
        {"realm", state.realm},
        {"site", state.site},
        {"node", state.node},
        {"id", state.id},
        {"host", state.host},
        {"gateway_port", std::int64_t{state.gateway_port}},
        {"signed", state.is_signed},
        {"connection", std::move(connection)},
        {"names", codec::Object{{"announced", state.own_names}, {"known", state.names}, {"families", state.families}}},
        {"sessions", codec::Object{{"links", state.links}, {"relayed", state.relayed}}},
        {"messages", codec::Object{{"sent", state.sent},
                                   {"sent_bytes", state.sent_bytes},
                                   {"received", state.received},
                                   {"received_bytes", state.received_bytes}}},
        {"refused", std::move(kinds)},
        {"expired", state.expired},
        {"members", std::move(members)},
        {"left_out", state.left_out}};
}

Result<int> run(Invocation& call) {
    const auto enquiry = enquiry_option(call);
    if (!enquiry) return fail(enquiry.error());
    std::optional<RealmState> state;
    auto done = directory::enquire(*enquiry, [&](object::Self& self, const type::Address& directory) -> Result<void> {
        auto got = ask(self, directory);
        if (!got) return fail(std::move(got).error());
        state = std::move(*got);
        return layer_cake::ok();
    });
    if (!done) return fail(in_doing("cannot tell of the realm", std::move(done).error()));
    if (wants_json(call))
        print_json(call, "layer-cake.realm/1", to_json(*state));
    else
        print(call, *state);
    return Exit::ok;
}

} // namespace

constinit const Command realm_status{
    .name = "realm status",
    .words = "",
    .summary = "show how this site is connected to its realm, and who else is there",
    .options = options,
    .run = run,
};

} // namespace layer_cake::cli

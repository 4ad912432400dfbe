#include <cli/commands.hpp>
#include <cli/directory_words.hpp>
#include <cli/network/drawing.hpp>
#include <cli/network/view.hpp>
#include <cli/output.hpp>
#include <cli/role_words.hpp>
#include <cli/screen.hpp>
#include <fmt/format.h>
#include <layer_cake/directory/survey.hpp>
#include <ostream>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "open-scope",
     .help = "begin at the directory of the group, host, lan or realm (default host)",
     .value = "SCOPE",
     .completes = "group|host|lan|realm"},
    {.name = "full-identity", .help = "print ids in full"},
    {.name = "directory-addresses", .help = "also print where directories are, connect to and listen"},
    {.name = "list-published", .help = "also print the names that are published"},
    {.name = "list-subscribed", .help = "also print the searches that are subscribed"},
    {.name = "list-routed", .help = "also print which names were found for which searches"},
    {.name = "list-connected", .help = "also print the sessions between processes"},
    {.name = "graph",
     .help = "print a graph for Graphviz, or draw it with dot(1)",
     .value = "[FORM]",
     .completes = "dot|svg"},
    {.name = "watch", .help = "print it again when it has changed, looking every SPAN (1s)", .value = "[SPAN]"},
    {.name = "timeout",
     .help = "show a directory as silent that has not answered after this time (default 2s)",
     .value = "SPAN"},
    {.name = "connect-to-directory", .help = "begin at the directory at this address", .value = "ADDRESS"},
    {.name = "encrypted-directory", .help = "talk to it encrypted", .value = "[BOOL]"},
    {.name = "directory-key", .help = "the same, and it has to have this key", .value = "KEY"},
};

/// What is to be printed, and how.
struct Request {
    network::Detail detail;
    bool json = false, dot = false, svg = false;
    std::optional<Duration> watch;
    directory::SurveyPatience patience;
};

Result<Request> read_request(const Invocation& call) {
    Request request;
    request.detail = {call.has("full-identity"),   call.has("directory-addresses"), call.has("list-published"),
                      call.has("list-subscribed"), call.has("list-routed"),         call.has("list-connected")};
    request.json = wants_json(call);
    if (call.has("graph")) {
        const auto form = call.value("graph").value_or("");
        request.dot = form.empty() || form == "dot";
        request.svg = form == "svg";
        if (!request.dot && !request.svg)
            return fail(Fault::invalid, fmt::format("--graph: \"{}\" is neither dot nor svg", form));
        if (request.json) return fail(Fault::invalid, "either --graph or -o json");
    }
    const auto timeout = span_option(call, "timeout");
    if (!timeout) return fail(timeout.error());
    if (*timeout) request.patience = {**timeout, **timeout};
    const auto watch = watch_option(call);
    if (!watch) return fail(watch.error());
    request.watch = *watch;
    if (request.watch && request.svg) return fail(Fault::invalid, "either --watch or --graph=svg");
    return request;
}

std::string text_of(const Request& request, const directory::Surveyed& top) {
    if (request.dot || request.svg) return network::graph_text(top, request.detail);
    return network::tree_text(top, request.detail);
}

void print_document(Invocation& call, const Request& request, const directory::Surveyed& top) {
    codec::Value document = codec::Object{{"schema", "layer-cake.network/1"}, {"network", network::to_json(top)}};
    if (request.watch)
        print_json_line(call, document);
    else
        print_json(call, "layer-cake.network/1", std::move(document));
}

/// Prints each state that differs from the last: in place on a terminal, else after an empty line.
Result<void> watch(Invocation& call, const Request& request, object::Self& self, const type::Address& directory) {
    std::optional<codec::Value> last;
    Screen screen(call);
    for (;;) {
        const auto top = directory::survey(self, directory, request.patience);
        if (!top) return fail(top.error());
        auto state = network::to_json(*top);
        if (state != last) {
            if (request.json)
                print_document(call, request, *top);
            else
                screen.show(text_of(request, *top));
            call.out.flush();
            last = std::move(state);
        }
        if (self.delay(*request.watch).is<type::Aborted>()) return layer_cake::ok();
    }
}

Result<int> run(Invocation& call) {
    const auto request = read_request(call);
    if (!request) return fail(request.error());
    const auto enquiry = enquiry_option(call);
    if (!enquiry) return fail(enquiry.error());
    std::optional<directory::Surveyed> top;
    auto done = directory::enquire(*enquiry, [&](object::Self& self, const type::Address& directory) -> Result<void> {
        if (request->watch) return watch(call, *request, self, directory);
        auto found = directory::survey(self, directory, request->patience);
        if (!found) return fail(std::move(found).error());
        top = std::move(*found);
        return layer_cake::ok();
    });
    if (!done) return fail(cannot_enquire(call, "cannot list the network", std::move(done).error()));
    if (!top) return Exit::ok;
    if (request->json) {
        print_document(call, *request, *top);
    } else if (request->svg) {
        call.out.flush();
        if (auto drawn = network::draw_svg(text_of(*request, *top)); !drawn)
            return fail(in_doing("cannot draw the network", std::move(drawn).error()));
    } else {
        call.out << text_of(*request, *top);
    }
    return Exit::ok;
}

} // namespace

constinit const Command network_command{
    .name = "network",
    .words = "",
    .summary = "show the directories of a network, and who has published and found what",
    .options = options,
    .run = run,
};

} // namespace layer_cake::cli

#include <layer_cake/layer_cake.hpp>

namespace lc = layer_cake;

struct Xy {
    int x = 1;
    int y = 1;
};
LAYER_CAKE_MESSAGE(Xy, x, y)

using Table = std::vector<std::vector<double>>;
LAYER_CAKE_REGISTER(Table)

struct GetCustomer {
    std::int64_t id = 0;
    bool brief = false;
};
LAYER_CAKE_MESSAGE(GetCustomer, id, brief)

struct PutCustomer {
    std::int64_t id = 0;
    std::string name;
};
LAYER_CAKE_MESSAGE(PutCustomer, id, name)

struct Customer {
    std::int64_t id = 0;
    std::string name;
};
LAYER_CAKE_MESSAGE(Customer, id, name)

struct ServerSettings {
    lc::HostPort address{"127.0.0.1", 0};
    bool plain = false;
    bool access_log = false;
};
LAYER_CAKE_MESSAGE(ServerSettings, address, plain, access_log)

lc::Any worker(lc::Self& self) {
    for (;;) {
        auto message = self.input();
        if (message.is<lc::Stop>()) return lc::Aborted{};
        if (const auto* xy = message.get<Xy>()) {
            if (xy->x < 0)
                self.reply(lc::Busy{});
            else
                self.reply(
                    Table(static_cast<std::size_t>(xy->y), std::vector<double>(static_cast<std::size_t>(xy->x), 0.5)));
        }
    }
}
LAYER_CAKE_OBJECT(worker, lc::accepts<Xy>)

// Tables by a worker on another thread, customers by itself; anything else is shown.
lc::Any server(lc::Self& self, ServerSettings settings) {
    const auto customers = lc::http<Xy, lc::HttpRequest>.with(lc::route<GetCustomer>("GET", "/customers/{id}"),
                                                              lc::route<PutCustomer>("PUT", "/customers/{id}"));
    lc::HttpOptions options;
    if (settings.plain) options.form = lc::HttpForm::plain;
    options.access_log = settings.access_log;
    auto http = lc::listen(self, settings.address, customers, options);
    if (!http) return http.fault();
    self.console("listening", {{"port", *http->listening_ipp.port}});
    const auto works = self.create(lc::on_thread("works"), worker);
    for (;;) {
        auto message = self.input();
        if (message.is<lc::Stop>()) return lc::Aborted{};
        if (message.is<Xy>())
            self.forward(std::move(message), works);
        else if (const auto* get = message.get<GetCustomer>()) {
            if (get->id == 404)
                self.reply(lc::Faulted{"no such customer", "", 404, {}});
            else
                self.reply(Customer{get->id, get->brief ? "J" : "Joe"});
        } else if (auto* put = message.get<PutCustomer>())
            self.reply(Customer{put->id, put->name});
        else if (const auto* request = message.get<lc::HttpRequest>())
            self.reply(lc::http_response(200, "text/plain", request->method + ' ' + request->request_uri + '\n'));
    }
}
LAYER_CAKE_OBJECT(server)

int main(int argc, char** argv) {
    return lc::run(server, argc, argv);
}

#include <layer_cake/layer_cake.hpp>

/// What the HTTP benchmark measures: a constant answer of 1 KB, and the way of a small message there and back.

namespace lc = layer_cake;

struct Constant {};
LAYER_CAKE_MESSAGE(Constant)

struct Xy {
    int x = 1;
    int y = 1;
};
LAYER_CAKE_MESSAGE(Xy, x, y)

struct Service {
    using accepts = lc::accepts<lc::Start, Constant, Xy>;
    lc::HostPort address;
    lc::HttpResponse constant;

    explicit Service(lc::HostPort address)
        : address(std::move(address)),
          constant(lc::http_response(200, "application/json", "{\"v\":\"" + std::string(1016, 'x') + "\"}")) {}

    void on(lc::Object& self, lc::Start) {
        lc::HttpOptions options;
        options.connections = 20'000;
        auto http = lc::listen(self, address, lc::http<Constant, Xy>, options);
        if (!http) self.complete(http.fault());
    }
    lc::HttpResponse on(lc::Object&, const Constant&) { return constant; }
    Xy on(lc::Object&, const Xy& xy) { return {xy.x + 1, xy.y + 1}; }
};

lc::Any service(lc::Self& self, lc::HostPort address) {
    self.create<Service>(address);
    return self.input();
}
LAYER_CAKE_OBJECT(service)

int main(int argc, char** argv) {
    return lc::run(service, argc, argv);
}

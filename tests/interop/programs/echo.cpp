#include <layer_cake/layer_cake.hpp>

namespace lc = layer_cake;

// Answers HTTP requests as the Python service did that tests/interop/http_cases.py tells of.

enum class Colour { RED = 1, GREEN };
LAYER_CAKE_ENUM_AS(Colour, "wire_api.Colour", RED, GREEN)

struct Inner {
    std::int64_t n = 0;
    std::optional<std::string> label;
};
LAYER_CAKE_MESSAGE_AS(Inner, "wire_api.Inner", n, label)

struct Other {
    std::optional<std::string> text;
    std::optional<double> f;
    std::optional<bool> flag;
    std::optional<lc::WallTime> when;
    std::optional<Colour> colour;
    std::vector<std::int64_t> many;
    Inner inner;
    std::optional<lc::Block> blob;
    std::map<std::string, std::int64_t> named;
    std::optional<std::string> mode;
};
LAYER_CAKE_MESSAGE_AS(Other, "wire_api.Other", text, f, flag, when, colour, many, inner, blob, named, mode)

using Table = std::vector<std::vector<double>>;

lc::Any answer(Other& other) {
    const auto mode = other.mode.value_or("");
    const auto fault = [](std::optional<std::int64_t> code) { return lc::Faulted{"c", "e", code, {}}; };
    if (mode == "faulted") return fault({});
    if (mode == "faulted404") return fault(404);
    if (mode == "faulted99") return fault(99);
    if (mode == "faulted777") return fault(777);
    if (mode == "faulted302") return fault(302);
    if (mode == "busy") return lc::Busy{{"busy", "why", {}, {}}};
    if (mode == "overloaded") return lc::Overloaded{{"over", "", {}, {}}};
    if (mode == "outofservice") return lc::OutOfService{{"oos", "", {}, {}}};
    if (mode == "table") return Table{{1.0}};
    if (mode == "text") return lc::http_response(201, "text/plain", "plain words");
    if (mode == "empty") return lc::http_response(204, "", "");
    return std::move(other);
}

struct Settings {
    lc::HostPort server_address{"127.0.0.1", 0};
};
LAYER_CAKE_MESSAGE(Settings, server_address)

lc::Any echo(lc::Self& self, Settings settings) {
    lc::HttpOptions options;
    options.hosts = {"*"};
    auto http = lc::listen(self, settings.server_address, lc::http<Inner, Other>, options);
    if (!http) return http.fault();
    std::printf("%d\n", static_cast<int>(*http->listening_ipp.port));
    std::fflush(stdout);
    for (;;) {
        auto m = self.input();
        if (m.is<Inner>())
            self.reply(std::move(m));
        else if (auto* other = m.get<Other>())
            self.reply(answer(*other));
        else if (m.is<lc::Stop>())
            return {};
    }
}

int main(int argc, char** argv) {
    return lc::run(echo, argc, argv);
}

#include "tests/fuzz/target.hpp"
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/process/program_note.hpp>
#include <layer_cake/supervise/object_answer.hpp>
#include <layer_cake/supervise/object_messages.hpp>
#include <layer_cake/type/messages.hpp>
#include <layer_cake/type/note_text.hpp>
#include <string>

using namespace layer_cake;

namespace fuzzed {

enum class Colour { red, green };
LAYER_CAKE_ENUM(Colour, red, green)

struct Part {
    std::int16_t n = 0;
    std::optional<Colour> colour;
};
LAYER_CAKE_MESSAGE(Part, n, colour)

struct Order {
    std::string name;
    bool flag = false;
    std::uint8_t small = 2;
    std::uint64_t large = 3;
    float rough = 0;
    double price = 0;
    char letter = 'a';
    char32_t rune = U'a';
    std::vector<Part> parts;
    std::array<int, 2> pair{};
    std::set<int> set;
    std::map<std::string, double> weights;
    std::map<int, std::string> numbered;
    Duration span{};
    WallTime world{};
    type::TimeDelta delta{};
    type::Block block;
    type::Uuid uuid;
};
LAYER_CAKE_MESSAGE(Order, name, flag, small, large, rough, price, letter, rune, parts, pair, set, weights, numbered,
                   span, world, delta, block, uuid)

} // namespace fuzzed

namespace {

const supervise::ObjectMessages& messages() {
    static const auto made = [] {
        constexpr auto& note = type::MessageNoteOf<fuzzed::Order>::text;
        std::vector<codec::Value> types;
        process::find_message_notes("\x7f"
                                    "ELF" +
                                        std::string(note.data(), note.size()),
                                    types);
        require(types.size() == 1);
        return supervise::ObjectMessages(std::move(types));
    }();
    return made;
}

void ask(const net::HttpRequest& request) {
    const auto body = messages().body_of(request);
    if (!body) {
        const auto status = body.error().status;
        return require(status == 400 || status == 404 || status == 415);
    }
    type::Any message;
    require(codec::read_json(*body, type::info_of<type::Any>(), &message).has_value());
    require(message.is<fuzzed::Order>());
}

} // namespace

// What a request becomes by the notes in a program's file is what the program's own codec takes; and whatever a worker
// says has an answer.
FUZZ_TARGET(text) {
    net::HttpRequest request;
    request.target = text.substr(0, text.find('\n'));
    request.body = text.substr(std::min(text.size(), request.target.size() + 1));
    for (const std::string_view media : {"", "application/json", "application/x-www-form-urlencoded"}) {
        request.method = request.body.empty() ? "GET" : "POST";
        request.headers.clear();
        if (!media.empty()) request.headers = {{"Content-Type", std::string(media)}};
        ask(request);
        request.target = "/Order";
    }
    for (const bool tunnel : {false, true})
        require(supervise::answer_of_object(text, tunnel).status >= 200);
}

#include "tests/fuzz/target.hpp"
#include <layer_cake/directory/node.hpp>
#include <layer_cake/directory/search_text.hpp>

// The first line is a search, the others are names: a node finds with its index what a comparison with each name finds,
// whoever comes first, and forgets all of it.
FUZZ_TARGET(text) {
    using namespace layer_cake;
    using namespace layer_cake::directory;
    std::vector<std::string> lines;
    for (std::size_t at = 0; at <= text.size() && lines.size() < 32;) {
        const auto end = std::min(text.find('\n', at), text.size());
        lines.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    const auto search = lines.front();
    const bool is_good = check_search(search).has_value();
    const auto pattern = is_good && !is_plain(search) ? std::optional(Pattern::compile(search)) : std::nullopt;
    const auto uuid = [](std::size_t number) {
        type::Uuid made;
        made.bytes[0] = static_cast<std::uint8_t>(number);
        return made;
    };
    for (const bool search_first : {true, false}) {
        Node node(Scope::HOST, {}, UniqueIds(1));
        node.child_connected(3, "");
        node.child_connected(4, "");
        Effects effects;
        const Subscribed subscribed{search, Scope::HOST, uuid(0), {}};
        if (search_first) node.received(4, subscribed, effects);
        std::set<std::string> expected;
        for (std::size_t i = 1; i < lines.size(); ++i) {
            Published published;
            published.name = lines[i];
            published.published_id = uuid(i);
            published.listening_ipp = {"127.0.0.1", 1};
            node.received(3, published, effects);
            if (!check_name(lines[i]) || !is_good) continue;
            if (pattern ? (*pattern)->matches_whole(lines[i]) : lines[i] == search) expected.insert(lines[i]);
            if (pattern && (*pattern)->matches_whole(lines[i])) require(lines[i].starts_with(prefix_of(search)));
        }
        if (!search_first) node.received(4, subscribed, effects);
        while (std::exchange(effects.more, false))
            node.go_on(effects);
        require(node.searches() == (is_good ? 1 : 0));
        require(node.routes() == expected.size());
        node.child_lost(3, effects);
        require(node.routes() == 0 && node.names() == 0);
    }
}

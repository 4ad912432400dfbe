#include "tests/fuzz/target.hpp"
#include <layer_cake/home/log_index.hpp>

// Whatever the index says, the chunks given cover the data file from its start to its end, in order, once.
FUZZ_TARGET(text) {
    using namespace layer_cake::home;
    constexpr std::uint64_t data_size = 1000;
    for (const std::size_t step : {text.size() + 1, std::size_t{96}}) {
        IndexParser parser;
        std::vector<IndexItem> items;
        for (std::size_t end = step; end < text.size(); end += step)
            parser.parse(text.substr(parser.slot() * sizeof(Chunk), end - parser.slot() * sizeof(Chunk)), data_size,
                         false, items);
        parser.parse(text.substr(parser.slot() * sizeof(Chunk)), data_size, true, items);
        std::uint64_t covered = 0;
        for (const auto& item : items) {
            require(item.chunk.offset == covered);
            require(item.text.size() <= note_limit);
            if (item.chunk.kind == Chunk::Kind::data) covered += item.chunk.length;
        }
        require(covered == data_size);
    }
}

#include <algorithm>
#include <cstring>
#include <layer_cake/home/log_index.hpp>
#include <limits>

namespace layer_cake::home {
namespace {

constexpr std::size_t record = sizeof(Chunk);
/// So many bad records in a row are no unfinished write.
constexpr std::size_t hopeless = 1024;

} // namespace

void IndexParser::cover(std::uint64_t until, std::int64_t time_ns, std::vector<IndexItem>& items) {
    while (covered_ < until) {
        IndexItem item;
        item.slot = slot_;
        item.chunk.offset = covered_;
        item.chunk.time_ns = time_ns;
        item.chunk.length = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(until - covered_, std::numeric_limits<std::uint32_t>::max()));
        covered_ += item.chunk.length;
        items.push_back(std::move(item));
    }
}

std::uint64_t IndexParser::parse(std::string_view records, std::uint64_t data_size, bool last,
                                 std::vector<IndexItem>& items) {
    const std::size_t count = records.size() / record;
    std::size_t used = 0, at = 0; // from `used` to `at`: records that do not fit
    while (at < count) {
        IndexItem item;
        Chunk& chunk = item.chunk;
        std::size_t size = 1;
        std::memcpy(&chunk, records.data() + at * record, record);
        bool fits = chunk.intact() && chunk.offset >= covered_ && chunk.offset <= data_size;
        if (fits && chunk.kind == Chunk::Kind::data)
            fits = chunk.length > 0 && chunk.length <= data_size - chunk.offset;
        if (fits && chunk.kind == Chunk::Kind::note) {
            size += note_slots(chunk.length);
            if (at + size > count) {
                fits = false;
                if (!last) break;
            } else {
                item.text = records.substr((at + 1) * record, chunk.length);
                fits = log_checksum(item.text) == chunk.lines;
            }
        }
        if (!fits) {
            ++at;
            continue;
        }
        item.slot = slot_ + at;
        cover(chunk.offset, chunk.time_ns, items);
        if (chunk.kind == Chunk::Kind::data) covered_ += chunk.length;
        time_ns_ = chunk.time_ns;
        at += size;
        used = at;
        items.push_back(std::move(item));
    }
    if (last || at - used >= hopeless) used = at;
    slot_ += used;
    if (last) cover(data_size, time_ns_, items);
    return used;
}

} // namespace layer_cake::home

#include "tests/fuzz/target.hpp"
#include <layer_cake/home/image.hpp>
#include <layer_cake/home/programs.hpp>

namespace {

using namespace layer_cake;
using namespace layer_cake::home;

/// Whatever the bytes are: what a sink is given is fit to be unpacked, in an order that needs no trust.
void read_as_image(std::string_view bytes) {
    ImageOrder order;
    std::uint64_t expected = 0, got = 0;
    bool in_file = false;
    ImageSink sink;
    sink.entry = [&](const ImageEntry& entry, std::int64_t) -> Result<void> {
        require(!in_file);
        require(check_image_entry(entry).has_value());
        require(order.add(entry).has_value());
        require(entry.path.find("..") == std::string::npos || entry.path.find("/../") == std::string::npos);
        in_file = entry.kind == TreeEntry::Kind::file;
        expected = entry.size;
        got = 0;
        return ok();
    };
    sink.content = [&](std::string_view some) -> Result<void> {
        require(in_file);
        got += some.size();
        require(got <= expected);
        return ok();
    };
    sink.end_of_file = [&]() -> Result<void> {
        require(got == expected);
        in_file = false;
        return ok();
    };
    bool given = false;
    const ImageBytes source = [&]() -> Result<std::span<const char>> {
        if (std::exchange(given, true)) return std::span<const char>();
        return std::span<const char>(bytes.data(), bytes.size());
    };
    (void)read_image(source, sink, 1u << 20);
}

} // namespace

FUZZ_TARGET(text) {
    read_as_image(text);
    if (const auto entries = read_manifest(text)) {
        std::string again;
        for (const auto& entry : *entries)
            again += write_manifest_line(entry);
        const auto twice = read_manifest(again);
        require(twice && *twice == *entries);
    }
    if (const auto head = read_head(text)) {
        const auto again = read_head(write_head(*head));
        require(again && *again == *head);
    }
    (void)parse_library_list(text);
}

#include <cli/load/table_check.hpp>
#include <fmt/format.h>
#include <layer_cake/codec/json_scan.hpp>
#include <optional>

namespace layer_cake::cli::load {
namespace {

using codec::JsonScan;

constexpr int most_levels = 32;

bool begins_number(char c) {
    return c == '-' || (c >= '0' && c <= '9');
}

tl::unexpected<Error> not_json() {
    return fail(Fault::invalid, "the answer is no table: it is not JSON");
}

std::optional<unsigned> row_length(JsonScan& scan) {
    if (!scan.take('[')) return std::nullopt;
    if (scan.take(']')) return 0;
    unsigned length = 0;
    do {
        if (!begins_number(scan.peek()) || !scan.skip_value(0)) return std::nullopt;
        ++length;
    } while (scan.take(','));
    if (!scan.take(']')) return std::nullopt;
    return length;
}

Result<TableSize> read_table(JsonScan& scan) {
    const auto bad = [](std::string what) {
        return fail(Fault::invalid, "the answer is no table: " + std::move(what));
    };
    if (!scan.take('[')) return bad("it does not begin with a list");
    TableSize size;
    if (scan.take(']')) return size;
    do {
        const auto length = row_length(scan);
        if (!length) return bad(fmt::format("row {} is no list of numbers", size.y + 1));
        if (size.y > 0 && *length != size.x)
            return bad(fmt::format("row {} has {} cells where others have {}", size.y + 1, *length, size.x));
        size.x = *length;
        ++size.y;
    } while (scan.take(','));
    if (!scan.take(']')) return bad("it has no end");
    return size;
}

/// A table, alone or with its type before it and its pointers after it.
Result<TableSize> read_value(JsonScan& scan) {
    auto inside = scan;
    if (!inside.take('[') || inside.peek() != '"') return read_table(scan);
    scan = inside;
    std::string_view type;
    bool plain = false;
    if (!scan.take_string(type, plain) || !scan.take(','))
        return fail(Fault::invalid, "the answer is no table: no value follows its type");
    auto size = read_table(scan);
    if (!size) return size;
    while (scan.take(','))
        if (!scan.skip_value(most_levels)) return not_json();
    if (!scan.take(']')) return not_json();
    return size;
}

} // namespace

Result<TableSize> table_size(std::string_view body) {
    JsonScan scan(body);
    Result<TableSize> size = fail(Fault::invalid, "the answer is no table: it has no \"value\"");
    if (scan.take('{')) {
        std::string_view name;
        bool plain = false;
        do {
            if (scan.peek() != '"' || !scan.take_string(name, plain) || !scan.take(':')) return not_json();
            if (name == "value") {
                size = read_value(scan);
                if (!size) return size;
            } else if (!scan.skip_value(most_levels)) {
                return not_json();
            }
        } while (scan.take(','));
        if (!scan.take('}')) return not_json();
    } else {
        size = read_value(scan);
    }
    if (size && !scan.at_end()) return fail(Fault::invalid, "the answer is no table: something follows it");
    return size;
}

} // namespace layer_cake::cli::load

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <layer_cake/codec/binary.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <random>
#include <simdjson.h>
#if __has_include(<rapidjson/reader.h>)
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#define WITH_RAPIDJSON 1
#endif
#if __has_include(<nlohmann/json.hpp>)
#include <nlohmann/json.hpp>
#define WITH_NLOHMANN 1
#endif

// The codec beside others on one table of doubles and one small message: times of the same run, and their ratios.
using namespace layer_cake;
using Table = std::vector<std::vector<double>>;

struct Xy {
    int x = 1;
    int y = 1;
};
LAYER_CAKE_MESSAGE(Xy, x, y)

namespace {

using Time = std::chrono::steady_clock;

/// Runs several things in turn, so that a slow moment of the machine hits all of them alike; keeps each one's best
/// time.
class Race {
public:
    template <class Work>
    void add(std::string name, Work work) {
        runs_.push_back({std::move(name), [work] { return work(); }, 1e9, 1});
    }

    void run(const char* title) {
        for (auto& each : runs_)
            for (;; each.turns *= 2) {
                each.seconds = turn(each);
                if (each.seconds * each.turns > 0.01) break;
            }
        for (int round = 0; round < 25; ++round)
            for (auto& each : runs_)
                each.seconds = std::min(each.seconds, turn(each));
        std::printf("%s\n", title);
        for (const auto& each : runs_)
            std::printf("  %-34s %10.3f us   %6.2f x ours\n", each.name.c_str(), each.seconds * 1e6,
                        each.seconds / runs_[0].seconds);
        runs_.clear();
    }

private:
    struct Run {
        std::string name;
        std::function<std::size_t()> work;
        double seconds;
        long turns;
    };
    static double turn(const Run& run) {
        [[maybe_unused]] static volatile std::size_t sink;
        const auto start = Time::now();
        for (long at = 0; at < run.turns; ++at)
            sink = run.work();
        return std::chrono::duration<double>(Time::now() - start).count() / static_cast<double>(run.turns);
    }
    std::vector<Run> runs_;
};

#ifdef WITH_RAPIDJSON
struct Rows : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Rows> {
    Table table;
    int depth = 0;
    bool StartArray() {
        if (++depth == 2) table.emplace_back();
        return true;
    }
    bool EndArray(rapidjson::SizeType) {
        --depth;
        return true;
    }
    bool Double(double value) {
        table.back().push_back(value);
        return true;
    }
};
#endif

void tables(std::size_t side) {
    std::mt19937_64 random(7);
    Table table(side, std::vector<double>(side));
    for (auto& row : table)
        for (auto& each : row)
            each = static_cast<double>(random() >> 11) * 0x1p-53;
    const auto& info = type::info_of<Table>();
    codec::TextBuffer out;
    codec::JsonWriting writing;
    codec::JsonReading reading;
    writing.wrap = reading.wrap = codec::Wrap::none;
    static_cast<void>(codec::write_json(out, info, &table, writing));
    const auto json = out.str();
    const auto title = "table of " + std::to_string(side) + " x " + std::to_string(side) + " doubles, ";

    Race race;
    race.add("layer-cake JSON", [&] {
        out.clear();
        static_cast<void>(codec::write_json(out, info, &table, writing));
        return out.size();
    });
    race.add("layer-cake binary", [&] {
        out.clear();
        static_cast<void>(codec::write_binary(out, info, &table));
        return out.size();
    });
    std::vector<char> plain(side * side * 26 + side * 3 + 8);
    race.add("std::to_chars, raw buffer", [&] {
        char* to = plain.data();
        *to++ = '[';
        for (const auto& row : table) {
            *to++ = '[';
            for (const double each : row) {
                to = std::to_chars(to, plain.data() + plain.size(), each).ptr;
                *to++ = ',';
            }
            *to++ = ']';
        }
        return static_cast<std::size_t>(to - plain.data());
    });
#ifdef WITH_RAPIDJSON
    race.add("RapidJSON writer", [&] {
        rapidjson::StringBuffer buffer;
        rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
        writer.StartArray();
        for (const auto& row : table) {
            writer.StartArray();
            for (const double each : row)
                writer.Double(each);
            writer.EndArray();
        }
        writer.EndArray();
        return buffer.GetSize();
    });
#endif
#ifdef WITH_NLOHMANN
    const nlohmann::json tree = table;
    race.add("nlohmann dump", [&] { return tree.dump().size(); });
#endif
    race.run((title + "encode").c_str());

    Table got;
    const auto bytes = codec::to_binary(table).value();
    race.add("layer-cake JSON", [&] {
        if (!codec::read_json(json, info, &got, reading) || got != table) std::abort();
        return got.size();
    });
    race.add("layer-cake binary", [&] {
        if (!codec::read_binary(bytes, info, &got)) std::abort();
        return got.size();
    });
#ifdef WITH_RAPIDJSON
    race.add("RapidJSON, full precision", [&] {
        Rows rows;
        rapidjson::Reader reader;
        rapidjson::StringStream stream(json.c_str());
        reader.Parse<rapidjson::kParseFullPrecisionFlag>(stream, rows);
        return rows.table.size();
    });
#endif
    simdjson::ondemand::parser parser;
    const simdjson::padded_string padded(json);
    race.add("simdjson on-demand", [&] {
        Table rows;
        auto document = parser.iterate(padded);
        for (auto row : document.get_array()) {
            rows.emplace_back();
            for (auto each : row.get_array())
                rows.back().push_back(double(each.get_double()));
        }
        return rows.size();
    });
#ifdef WITH_NLOHMANN
    race.add("nlohmann parse and get", [&] { return nlohmann::json::parse(json).get<Table>().size(); });
#endif
    race.run((title + "decode").c_str());
}

void small_message() {
    const auto& info = type::info_of<Xy>();
    const Xy xy{8, 8};
    codec::TextBuffer out;
    codec::JsonWriting writing;
    codec::JsonReading reading;
    writing.wrap = reading.wrap = codec::Wrap::none;
    const std::string json = R"({"x":8,"y":8})";
    const auto bytes = codec::to_binary(xy).value();
    Race race;
    race.add("layer-cake JSON, both ways", [&] {
        out.clear();
        static_cast<void>(codec::write_json(out, info, &xy, writing));
        Xy got;
        if (!codec::read_json(out.view(), info, &got, reading)) std::abort();
        return static_cast<std::size_t>(got.x);
    });
    race.add("layer-cake JSON, write", [&] {
        out.clear();
        static_cast<void>(codec::write_json(out, info, &xy, writing));
        return out.size();
    });
    race.add("layer-cake JSON, read", [&] {
        Xy got;
        if (!codec::read_json(json, info, &got, reading)) std::abort();
        return static_cast<std::size_t>(got.x);
    });
    race.add("layer-cake binary, both ways", [&] {
        out.clear();
        static_cast<void>(codec::write_binary(out, info, &xy));
        Xy got;
        if (!codec::read_binary(bytes, info, &got)) std::abort();
        return static_cast<std::size_t>(got.x);
    });
    race.add("an Any made and ended", [&] { return type::Any(xy).get<Xy>() ? 1u : 0u; });
    race.add("an Any of 96 bytes made and ended",
             [&] { return type::Any::make<std::array<double, 12>>().has_value() ? 1u : 0u; });
#ifdef WITH_NLOHMANN
    race.add("nlohmann, both ways", [&] {
        const nlohmann::json tree = {{"x", xy.x}, {"y", xy.y}};
        const auto got = nlohmann::json::parse(tree.dump());
        return static_cast<std::size_t>(got["x"].get<int>());
    });
#endif
    race.run("{\"x\":8,\"y\":8}");
}

} // namespace

int main() {
    tables(8);
    tables(100);
    small_message();
}

#pragma once

#include "tests/core/temporary_folder.hpp"
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fstream>
#include <layer_cake/home/log_reader.hpp>
#include <layer_cake/home/log_writer.hpp>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

/// A role's log folder, a pipe into it and the clock it is stamped by.
struct LogFixture {
    using Stream = layer_cake::home::Stream;

    TemporaryFolder temporary;
    std::filesystem::path folder = temporary.path() / "logs";
    layer_cake::ManualClock clock;
    layer_cake::home::LogRules rules;
    layer_cake::Fd out_read, out_write;

    LogFixture() {
        int ends[2];
        REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
        out_read = layer_cake::Fd(ends[0]);
        out_write = layer_cake::Fd(ends[1]);
    }

    layer_cake::home::LogWriter writer() { return {folder, rules, clock}; }

    void send(std::string_view text) const {
        REQUIRE(::write(out_write.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }

    /// Sends text by way of the pipe, a pipe full at a time.
    void put(layer_cake::home::LogWriter& writer, std::string_view text, Stream stream = Stream::out) const {
        while (!text.empty()) {
            const auto part = text.substr(0, 65536);
            send(part);
            for (auto left = part.size(); left > 0;) {
                const auto taken = writer.take(out_read.get(), stream, left);
                REQUIRE(taken);
                REQUIRE(*taken > 0);
                left -= *taken;
            }
            text.remove_prefix(part.size());
        }
    }

    static std::vector<layer_cake::home::LogLine> lines(layer_cake::home::LogReader& reader, bool flush = false) {
        std::vector<layer_cake::home::LogLine> all;
        CHECK(reader.read(
            [&](const auto& line) {
                all.push_back(line);
                return true;
            },
            flush));
        return all;
    }

    static std::vector<std::string> texts(layer_cake::home::LogReader& reader, bool flush = false) {
        std::vector<std::string> all;
        for (auto& line : lines(reader, flush))
            all.push_back(line.text);
        return all;
    }

    std::vector<std::string> texts(bool flush = false) const {
        layer_cake::home::LogReader reader(folder);
        return texts(reader, flush);
    }

    static std::string content(const std::filesystem::path& file) {
        std::ostringstream all;
        all << std::ifstream(file, std::ios::binary).rdbuf();
        return all.str();
    }

    /// Bytes of all files in the folder, and of the `.log` ones alone.
    std::uint64_t size() const {
        std::uint64_t bytes = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            bytes += entry.file_size();
        return bytes;
    }
};

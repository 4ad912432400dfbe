#pragma once

#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/random.hpp>

/// Values made up from a seed, with the texts that trip writers up.
class SomeValue {
public:
    explicit SomeValue(std::uint64_t seed) : random_(seed) {}

    layer_cake::codec::Value next(int depth = 4) {
        using namespace layer_cake::codec;
        switch (random_.up_to(depth > 0 ? 9 : 6)) {
        case 0:
            return {};
        case 1:
            return random_.up_to(1) == 1;
        case 2:
            return static_cast<std::int64_t>(random_.up_to(~std::uint64_t(0)));
        case 3:
            return static_cast<double>(random_.up_to(1'000'000)) / 1000.0;
        case 4:
        case 5:
        case 6:
            return text();
        case 7: {
            Array items;
            for (auto left = random_.up_to(6); left > 0; --left)
                items.push_back(next(depth - 1));
            return items;
        }
        default: {
            Value value{Object{}};
            for (auto left = random_.up_to(6); left > 0; --left)
                value.set(text(), next(depth - 1));
            return value;
        }
        }
    }

    std::string text() {
        static constexpr std::string_view pieces[] = {
            "a",
            "web",
            "no",
            "true",
            "null",
            "~",
            "<<",
            "1",
            "0x1F",
            "1e3",
            ".5",
            "-",
            "- ",
            "? ",
            ": ",
            ":",
            " #",
            "#",
            "\n",
            "\n\n",
            "\t",
            "  ",
            " ",
            "'",
            "\"",
            "\\",
            "{",
            "}",
            "[",
            "]",
            ",",
            "&a",
            "*a",
            "!x",
            "|",
            ">",
            "%",
            "@",
            "`",
            "---",
            "...",
            "\r",
            "\x01",
            "\x7f",
            "\xc2\x85",
            "\xe2\x80\xa8",
            "\xef\xbb\xbf",
            "\xc3\xbc",
            "\xf0\x9f\x98\x80",
            "=",
            "--x",
            "http://h:80/p",
            "a: b",
            "12:30",
            "2026-01-01",
            "long text of several words",
        };
        std::string out;
        for (auto left = random_.up_to(3); left > 0; --left)
            out += pieces[random_.up_to(std::size(pieces) - 1)];
        if (random_.up_to(200) == 0) out.append(300 + random_.up_to(1500), 'k');
        return out;
    }

private:
    layer_cake::Random random_;
};

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <doctest/doctest.h>
#include <layer_cake/codec/float_text.hpp>
#include <limits>
#include <random>
#include <string>

using namespace layer_cake::codec;

namespace {

std::string text8(double value) {
    char text[float_text_room];
    return {text, write_float8(text, value)};
}

std::string text4(float value) {
    char text[float_text_room];
    return {text, write_float4(text, value)};
}

double back(const std::string& text) {
    double value = -1;
    const auto read = read_float8(text.data(), text.data() + text.size(), value);
    REQUIRE_MESSAGE(read.end == text.data() + text.size(), text);
    return value;
}

/// The digits and the power of ten, whatever the notation: `-12.50e3` is `-125`, 2.
std::pair<std::string, int> meaning(const std::string& text) {
    std::string digits;
    int power = 0;
    bool behind = false;
    for (std::size_t at = text[0] == '-' ? 1 : 0; at < text.size(); ++at) {
        if (text[at] == 'e') {
            power += std::stoi(text.substr(at + 1));
            break;
        }
        if (text[at] == '.') {
            behind = true;
            continue;
        }
        digits += text[at];
        if (behind) --power;
    }
    while (digits.size() > 1 && digits.back() == '0') {
        digits.pop_back();
        ++power;
    }
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
    return {text[0] == '-' ? "-" + digits : digits, digits == "0" ? 0 : power};
}

void check_exact(double value) {
    const auto ours = text8(value);
    char text[40];
    const std::string theirs(text, std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr);
    if (meaning(ours) != meaning(theirs)) FAIL(ours << " but " << theirs);
    double read = 0;
    const auto got = read_float8(ours.data(), ours.data() + ours.size(), read);
    if (got.end != ours.data() + ours.size() || got.is_integer ||
        std::bit_cast<std::uint64_t>(read) != std::bit_cast<std::uint64_t>(value))
        FAIL(ours << " reads back as " << read);
}

} // namespace

TEST_CASE("floats are written as the predecessor writes them") {
    CHECK(text8(0.0) == "0.0");
    CHECK(text8(-0.0) == "-0.0");
    CHECK(text8(1.0) == "1.0");
    CHECK(text8(-1.5) == "-1.5");
    CHECK(text8(0.1) == "0.1");
    CHECK(text8(1e300) == "1e+300");
    CHECK(text8(1e16) == "1e+16");
    CHECK(text8(1e22) == "1e+22");
    CHECK(text8(1e15) == "1000000000000000.0");
    CHECK(text8(9999999999999998.0) == "9999999999999998.0");
    CHECK(text8(12345678.5) == "12345678.5");
    CHECK(text8(123456789012345.6) == "123456789012345.6");
    CHECK(text8(1.2345678901234568e17) == "1.2345678901234568e+17");
    CHECK(text8(0.0001) == "0.0001");
    CHECK(text8(0.00012345) == "0.00012345");
    CHECK(text8(1e-5) == "1e-05");
    CHECK(text8(1e-7) == "1e-07");
    CHECK(text8(5e-324) == "5e-324");
    CHECK(text8(-2.2250738585072014e-308) == "-2.2250738585072014e-308");
    CHECK(text8(1.7976931348623157e308) == "1.7976931348623157e+308");
    CHECK(text8(57.599999999999994) == "57.599999999999994");
    CHECK(text8(INFINITY) == "Infinity");
    CHECK(text8(-INFINITY) == "-Infinity");
    CHECK(text8(NAN) == "NaN");
    CHECK(text4(0.1f) == "0.1");
    CHECK(text4(16777216.0f) == "16777216.0");
    CHECK(text4(3.4028235e38f) == "3.4028235e+38");
}

TEST_CASE("any double reads back to the same bits from the fewest digits") {
    std::mt19937_64 random(20261123);
    const char* const many = std::getenv("LAYER_CAKE_FLOATS"); // as many of each sort, to leave no doubt
    const int count = many ? std::atoi(many) : 100'000;
    for (int at = 0; at < count; ++at) {
        const auto bits = random();
        if (const auto any = std::bit_cast<double>(bits); std::isfinite(any)) check_exact(any);
        check_exact(static_cast<double>(bits >> 11) * 0x1p-53);
        check_exact(static_cast<double>(static_cast<std::int64_t>(bits)));
        check_exact(static_cast<double>(bits % 1'000'000'007) / 1000.0);
    }
    for (int power = 0; power < 2046; ++power) // each power of two and its neighbours
        for (const int step : {-1, 0, 1})
            check_exact(std::bit_cast<double>((std::uint64_t(power + 1) << 52) + static_cast<std::uint64_t>(step)));
}

TEST_CASE("any float reads back to the same bits") {
    std::mt19937 random(7);
    for (int at = 0; at < 300'000; ++at) {
        const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
        if (!std::isfinite(value)) continue;
        const auto text = text4(value);
        float read = 0;
        read_float4(text.data(), text.data() + text.size(), read);
        if (std::bit_cast<std::uint32_t>(read) != std::bit_cast<std::uint32_t>(value)) FAIL(text);
    }
}

TEST_CASE("the hard numbers are rounded right") {
    CHECK(back("9007199254740993.0") == 9007199254740992.0);
    CHECK(back("9007199254740993.00000000000000000000001") == 9007199254740994.0);
    CHECK(back("1.7976931348623158e308") == std::numeric_limits<double>::max());
    CHECK(back("2.4703282292062327e-324") == 0.0);
    CHECK(back("2.4703282292062328e-324") == 5e-324);
    CHECK(back("2.2250738585072011e-308") == 2.225073858507201e-308);
    CHECK(back("0.000000000000000000000000000000000000000001e42") == 1.0);
    CHECK(back("100000000000000000000000000000000000000000e-41") == 1.0);
    CHECK(back("1e400") == INFINITY);
    CHECK(back("-1e400") == -INFINITY);
    CHECK(back("123456789012345678901234567890e400") == INFINITY);
    CHECK(back("1e-400") == 0.0);
    CHECK(back("0e99999999999999999999") == 0.0);
    CHECK(std::signbit(back("-0.0")));
    CHECK(back("1e99999999999999999999") == INFINITY);
}

TEST_CASE("what is no number in JSON's form is none, and nothing is read behind the end") {
    for (const std::string text :
         {"", "-", "+1", ".5", "1.", "01", "-01", "00", "1e", "1e+", "1.e1", "e1", "x", "-x", "-.5"}) {
        double value = 0;
        CHECK_MESSAGE(read_float8(text.data(), text.data() + text.size(), value).end == nullptr, text);
    }
    const std::string text = "1.25e1";
    double value = 0;
    const auto read = read_float8(text.data(), text.data() + 4, value);
    CHECK(read.end == text.data() + 4);
    CHECK(value == 1.25);
    CHECK(read_float8(text.data(), text.data() + 1, value).is_integer);
}

TEST_CASE("integers of every length are written") {
    char text[integer_text_room];
    std::uint64_t value = 0;
    for (int digits = 0; digits < 20; ++digits) {
        CHECK(std::string(text, write_unsigned(text, value)) == std::to_string(value));
        value = value * 10 + 9 - static_cast<std::uint64_t>(digits % 10);
    }
    for (const auto each :
         {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(), std::int64_t(-1)})
        CHECK(std::string(text, write_integer(text, each)) == std::to_string(each));
    CHECK(std::string(text, write_unsigned(text, ~std::uint64_t(0))) == "18446744073709551615");
    for (std::uint64_t power = 1; power < 10'000'000'000'000'000'000u; power *= 10)
        for (const auto each : {power - 1, power, power + 1})
            CHECK(std::string(text, write_unsigned(text, each)) == std::to_string(each));
}

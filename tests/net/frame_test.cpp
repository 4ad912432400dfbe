#include <doctest/doctest.h>
#include <layer_cake/net/binary_frame.hpp>
#include <layer_cake/net/frame.hpp>
#include <string>
#include <vector>

using namespace layer_cake::net;
using layer_cake::codec::AddressBook;
using layer_cake::codec::TextBuffer;
using layer_cake::type::Address;

namespace {

const char* problem_of(std::string_view line) {
    FrameSizes sizes;
    const char* problem = nullptr;
    return read_sizes(line, sizes, problem) == Cut::broken ? problem : nullptr;
}

bool reads(std::string_view text) {
    FrameHeader header;
    return read_header(text, header).has_value();
}

bool book_reads(std::string_view text) {
    AddressBook book;
    return read_book(
               text, {20, Address(16)}, book, [](void*, const Address&) { return true; }, nullptr)
        .has_value();
}

} // namespace

TEST_CASE("lines of sizes that are none") {
    for (const std::string line : {"1,1,2\r\n",
                                   "a,1,2\n",
                                   "1,2\n",
                                   "1,1,1,5\n",
                                   ",1,2\n",
                                   "1,,2\n",
                                   "1,2,\n",
                                   "-1,1,2\n",
                                   "+1,1,2\n",
                                   "\n",
                                   "0x1,1,2\n",
                                   "1, 1,2\n",
                                   "10,1,5\n",
                                   "3,3,5\n",
                                   "1,1,1048577\n",
                                   "1,1,2147483648\n",
                                   "9223372036854775808,1,2\n",
                                   "1,9223372036854775807,2\n",
                                   "1111111,1111111,111111111\n",
                                   "000000000000000000000001",
                                   "GET / HTTP/1.1\r\n",
                                   "\x16\x03\x01\x02",
                                   "SSH-2.0-x\r\n"})
        CHECK_MESSAGE(problem_of(line), line);
    CHECK(problem_of(std::string("1,1,2\0\n", 7)));
}

TEST_CASE("lines of sizes that are some, whole or so far") {
    FrameSizes sizes;
    const char* problem = nullptr;
    CHECK(read_sizes("0,0,0\n\n", sizes, problem) == Cut::whole);
    CHECK(read_sizes("0064,49,125\n", sizes, problem) == Cut::more);
    CHECK(sizes.header == 64);
    CHECK(sizes.frame() == 12 + 125 + 1);
    CHECK(read_sizes("0000066,0000042,1048576\n", sizes, problem) == Cut::more);
    CHECK(sizes.total == 1048576);
    for (const std::string_view part : {"", "6", "64,", "64,49,1", "64,49,125"})
        CHECK(read_sizes(part, sizes, problem) == Cut::more);
}

TEST_CASE("a frame that is built is cut into what it was built of, whatever the sizes") {
    TextBuffer out;
    FrameBuilder builder(out);
    std::vector<std::string> bodies;
    for (const std::size_t size : {0, 1, 9, 10, 99, 100, 5000, 3, 100'000, 1}) {
        bodies.emplace_back(size, 'x');
        builder.begin();
        out.put("head");
        builder.end_header();
        out.put(bodies.back());
        builder.end_body();
        out.put("book");
        REQUIRE(builder.end());
    }
    builder.begin();
    builder.end_header();
    out.put(std::string(FrameSizes::most + 1, 'x'));
    builder.end_body();
    CHECK_FALSE(builder.end());
    std::string_view rest = out.view();
    for (const auto& body : bodies) {
        FrameSizes sizes;
        const char* problem = nullptr;
        REQUIRE(read_sizes(rest, sizes, problem) == Cut::whole);
        CHECK(ends_well(rest, sizes));
        Frame frame;
        REQUIRE(cut_content(rest.substr(sizes.line, sizes.total), sizes, frame));
        CHECK(frame.header == "head");
        CHECK(frame.body == body);
        CHECK(frame.book == "book");
        rest.remove_prefix(sizes.frame());
    }
    CHECK(rest.empty());
}

TEST_CASE("a header is written as the predecessor does") {
    TextBuffer out;
    FrameHeader header;
    header.to = {19, 24};
    header.from = {28};
    write_header(out, header);
    CHECK(out.view() == R"({"value":{"to_address":[19,24],"return_address":[28],"tunnel":false}})");
    out.clear();
    header.tunnel = header.ours = true;
    header.within = 1500;
    write_header(out, header);
    FrameHeader back;
    REQUIRE(read_header(out.view(), back));
    CHECK(back.tunnel);
    CHECK(back.ours);
    CHECK(back.within == 1500);
    CHECK(back.to[0] == 19);
}

TEST_CASE("headers in other layouts, and those that are none") {
    CHECK(reads("{\n \"value\": {\"to_address\":[1],\"return_address\":[7],\"tunnel\":false}\n} "));
    CHECK(reads(R"({"value":{"return_address":[7],"to_address":[]}})"));
    CHECK(reads(R"({"value":{"to_address":[1],"return_address":[7],"tunnel":null,"x":{"y":[1]}},"pointer":[]})"));
    CHECK(reads(R"({"value":{"to_address":[1],"return_address":[7],"layer_cake":"yes","within":-1}})"));
    for (const std::string_view text :
         {"", "{}", "[]", "null", "hello", R"({"value":null})", R"({"value":{"to_address":[1],"return_address":null}})",
          R"({"value":{"to_address":null,"return_address":[7]}})", R"({"value":{"return_address":[7]}})",
          R"({"value":{"to_address":[1]}})", R"({"value":{"to_address":[1],"return_address":[]}})",
          R"({"value":{"to_address":[1.0],"return_address":[7]}})",
          R"({"value":{"to_address":["1"],"return_address":[7]}})",
          R"({"value":{"to_address":[01],"return_address":[7]}})",
          R"({"value":{"to_address":[1,],"return_address":[7]}})",
          R"({"value":{"to_address":[9223372036854775808],"return_address":[7]}})",
          R"({"value":{"to_address":[1],"return_address":[7],"tunnel":1}})",
          R"({"value":{"to_address":[1],"return_address":[7]}}x)",
          R"({"value":{"to_address":[1],"return_address":[7]})"})
        CHECK_FALSE_MESSAGE(reads(text), text);
}

TEST_CASE("books, and those that are none") {
    for (const std::string_view text :
         {R"({"value":[]})", R"({"value":[ ]} )", R"({"value":[["a:0",[19,0]],["b",null]]})"})
        CHECK_MESSAGE(book_reads(text), text);
    for (const std::string_view text : {"", R"({"value":null})", R"({"value":{}})", R"({"value":[["a",[]]]})",
                                        R"({"value":[["a"]]})", R"({"value":[[1,[2]]]})", R"({"value":[["a",[2]],]})"})
        CHECK_FALSE_MESSAGE(book_reads(text), text);
}

TEST_CASE("binary headers come back as they were written, cut anywhere they are none") {
    FrameHeader header;
    header.to = {19, 24};
    header.from = {28, 7};
    header.within = 5;
    TextBuffer out;
    write_binary_header(out, header, 77);
    CHECK(is_binary(out.view()));
    FrameHeader back;
    std::uint32_t type = 0;
    REQUIRE(read_binary_header(out.view(), back, type));
    CHECK(type == 77);
    CHECK(back.to.size() == 2);
    CHECK(back.to[0] == 19);
    CHECK(back.from[1] == 7);
    CHECK(back.within == 5);
    for (std::size_t size = 0; size < out.size(); ++size)
        CHECK_FALSE(read_binary_header(out.view().substr(0, size), back, type));
    out.put('x');
    CHECK_FALSE(read_binary_header(out.view(), back, type));
}

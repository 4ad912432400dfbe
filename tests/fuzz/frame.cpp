#include "tests/fuzz/target.hpp"
#include <layer_cake/net/binary_frame.hpp>
#include <layer_cake/net/frame.hpp>
#include <string>

// Any stream: it is cut the same however it comes, and a header that is read is written and read again alike.
FUZZ_TARGET(text) {
    using namespace layer_cake::net;
    using layer_cake::codec::AddressBook;
    using layer_cake::codec::TextBuffer;
    using layer_cake::type::Address;
    const Crossing crossing{20, Address(16)};
    while (true) {
        FrameSizes sizes;
        const char* problem = nullptr;
        const auto cut = read_sizes(text, sizes, problem);
        if (cut == Cut::broken) require(problem != nullptr);
        for (std::size_t size = 0; size < text.size() && size < 32; ++size) { // what is whole was not broken before
            FrameSizes part;
            const auto before = read_sizes(text.substr(0, size), part, problem);
            require(cut == Cut::broken || before != Cut::broken);
        }
        if (cut != Cut::whole) return;
        require(sizes.frame() <= text.size());
        if (!ends_well(text, sizes)) return;
        Frame frame;
        require(cut_content(text.substr(sizes.line, sizes.total), sizes, frame));
        text.remove_prefix(sizes.frame());

        FrameHeader header, again;
        TextBuffer out;
        std::uint32_t type = 0;
        if (is_binary(frame.header)) {
            static_cast<void>(read_proposal(frame.header));
            static_cast<void>(read_agreed(frame.header));
            if (!read_binary_header(frame.header, header, type)) continue;
            write_binary_header(out, header, type);
            require(read_binary_header(out.view(), again, type).has_value());
        } else {
            if (!read_header(frame.header, header)) continue;
            write_header(out, header);
            require(read_header(out.view(), again).has_value());
        }
        require(again.to.size() == header.to.size() && again.from.size() == header.from.size());
        require(again.tunnel == header.tunnel && again.within == header.within);
        require(again.from.back() == header.from.back());
        static_cast<void>(destination_from_wire(header.to.view(), crossing));
        const auto from = from_wire(header.from.view(), crossing);
        if (!comes_home(header.from.view()) && header.from.size() < Numbers::most) {
            const auto back = to_wire(from, crossing); // as it would be sent back
            require(comes_home(back.view()));
            require(back.size() == header.from.size() + 1);
        }
        AddressBook book;
        if (!read_book(
                frame.book, crossing, book, [](void*, const Address&) { return true; }, nullptr))
            continue;
        out.clear();
        begin_book(out);
        bool first = true, whole = true;
        for (const auto& entry : book.entries()) {
            const auto numbers = to_wire(entry.address, crossing);
            if (numbers.empty()) whole = false;
            if (numbers.empty()) continue;
            write_book_entry(out, first, entry.key, numbers);
            first = false;
        }
        end_book(out);
        AddressBook back;
        require(read_book(
                    out.view(), crossing, back, [](void*, const Address&) { return true; }, nullptr)
                    .has_value());
        require(!whole || back.entries().size() == book.entries().size());
    }
}

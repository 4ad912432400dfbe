#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/binary.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/net/proxy.hpp>
#include <layer_cake/net/wire_messages.hpp>
#include <layer_cake/object/shard_send.hpp>

/// What comes in over a session.
namespace layer_cake::net {
namespace {

constexpr std::size_t most_asks = 65'536; ///< of the far side, under way here

/// What only this process itself tells its objects.
bool is_internal(const type::Info& info) {
    using namespace type;
    static constexpr const Info* all[] = {
        &Instance<Start>::value,       &Instance<Returned>::value,    &Instance<StartTimer>::value,
        &Instance<CancelTimer>::value, &Instance<SelectTimer>::value, &Instance<T1>::value,
        &Instance<T2>::value,          &Instance<T3>::value,          &Instance<T4>::value,
        &Instance<T5>::value,          &Instance<T6>::value,          &Instance<T7>::value,
        &Instance<T8>::value,          &Instance<Listening>::value,   &Instance<NotListening>::value,
        &Instance<Accepted>::value,    &Instance<Connected>::value,   &Instance<NotConnected>::value,
        &Instance<Close>::value,       &Instance<Closed>::value,
    };
    return std::find(std::begin(all), std::end(all), &info) != std::end(all);
}

/// An address book and many small lists take more memory than their text; this much, at most.
constexpr codec::Limits limits{.bytes = FrameSizes::most, .memory = 32u << 20, .depth = 64, .pointers = 100'000};

} // namespace

std::size_t Proxy::received(std::string_view bytes) {
    std::size_t used = 0;
    for (int frames = 0;; ++frames) {
        if (state_ != State::open) return bytes.size(); // nobody wants it any more
        if (frames == options_.frames_a_turn) {
            paused_ = true;
            self_->start<ReadOn>(Duration::zero());
        }
        FrameSizes sizes;
        const char* problem = nullptr;
        const auto cut = read_sizes(bytes.substr(used), sizes, problem);
        if (cut == Cut::more) return used;
        if (cut == Cut::broken) return broken(problem), bytes.size();
        if (!receive(bytes.substr(used), sizes)) return bytes.size();
        used += sizes.frame();
    }
}

bool Proxy::receive(std::string_view bytes, const FrameSizes& sizes) {
    if (!ends_well(bytes, sizes)) return broken("a frame that does not end with its last byte");
    auto content = bytes.substr(sizes.line, sizes.total);
    if (secure_ == Secure::holding || secure_ == Secure::on) {
        bool done = false; // the buffer is the stream's and ours to write: nobody else reads it
        if (!open_content(const_cast<char*>(content.data()), sizes, done)) return false;
        if (done) return true;
        content.remove_prefix(Cipher::overhead);
    }
    Frame frame;
    if (!cut_content(content, sizes, frame)) return broken("sizes that do not fit");
    ++frames_;
    return receive_frame(frame);
}

bool Proxy::receive_frame(const Frame& frame) {
    const bool binary = is_binary_ = is_binary(frame.header);
    const bool shaking = secure_ == Secure::wait_diffie || secure_ == Secure::wait_hellman;
    if (binary && shaking) return broken("plain text where encryption was to begin");
    if (binary && kind_of(frame.header) != FrameKind::message) return receive_control(frame.header);
    const type::Info* type = nullptr;
    if (binary) {
        std::uint32_t number = 0;
        if (auto read = read_binary_header(frame.header, header_, number); !read)
            return broken(std::move(read).error().detail);
        type = types_.received(number);
        if (!type) return broken("a message of a type that was not agreed on");
    } else if (auto read = read_header(frame.header, header_); !read) {
        return broken(std::move(read).error().detail);
    }
    if (shaking) {
        Any message;
        return read_addresses(frame.book) && read_body(frame, nullptr, message) && shake_hands(message);
    }
    if (header_.ours && !is_ours_) know_as_ours();
    return take_message(frame, type);
}

bool Proxy::take_message(const Frame& frame, const type::Info* type) {
    const auto to = destination_from_wire(header_.to.view(), crossing_);
    auto from = from_wire(header_.from.view(), crossing_);
    const bool comes_from_us = comes_home(header_.from.view()) && from != crossing_.target;
    if (from == to) from = {}; // it would answer itself for ever
    if (!to.is_local()) return relay(frame, to, std::move(from));
    Any message;
    if (!read_addresses(frame.book) || !read_body(frame, type, message)) return false;
    if (!type) { // what proxies tell each other never goes in the binary form
        if (message.is<Diffie>() || message.is<Hellman>()) return shake_hands(message);
        bool taken = false;
        if (!keep(message, from, taken)) return false;
        if (taken) return true;
    }
    if ((to == crossing_.target || issued_.take(to)) && (!comes_from_us || issued_.knows(from)))
        return deliver(std::move(message), to, std::move(from));
    return forged();
}

bool Proxy::forged() {
    if (refused_++ == 0) self_->warning("a message to an address that was not issued over its session");
    self_->shard().note(object::Notice::What::dropped, self_, nullptr);
    return true;
}

bool Proxy::read_addresses(std::string_view book) {
    if (!book_.empty()) book_.entries().clear();
    if (book.empty() && is_binary_) return true;
    const auto known = [](void* context, const Address& address) {
        auto& self = *static_cast<Proxy*>(context);
        return address == self.crossing_.target || self.issued_.knows(address);
    };
    auto read = read_book(book, crossing_, book_, known, this);
    return read || broken(std::move(read).error().detail);
}

bool Proxy::read_body(const Frame& frame, const type::Info* type, Any& message) {
    if (header_.tunnel) {
        const auto* first = reinterpret_cast<const std::byte*>(frame.body.data());
        message = type::Block(first, first + frame.body.size());
        return true;
    }
    Result<void> read;
    if (type) {
        message = Any::make(*type);
        read = codec::read_binary(frame.body, *type, message.value(), {.book = &book_, .limits = limits});
    } else {
        const codec::JsonReading how{.book = &book_, .not_finite = true, .limits = limits};
        read = codec::read_json(frame.body, type::info_of<Any>(), &message, how);
    }
    return read || broken(std::move(read).error().detail);
}

bool Proxy::deliver(Any message, const Address& to, Address from) {
    if (const auto* info = message.info()) {
        const bool stop = info == &type::info_of<type::Stop>();
        if (stop ? !options_.obeys_stop || to == crossing_.target : is_internal(*info)) {
            self_->shard().note(object::Notice::What::dropped, self_, info);
            return true;
        }
    }
    if (is_ours_ && header_.within > 0 && header_.from.size() == 1 && !comes_home(header_.from.view())) {
        // An ask of ours, in place of the far side's: it is told of every end that an ask can come to.
        constexpr std::int64_t longest = 24ll * 3600 * 1'000'000;
        const auto asker = header_.from[0];
        if (asks_ == most_asks)
            return answer(asker, type::Overloaded{{"overloaded", "too many requests over the session", {}, {}}}), true;
        ++asks_;
        self_->request(std::move(message), to, std::chrono::microseconds(std::min(header_.within, longest)),
                       [this, asker](Object&, Any value) {
                           --asks_;
                           answer(asker, std::move(value));
                       });
        return true;
    }
    self_->shard().send(std::move(message), to, std::move(from), 0);
    return true;
}

void Proxy::answer(std::int64_t asker, Any value) {
    if (state_ == State::open) send(Address(asker), std::move(value), crossing_.target, 0);
}

bool Proxy::relay(const Frame& frame, const Address& to, Address from) {
    if (!issued_.take(to) || (comes_home(header_.from.view()) && from != crossing_.target && !issued_.knows(from)))
        return forged();
    if (!read_addresses(frame.book)) return false;
    Relayed relayed{to, std::move(from), std::move(book_), std::string(frame.body), header_.tunnel, 0};
    book_ = {};
    if (header_.within > 0) relayed.deadline = self_->shard().after(std::chrono::microseconds(header_.within));
    self_->shard().send(Any(std::move(relayed)), Address(to.id()), {}, 0);
    return true;
}

} // namespace layer_cake::net

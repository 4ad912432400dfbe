#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/binary.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/net/proxy.hpp>

/// What goes out over a session.
namespace layer_cake::net {

void Proxy::refuse(Any message, const Address& to, Address from, Any reason, object::Notice::What what) {
    self_->shard().refuse(std::move(message), to.through(crossing_.proxy), std::move(from), std::move(reason), what);
}

void Proxy::send(const Address& to, Any message, const Address& from, std::int64_t deadline) {
    using object::Notice;
    if (state_ != State::open)
        return refuse(std::move(message), to, from, type::Faulted{"disconnected", "the session is over", {}, {}},
                      Notice::What::dead_letter);
    if (stream_->unsent() >= options_.queue_bytes)
        return refuse(std::move(message), to, from,
                      type::Overloaded{{"overloaded", "too much waits to be sent over the session", {}, {}}},
                      Notice::What::overflow);
    if (secure_ != Secure::off && secure_ != Secure::on) return hold(to, std::move(message), from, deadline);
    write(to, std::move(message), from, deadline);
}

void Proxy::write(const Address& to, Any message, const Address& from, std::int64_t deadline) {
    std::string problem;
    if (write_message(to, message, from, deadline, problem)) return;
    self_->warning(fmt::format("cannot send a {}: {}", message.signature(), problem));
    refuse(std::move(message), to, from, type::Faulted{"cannot send", problem, {}, {}},
           object::Notice::What::dead_letter);
}

bool Proxy::write_message(const Address& to, const Any& message, const Address& from, std::int64_t deadline,
                          std::string& problem) {
    auto& out = stream_->out();
    const auto* block = message.get<type::Block>();
    const auto* agreed = is_ours_ && !block ? agreement_on(message, to) : nullptr;
    builder_->begin(encrypting_ ? Cipher::overhead : 0);
    problem = "an address of too many numbers";
    if (!fill_header(to, from, deadline)) return builder_->take_back(), false;
    out_header_.tunnel = block != nullptr;
    if (agreed)
        write_binary_header(out, out_header_, agreed->number);
    else
        write_header(out, out_header_);
    builder_->end_header();
    if (!book_.empty()) book_.entries().clear();
    Result<void> written;
    if (block)
        out.put({reinterpret_cast<const char*>(block->data()), block->size()});
    else if (agreed)
        written = codec::write_binary(out, *message.info(), message.value(), {.book = &book_});
    else
        written = codec::write_json(out, type::info_of<Any>(), &message, {.book = &book_});
    builder_->end_body();
    if (!written) return builder_->take_back(), problem = std::move(written).error().detail, false;
    if (!(agreed && book_.empty()) && !write_book(book_)) return builder_->take_back(), false;
    return end_frame(problem);
}

bool Proxy::fill_header(const Address& to, const Address& from, std::int64_t deadline) {
    out_header_.to = destination_to_wire(to, crossing_);
    // Nobody would arrive as the default target: a number that leads nowhere.
    const auto nowhere = Address(object::Id::control(self_->shard().number()).number);
    out_header_.from = to_wire(from ? from : nowhere, crossing_);
    if (out_header_.to.empty() || out_header_.from.empty()) return false;
    out_header_.ours = !announced_;
    out_header_.within = 0;
    if (deadline != 0 && is_ours_) out_header_.within = std::max<std::int64_t>(1, (deadline - now()) / 1000);
    if (from && !comes_home(out_header_.from.view())) issued_.add(from, deadline, deadline != 0 ? now() : 0);
    return true;
}

bool Proxy::write_book(const codec::AddressBook& book) {
    auto& out = stream_->out();
    begin_book(out);
    bool first = true;
    for (const auto& entry : book.entries()) {
        const auto numbers = to_wire(entry.address, crossing_);
        if (numbers.empty()) return false;
        if (entry.address && !comes_home(numbers.view())) issued_.add(entry.address, 0, now());
        write_book_entry(out, first, entry.key, numbers);
        first = false;
    }
    end_book(out);
    return true;
}

bool Proxy::end_frame(std::string& problem) {
    const bool fits = builder_->sizes().total <= FrameSizes::most;
    if (fits && encrypting_) cipher_->seal(builder_->content(), builder_->content_size());
    if (!fits || !builder_->end()) {
        builder_->take_back();
        problem = "it is larger than a frame may be (1 MiB)";
        return false;
    }
    // What a handshake says is not protected: who we are is said again behind it.
    if (secure_ == Secure::off || secure_ == Secure::on) announced_ = true;
    call_after_turn(self_->shard());
    return true;
}

void Proxy::on(Object& self, Relayed& relayed) {
    self.take_asker();
    if (state_ != State::open || stream_->unsent() >= options_.queue_bytes ||
        (secure_ != Secure::off && secure_ != Secure::on))
        return self.shard().note(object::Notice::What::dropped, &self, nullptr);
    builder_->begin(encrypting_ ? Cipher::overhead : 0);
    if (!fill_header(relayed.to.at_far_end(), relayed.from, relayed.deadline)) return builder_->take_back();
    out_header_.tunnel = relayed.tunnel;
    write_header(stream_->out(), out_header_);
    builder_->end_header();
    stream_->out().put(relayed.body);
    builder_->end_body();
    if (!write_book(relayed.book)) return builder_->take_back();
    std::string problem;
    end_frame(problem);
}

} // namespace layer_cake::net

#include <fmt/format.h>
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
    const auto* block = message.get<type::Block>();
    std::string problem = "an address of too many numbers";
    bool written = begin_frame(to, from, block != nullptr, deadline);
    if (written) {
        book_.entries().clear();
        if (block)
            stream_->out().put({reinterpret_cast<const char*>(block->data()), block->size()});
        else
            written = write_body(message, problem);
        builder_->end_body();
    }
    if (written && !write_book(book_)) written = false;
    if (!written)
        builder_->take_back();
    else if (!builder_->end())
        written = false, problem = "it is larger than a frame may be (1 MiB)";
    if (!written) {
        self_->warning(fmt::format("cannot send a {}: {}", message.signature(), problem));
        return refuse(std::move(message), to, from, type::Faulted{"cannot send", problem, {}, {}},
                      Notice::What::dead_letter);
    }
    sent();
}

bool Proxy::begin_frame(const Address& to, const Address& from, bool tunnel, std::int64_t deadline) {
    builder_->begin();
    header_.to = destination_to_wire(to, crossing_);
    // Nobody would arrive as the default target: a number that leads nowhere.
    const auto nowhere = Address(object::Id::control(self_->shard().number()).number);
    header_.from = to_wire(from ? from : nowhere, crossing_);
    if (header_.to.empty() || header_.from.empty()) return false;
    header_.tunnel = tunnel;
    header_.ours = !announced_;
    header_.within = 0;
    if (deadline != 0 && is_ours_) header_.within = std::max<std::int64_t>(1, (deadline - now()) / 1000);
    if (from && !comes_home(header_.from.view())) issued_.add(from, deadline, now());
    write_header(stream_->out(), header_);
    builder_->end_header();
    return true;
}

bool Proxy::write_body(Any& message, std::string& problem) {
    const auto written = codec::write_json(stream_->out(), type::info_of<Any>(), &message, {.book = &book_});
    if (!written) problem = written.error().detail;
    return written.has_value();
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

void Proxy::sent() {
    announced_ = true;
    call_after_turn(self_->shard());
}

void Proxy::on(Object& self, Relayed& relayed) {
    self.take_asker();
    if (state_ != State::open || stream_->unsent() >= options_.queue_bytes)
        return self.shard().note(object::Notice::What::dropped, &self, nullptr);
    if (!begin_frame(relayed.to.at_far_end(), relayed.from, relayed.tunnel, relayed.deadline))
        return builder_->take_back();
    stream_->out().put(relayed.body);
    builder_->end_body();
    if (!write_book(relayed.book)) return builder_->take_back();
    if (builder_->end()) sent();
}

} // namespace layer_cake::net

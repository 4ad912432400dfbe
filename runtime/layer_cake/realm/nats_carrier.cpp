#include <array>
#include <fmt/format.h>
#include <layer_cake/realm/nats_carrier.hpp>
#include <layer_cake/realm/nats_work.hpp>
#include <sodium.h>

namespace layer_cake::realm {

NatsCarrier::NatsCarrier(NatsOptions options) : work_(std::make_shared<NatsWork>(std::move(options))) {}

NatsCarrier::~NatsCarrier() {
    work_->end();
}

void NatsCarrier::open(Sink sink) {
    work_->start(std::move(sink));
}

WatchId NatsCarrier::watch(std::string subject, std::string share) {
    work_->give(NatsWork::Watch{++last_watch_, std::move(subject), std::move(share)});
    return last_watch_;
}

void NatsCarrier::unwatch(WatchId watch) {
    work_->give(NatsWork::Unwatch{watch});
}

Result<void> NatsCarrier::publish_from(std::string& bytes, std::string_view subject, std::string_view reply_to) {
    if (!is_nats_subject(subject) || (!reply_to.empty() && !is_nats_subject(reply_to)))
        return fail(Fault::invalid, "that is no subject to publish to");
    if (bytes.size() > longest())
        return fail(Fault::invalid, fmt::format("{} bytes are more than the NATS server takes", bytes.size()));
    NatsWork::Publish message{std::string(subject), std::string(reply_to), std::move(bytes), {}};
    auto published = work_->publish(message);
    if (!published) bytes = std::move(message.bytes);
    return published;
}

Result<void> NatsCarrier::publish_error(std::string_view subject, int code, std::string_view text,
                                        std::string_view bytes) {
    constexpr std::size_t head = 2'048; // of the two lines
    if (!is_nats_subject(subject)) return fail(Fault::invalid, "that is no subject to publish to");
    if (bytes.size() + head > longest()) bytes = {};
    // A header is a line.
    std::string line(text.substr(0, 1'024));
    for (auto& c : line)
        if (static_cast<unsigned char>(c) < ' ' || c == 127) c = ' ';
    NatsWork::Publish message{std::string(subject), {}, std::string(bytes), std::pair{code, std::move(line)}};
    return work_->publish(message);
}

std::string NatsCarrier::inbox() const {
    [[maybe_unused]] static const int ready = sodium_init();
    std::array<unsigned char, 12> random{};
    ::randombytes_buf(random.data(), random.size());
    std::string text = work_->options().inbox + '.';
    for (const auto byte : random)
        text += fmt::format("{:02x}", byte);
    return text;
}

std::size_t NatsCarrier::longest() const {
    return work_->longest();
}

CarrierState NatsCarrier::state() const {
    return work_->state();
}

} // namespace layer_cake::realm

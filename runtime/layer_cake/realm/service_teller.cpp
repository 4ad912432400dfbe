#include <layer_cake/realm/service_teller.hpp>

namespace layer_cake::realm {

ServiceTeller::ServiceTeller(Switchboard& board, std::function<NatsService()> look)
    : board_(board), look_(std::move(look)) {
    for (auto& subject : look_().subjects())
        watches_.push_back(board_.watch(std::move(subject), [this](Carried& message) {
            if (message.reply_to.empty()) return;
            if (const auto answer = look_().answer(message.subject)) (void)board_.publish(message.reply_to, *answer);
        }));
}

ServiceTeller::~ServiceTeller() {
    for (const auto watch : watches_)
        board_.unwatch(watch);
}

} // namespace layer_cake::realm

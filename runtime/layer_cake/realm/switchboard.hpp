#pragma once

#include <functional>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/realm/carrier.hpp>
#include <memory>
#include <unordered_map>
#include <vector>

namespace layer_cake::realm {

/// One carrier for all on a loop's thread that have to do with it: each message goes to who watches its subject.
///
/// All of it belongs to the loop's thread; what the carrier says comes there in the order it was said. What comes in
/// faster than it is taken is thrown away beyond `most_bytes`, and everybody hears of it as a CarrierLoss.
class Switchboard {
public:
    using Handler = std::function<void(Carried& message)>;
    using News = std::function<void(const CarrierEvent& event)>; ///< CarrierUp, CarrierDown or CarrierLoss

    static constexpr std::size_t most_bytes = 64u << 20;

    Switchboard(Loop& loop, std::unique_ptr<Carrier> carrier);
    ~Switchboard();
    Switchboard(const Switchboard&) = delete;
    Switchboard& operator=(const Switchboard&) = delete;

    /// Called for every change of the connection from now on.
    void listen(News news) { news_.push_back(std::move(news)); }
    /// Begins to connect. Once, when those who have to hear of it are listening.
    void open();

    /// The handler may watch and unwatch, also itself.
    WatchId watch(std::string subject, Handler handler, std::string share = {});
    void unwatch(WatchId watch);
    Result<void> publish(std::string_view subject, std::string_view bytes, std::string_view reply_to = {}) {
        return carrier_->publish(subject, bytes, reply_to);
    }
    Result<void> publish_from(std::string& bytes, std::string_view subject) {
        return carrier_->publish_from(bytes, subject);
    }
    std::string inbox() const { return carrier_->inbox(); }
    std::size_t longest() const { return carrier_->longest(); }
    CarrierState state() const { return carrier_->state(); }
    bool is_up() const { return is_up_; }

private:
    struct Inbox; ///< what other threads have put there
    void deliver();

    Loop& loop_;
    std::shared_ptr<Inbox> inbox_;
    std::unique_ptr<Carrier> carrier_;
    std::vector<News> news_;
    std::unordered_map<WatchId, std::shared_ptr<Handler>> handlers_;
    bool is_up_ = false;
};

} // namespace layer_cake::realm

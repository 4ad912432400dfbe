#include <layer_cake/supervise/records.hpp>

namespace layer_cake::supervise {
namespace {

constexpr Duration retry_after = std::chrono::seconds(1);

} // namespace

void Records::add(Event event) {
    if (kept_.size() == most) kept_.erase(kept_.begin());
    kept_.push_back(std::move(event));
    if (write()) return;
    if (!retry_) retry_ = std::make_unique<Timer>(loop_);
    if (retry_->pending()) return;
    retry_->repeat(retry_after, [this] {
        if (write()) retry_->cancel();
    });
}

bool Records::write() {
    if (kept_.empty()) return true;
    auto history = history_(whole_);
    while (!kept_.empty()) {
        const auto& [when, pid, ended] = kept_.front();
        const auto written = ended ? history.ended(when, pid, *ended) : history.started(when, pid);
        whole_ = written.has_value();
        // What is no file of ours (a link, a folder) will not become one by waiting.
        if (!written && written.error().fault == Fault::system) return false;
        kept_.erase(kept_.begin());
    }
    return true;
}

} // namespace layer_cake::supervise

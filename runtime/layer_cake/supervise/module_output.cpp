#include <algorithm>
#include <layer_cake/supervise/module_output.hpp>
#include <utility>

namespace layer_cake::supervise {
namespace {

constexpr std::string_view value_head = R"({"value":)";

} // namespace

void ModuleOutput::take(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto end = std::min(bytes.find('\n'), bytes.size());
        const bool whole = end < bytes.size();
        const auto part = bytes.substr(0, whole ? end + 1 : end);
        bytes.remove_prefix(part.size());
        if (within_line_) {
            pipe_.pass_on(part);
            within_line_ = !whole;
            continue;
        }
        line_ += part;
        if (whole) {
            line(std::exchange(line_, {}));
        } else if (line_.size() > value_limit || !value_head.starts_with(line_.substr(0, value_head.size()))) {
            pipe_.pass_on(std::exchange(line_, {}));
            within_line_ = true;
        }
    }
}

void ModuleOutput::line(std::string_view text) {
    if (!text.starts_with(value_head) || text.size() > value_limit) return pipe_.pass_on(text);
    pipe_.pass_on(value_); // one that was followed by another was none
    value_ = text;
}

std::string ModuleOutput::finish() {
    pipe_.drain();
    if (!line_.empty()) line(std::exchange(line_, {}));
    pipe_.finish();
    while (value_.ends_with('\n') || value_.ends_with('\r'))
        value_.pop_back();
    return std::exchange(value_, {});
}

} // namespace layer_cake::supervise

#include <cli/load/request_texts.hpp>
#include <fmt/format.h>
#include <iterator>
#include <layer_cake/net/http_text.hpp>

namespace layer_cake::cli::load {

RequestTexts::RequestTexts(const Plan& plan)
    : endpoint_(plan.target.endpoint),
      sized_(plan.xy > 0),
      posted_(sized_ && plan.method == "POST"),
      keep_(!plan.close) {
    request_.method = plan.method;
    request_.target = plan.target.path;
    request_.headers = plan.headers;
    request_.body = plan.body;
    const auto give = [this](std::string_view name, const char* value) {
        if (!request_.header(name)) request_.headers.emplace_back(name, value);
    };
    give("User-Agent", "layer-cake-load");
    give("Accept", "*/*");
    if (posted_ || (!plan.body.empty() && (plan.body.front() == '{' || plan.body.front() == '[')))
        give("Content-Type", "application/json");
    constexpr std::string_view mark = "@size@";
    if (sized_ && !posted_)
        request_.target.append(request_.target.find('?') == std::string::npos ? "?" : "&").append(mark);
    text_ = net::request_text(endpoint_, request_, keep_);
    if (sized_ && !posted_) {
        const auto at = text_.find(mark);
        before_ = text_.substr(0, at);
        after_ = text_.substr(at + mark.size());
    }
}

std::string_view RequestTexts::text(TableSize size) {
    if (posted_) {
        request_.body = fmt::format("{{\"value\":{{\"x\":{},\"y\":{}}}}}", size.x, size.y);
        text_ = net::request_text(endpoint_, request_, keep_);
    } else if (sized_) {
        text_ = before_;
        fmt::format_to(std::back_inserter(text_), "x={}&y={}", size.x, size.y);
        text_ += after_;
    }
    return text_;
}

} // namespace layer_cake::cli::load

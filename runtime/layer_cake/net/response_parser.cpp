#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/net/response_parser.hpp>
#include <utility>

namespace layer_cake::net {
namespace {

ResponseParser& self(llhttp_t* parser) {
    return *static_cast<ResponseParser*>(parser->data);
}

void trim_end(std::string& text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.pop_back();
}

} // namespace

const llhttp_settings_t& ResponseParser::settings() {
    static const llhttp_settings_t table = [] {
        llhttp_settings_t set;
        llhttp_settings_init(&set);
        set.on_message_begin = [](llhttp_t* parser) {
            auto& response = self(parser).response_;
            response.status = 200;
            response.headers.clear();
            response.body.clear();
            return 0;
        };
        set.on_status = [](llhttp_t* parser, const char*, size_t size) {
            return self(parser).grow_head(size) ? 0 : -1;
        };
        set.on_header_field = [](llhttp_t* parser, const char* at, size_t size) {
            auto& it = self(parser);
            if (!it.grow_head(size + 1)) return -1;
            if (it.headed_ || !it.headers_kept_) return 0; // trailers are read over
            if (std::exchange(it.value_begun_, false)) it.response_.headers.emplace_back();
            it.response_.headers.back().first.append(at, size);
            return 0;
        };
        set.on_header_value = [](llhttp_t* parser, const char* at, size_t size) {
            auto& it = self(parser);
            if (!it.grow_head(size + 1)) return -1;
            if (it.headed_ || !it.headers_kept_) return 0;
            it.value_begun_ = true;
            it.response_.headers.back().second.append(at, size);
            return 0;
        };
        set.on_headers_complete = [](llhttp_t* parser) {
            auto& it = self(parser);
            parser->upgrade = 0;
            it.value_begun_ = true;
            it.response_.status = parser->status_code;
            for (auto& header : it.response_.headers)
                trim_end(header.second);
            it.headed_ = parser->status_code / 100 != 1;
            return it.to_head_ ? 1 : 0;
        };
        set.on_body = [](llhttp_t* parser, const char* at, size_t size) {
            auto& it = self(parser);
            auto& body = it.response_.body;
            it.body_size_ += size;
            body.append(at, std::min(size, it.body_limit_ - std::min(it.body_limit_, body.size())));
            return 0;
        };
        set.on_message_complete = [](llhttp_t* parser) -> int {
            auto& it = self(parser);
            if (!it.headed_) return 0; // interim: the answer follows
            it.complete_ = true;
            it.keep_alive_ = llhttp_should_keep_alive(parser) != 0;
            return HPE_PAUSED;
        };
        return set;
    }();
    return table;
}

void ResponseParser::init() {
    llhttp_init(&parser_, HTTP_RESPONSE, &settings());
    parser_.data = this;
}

void ResponseParser::again(bool to_head) {
    init();
    to_head_ = to_head;
    head_size_ = body_size_ = 0;
    headed_ = complete_ = begun_ = keep_alive_ = more_ = has_length_ = false;
    value_begun_ = true;
}

Result<void> ResponseParser::feed(std::string_view bytes) {
    if (complete_) { // what follows the answer is nobody's
        more_ = more_ || !bytes.empty();
        return ok();
    }
    begun_ = true;
    const auto error = llhttp_execute(&parser_, bytes.data(), bytes.size());
    if (complete_) more_ = error == HPE_PAUSED && llhttp_get_error_pos(&parser_) != bytes.data() + bytes.size();
    if (complete_ || error == HPE_OK) return ok();
    const char* reason = llhttp_get_error_reason(&parser_);
    return fail(Fault::invalid,
                fmt::format("the answer is not HTTP/1.1: {}", reason && *reason ? reason : "its head is too long"));
}

Result<void> ResponseParser::finish() {
    if (!complete_ && headed_) llhttp_finish(&parser_);
    if (complete_) return ok();
    return fail(Fault::disconnected, headed_ ? "the connection closed in the middle of the answer"
                                             : "the connection closed without an answer");
}

} // namespace layer_cake::net

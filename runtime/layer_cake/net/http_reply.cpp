#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/net/http_reply.hpp>
#include <layer_cake/type/retry_after.hpp>

namespace layer_cake::net {
namespace {

constexpr std::string_view json = "application/json";

/// Encodes a value as the body.
Result<void> write(const type::Any& value, HttpForm form, codec::TextBuffer& out) {
    out.clear();
    if (form == HttpForm::typed) return codec::write_json(out, type::info_of<type::Any>(), &value);
    // A bare null is sent as Anything.
    if (const auto* anything = value.get<type::Anything>()) {
        if (anything->thing) return write(anything->thing, form, out);
        out.put("null");
        return ok();
    }
    codec::JsonWriting how;
    how.wrap = codec::Wrap::none;
    return codec::write_json(out, *value.info(), value.value(), how);
}

Rendered render_json(const type::Any& value, int status, HttpForm form, codec::TextBuffer& scratch) {
    Rendered answer;
    answer.status = status;
    answer.content_type = json;
    if (auto written = write(value, form, scratch); !written) {
        answer.status = 500;
        const type::Any fault = type::Faulted{"cannot encode the answer", written.error().detail, 500, {}};
        (void)write(fault, form, scratch);
    }
    answer.body = scratch.view();
    return answer;
}

int status_of(const type::Any& value, const type::Faulted& fault) {
    if (fault.error_code && *fault.error_code >= 200 && *fault.error_code <= 599)
        return static_cast<int>(*fault.error_code);
    if (value.is<type::Busy>() || value.is<type::Overloaded>() || value.is<type::TemporarilyUnavailable>() ||
        value.is<type::OutOfService>())
        return 503;
    return value.is<type::TimedOut>() ? 504 : 500;
}

void put_number(std::string& out, std::size_t number) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, end);
}

/// Names and values of a program's own are kept to their line.
void put_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        out += (byte < 0x20 && c != '\t') || byte == 0x7f ? ' ' : c;
    }
    out += "\r\n";
}

bool is_ours(std::string_view name) {
    for (const std::string_view own : {"Content-Length", "Transfer-Encoding", "Connection", "Date"})
        if (same_word(name, own)) return true;
    return false;
}

} // namespace

Rendered render(const type::Any& value, HttpForm form, codec::TextBuffer& scratch) {
    if (const auto* response = value.get<ResponseMessage>()) {
        Rendered answer;
        answer.status = static_cast<int>(response->status_code);
        if (response->status_code < 200 || response->status_code > 599) answer.status = 500;
        if (response->reason_phrase != "OK" || answer.status == 200) answer.phrase = response->reason_phrase;
        answer.headers = &response->header;
        answer.body = body_text(response->body);
        return answer;
    }
    const auto* fault = type::as_fault(value);
    if (!fault) return render_json(value, 200, form, scratch);
    auto answer = render_json(value, status_of(value, *fault), form, scratch);
    if (answer.status == 503 && !value.is<type::OutOfService>()) {
        const auto time = type::retry_after(*fault).value_or(std::chrono::seconds(1));
        answer.retry_after =
            static_cast<unsigned>(std::max<std::int64_t>(std::chrono::ceil<std::chrono::seconds>(time).count(), 1));
    }
    return answer;
}

Rendered render_refusal(const Mapped& refusal, std::string_view target, HttpForm form, codec::TextBuffer& scratch) {
    constexpr std::size_t most_shown = 200;
    const type::Any fault = type::Faulted{fmt::format("cannot recover request \"{}\"", target.substr(0, most_shown)),
                                          refusal.explanation,
                                          refusal.status,
                                          {}};
    auto answer = render_json(fault, refusal.status, form, scratch);
    answer.allow = refusal.allow;
    return answer;
}

HttpForm form_of(const RequestView& request, HttpForm usual) {
    const auto* accept = request.header("Accept");
    if (!accept || accept->find("form=") == std::string_view::npos) return usual;
    if (accept->find("form=plain") != std::string_view::npos) return HttpForm::plain;
    if (accept->find("form=typed") != std::string_view::npos) return HttpForm::typed;
    return usual;
}

void append_rendered(std::string& out, const Rendered& answer, const ReplyHead& head) {
    if (answer.status == 200 && (answer.phrase.empty() || answer.phrase == "OK")) {
        out += "HTTP/1.1 200 OK\r\n";
    } else {
        out += "HTTP/1.1 ";
        put_number(out, static_cast<std::size_t>(answer.status));
        out += ' ';
        const auto phrase = answer.phrase.empty() ? status_phrase(answer.status) : std::string_view(answer.phrase);
        for (const char c : phrase.substr(0, head.python_client ? short_phrase : phrase.npos))
            out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
        out += "\r\n";
    }
    out.append("Date: ").append(head.date).append("\r\nServer: layer-cake\r\n");
    if (!answer.content_type.empty()) out.append("Content-Type: ").append(answer.content_type).append("\r\n");
    if (!answer.allow.empty()) out.append("Allow: ").append(answer.allow).append("\r\n");
    if (answer.retry_after) {
        out += "Retry-After: ";
        put_number(out, answer.retry_after);
        out += "\r\n";
    }
    if (answer.headers)
        for (const auto& [name, value] : *answer.headers)
            if (is_token(name) && !is_ours(name)) put_header(out, name, value);
    const bool has_body = answer.status != 204 && answer.status != 304;
    if (has_body) {
        out += "Content-Length: ";
        put_number(out, answer.body.size());
        out += "\r\n";
    }
    if (!head.keep_alive)
        out += "Connection: close\r\n";
    else if (head.old_client)
        out += "Connection: keep-alive\r\n";
    out += "\r\n";
    if (has_body && !head.to_head) out += answer.body;
}

} // namespace layer_cake::net

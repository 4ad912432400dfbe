#include <algorithm>
#include <fmt/format.h>
#include <istream>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/codec/yaml_events.hpp>
#include <layer_cake/codec/yaml_text_check.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/utf8.hpp>
#include <streambuf>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace layer_cake::codec {
namespace {

Mark place_of(const YAML::Mark& mark) {
    if (mark.is_null()) return {};
    return {static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1)};
}

/// Reads memory in place; std::istringstream would copy it.
class Memory final : public std::streambuf {
public:
    explicit Memory(std::string_view text) {
        char* start = const_cast<char*>(text.data()); // a get area is never written to
        setg(start, start, start + text.size());
    }
};

/// The parser turns the escapes `\N` and `\_` into one byte each, which is no UTF-8.
std::string mended(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto size = first_code_point(text).size;
        if (size == 0) out += '\xc2';
        out += text.substr(0, std::max<std::size_t>(size, 1));
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return out;
}

/// Passes the parser's events on, each judged at once: a wrong one ends the parse.
class Listener final : public YAML::EventHandler {
public:
    explicit Listener(yaml::Events& events) : events_(events) {}

    void OnDocumentStart(const YAML::Mark& mark) override { events_.start_document(place_of(mark)); }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { events_.null(place_of(mark), anchor); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override { events_.alias(place_of(mark), anchor); }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        if (valid_utf8_prefix(value) == value.size())
            events_.scalar(place_of(mark), tag, anchor, value);
        else
            events_.scalar(place_of(mark), tag, anchor, mended(value));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        events_.start(yaml::Event::Kind::sequence, place_of(mark), tag, anchor);
    }
    void OnSequenceEnd() override { events_.end(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        events_.start(yaml::Event::Kind::mapping, place_of(mark), tag, anchor);
    }
    void OnMapEnd() override { events_.end(); }

private:
    yaml::Events& events_;
};

/// A hint for the most common cause, which the parser does not know: a tab among the spaces a line begins with.
std::string_view hint(std::string_view text, Mark at) {
    for (std::uint32_t line = 1; line < at.line && !text.empty(); ++line)
        text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    const auto content = text.find_first_not_of(" \t");
    const bool tab = text.substr(0, content).find('\t') != std::string_view::npos;
    return tab && at.line != 0 ? " (the line is indented with a tab: use spaces)" : "";
}

Value parse(std::string_view text) {
    Memory memory(text);
    std::istream stream(&memory);
    YAML::Parser parser(stream);
    yaml::Events events;
    Listener listener(events);
    while (parser.HandleNextDocument(listener)) {
    }
    return events.value();
}

} // namespace

Result<Value> parse_yaml(std::string_view text, std::string_view name) {
    if (text.substr(0, 3) == "\xef\xbb\xbf") text.remove_prefix(3);
    if (auto checked = check_yaml_text(text, name); !checked) return fail(std::move(checked).error());
    const auto wrong = [&](Mark at, std::string_view rule) {
        if (at.line == 0) return fail(Fault::invalid, fmt::format("{}: {}", name, rule));
        return fail(Fault::invalid, fmt::format("{}:{}:{}: {}", name, at.line, at.column, rule));
    };
    try {
        auto value = parse(text);
        // The parser misses that a quote is not closed when it is the very last character; with a comment behind it
        // sees.
        if (!text.empty() && (text.back() == '\'' || text.back() == '"')) parse(std::string(text).append("\n#"));
        return value;
    } catch (const yaml::Refused& refused) {
        return wrong(refused.at, refused.rule);
    } catch (const YAML::Exception& error) {
        const auto at = place_of(error.mark);
        return wrong(at, terminal_safe(error.msg).append(hint(text, at)));
    } catch (const std::exception& error) {
        return wrong({}, terminal_safe(error.what()));
    }
}

} // namespace layer_cake::codec

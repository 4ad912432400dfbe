#include <algorithm>
#include <array>
#include <cli/log_printer.hpp>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>
#include <ostream>

namespace layer_cake::cli {
namespace {

constexpr std::array name_colours{Colour::cyan, Colour::yellow, Colour::green, Colour::magenta, Colour::blue};

char mark_of(home::Stream stream) {
    switch (stream) {
    case home::Stream::out:
        return '|';
    case home::Stream::err:
        return '!';
    case home::Stream::note:
        return '=';
    }
    return '|';
}

/// Most lines are printable ASCII: those need no second look.
bool plainly_safe(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return (c >= ' ' && c < 0x7f) || c == '\t'; });
}

} // namespace

std::string_view stream_name(home::Stream stream) {
    switch (stream) {
    case home::Stream::out:
        return "stdout";
    case home::Stream::err:
        return "stderr";
    case home::Stream::note:
        return "note";
    }
    return "stdout";
}

LogPrinter::LogPrinter(std::ostream& out, const std::vector<std::string>& names, LogStyle style)
    : out_(out), style_(style) {
    std::size_t width = 0;
    for (const auto& name : names)
        width = std::max(width, display_width(name));
    std::size_t turn = 0;
    for (const auto& name : names) {
        const std::string padded = name + std::string(width - display_width(name), ' ');
        columns_.insert_or_assign(name, paint(padded, name_colours[turn++ % name_colours.size()], style_.colour));
    }
}

void LogPrinter::print(std::string_view role, const home::LogLine& line) {
    if (style_.json) return print_json(role, line);
    text_.clear();
    const bool goes_on = open_ && line.continued && open_role_ == role && open_stream_ == line.stream;
    if (open_ && !goes_on && !style_.raw) text_ += '\n';
    if (!style_.raw && !goes_on) {
        if (style_.times) append_time(line.time);
        if (style_.names) {
            auto column = columns_.find(role);
            text_.append(column != columns_.end() ? std::string_view(column->second) : role);
            text_ += ' ';
        }
        if (style_.times || style_.names) {
            text_ += mark_of(line.stream);
            text_ += ' ';
        }
    }
    if (style_.safe && !style_.raw && !plainly_safe(line.text))
        text_ += terminal_safe(line.text);
    else
        text_ += line.text;
    open_ = line.partial;
    if (open_) {
        open_role_ = role;
        open_stream_ = line.stream;
    } else {
        text_ += '\n';
    }
    out_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
}

void LogPrinter::finish() {
    if (open_ && !style_.raw && !style_.json) out_ << '\n';
    open_ = false;
}

void LogPrinter::append_time(WallTime time) {
    const auto moment = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
    if (moment != time_of_text_) {
        time_of_text_ = moment;
        time_text_ = style_.local ? format_local_time(time) : format_time(time);
        if (!time_text_.empty() && time_text_.back() == 'Z') time_text_.pop_back();
        time_text_ += ' ';
    }
    text_ += time_text_;
}

void LogPrinter::print_json(std::string_view role, const home::LogLine& line) {
    text_ = "{\"time\":";
    codec::append_json_string(text_, format_time(line.time, 6));
    text_ += ",\"role\":";
    codec::append_json_string(text_, role);
    text_ += ",\"stream\":";
    codec::append_json_string(text_, stream_name(line.stream));
    text_ += ",\"text\":";
    codec::append_json_string(text_, line.text);
    text_ += line.partial ? ",\"partial\":true}\n" : ",\"partial\":false}\n";
    out_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
}

} // namespace layer_cake::cli

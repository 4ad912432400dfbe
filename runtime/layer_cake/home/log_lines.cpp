#include <algorithm>
#include <layer_cake/home/log_lines.hpp>

namespace layer_cake::home {

void LineAssembler::give(Stream stream, Open& open, bool partial) {
    ready.push_back({open.time, stream, partial, open.continued, std::move(open.text)});
    ++given;
    open.text.clear();
    open.begun = false;
    open.continued = partial;
}

void LineAssembler::data(Stream stream, WallTime time, std::string_view bytes) {
    Open& open = open_[stream == Stream::err];
    while (!bytes.empty()) {
        const auto newline = bytes.find('\n');
        const bool whole = newline != std::string_view::npos;
        auto part = bytes.substr(0, newline);
        bytes.remove_prefix(whole ? newline + 1 : bytes.size());
        if (open.skipping) {
            if (!whole) return;
            open.skipping = false;
            ++skipped;
            skipped_at = given;
            continue;
        }
        if (!open.begun) open.time = time;
        open.begun = true;
        while (open.text.size() + part.size() > piece) {
            const auto size = piece - open.text.size();
            open.text.append(part.substr(0, size));
            part.remove_prefix(size);
            give(stream, open, true);
            open.begun = true;
            open.time = time;
        }
        open.text.append(part);
        if (whole) give(stream, open, false);
    }
}

void LineAssembler::end_line(Stream stream) {
    Open& open = open_[stream == Stream::err];
    if (!open.text.empty()) give(stream, open, true);
    open = {};
}

void LineAssembler::end_lines() {
    end_line(Stream::out);
    end_line(Stream::err);
}

void LineAssembler::note(WallTime time, std::string_view text) {
    ready.push_back({time, Stream::note, false, false, std::string(text)});
    ++given;
}

void LineAssembler::flush() {
    for (auto stream : {Stream::out, Stream::err}) {
        Open& open = open_[stream == Stream::err];
        if (!open.text.empty()) give(stream, open, true);
    }
}

void LineAssembler::skip_line(Stream stream) {
    Open& open = open_[stream == Stream::err];
    open = {};
    open.skipping = true;
}

bool LineAssembler::within_line(Stream stream) const {
    const Open& open = open_[stream == Stream::err];
    return open.begun || open.continued || open.skipping;
}

void LineAssembler::reset() {
    *this = {};
}

} // namespace layer_cake::home

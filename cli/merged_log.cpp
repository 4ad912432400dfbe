#include <cli/merged_log.hpp>
#include <ostream>

namespace layer_cake::cli {

MergedLog::MergedLog(Loop& loop, const home::Paths& paths, std::ostream& out, const std::vector<std::string>& names,
                     LogStyle style, WallTime from)
    : loop_(loop),
      out_(out),
      printer_(out, names, style),
      follower_(loop, [this](const std::string& role, const home::LogLine& line) { print(role, line); }) {
    for (const auto& name : names) {
        home::LogReader reader(paths.logs(name));
        reader.seek(from);
        (void)follower_.add(
            name, std::move(reader)); // without a watch its lines come with those of the others, or at the end
    }
}

void MergedLog::print(const std::string& role, const home::LogLine& line) {
    printer_.print(role, line);
    if (flushing_) return;
    flushing_ = true;
    loop_.defer([this] {
        flushing_ = false;
        out_.flush();
    });
}

void MergedLog::drain() {
    follower_.drain();
    printer_.finish();
    out_.flush();
}

} // namespace layer_cake::cli

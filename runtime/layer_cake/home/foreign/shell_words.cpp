#include <layer_cake/home/foreign/shell_words.hpp>

namespace layer_cake::home::foreign {
namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

} // namespace

Result<std::vector<std::string>> shell_words(std::string_view line) {
    std::vector<std::string> words;
    for (std::size_t at = 0; at < line.size();) {
        if (is_blank(line[at])) {
            ++at;
            continue;
        }
        std::string word;
        while (at < line.size() && !is_blank(line[at])) {
            const char c = line[at++];
            if (c == '\\') {
                if (at == line.size()) return fail(Fault::invalid, "a backslash with nothing after it");
                word += line[at++];
            } else if (c == '\'' || c == '"') {
                while (at < line.size() && line[at] != c) {
                    if (c == '"' && line[at] == '\\' && at + 1 < line.size() &&
                        (line[at + 1] == '"' || line[at + 1] == '\\'))
                        ++at;
                    word += line[at++];
                }
                if (at == line.size()) return fail(Fault::invalid, "a quote that is not closed");
                ++at;
            } else {
                word += c;
            }
        }
        words.push_back(std::move(word));
    }
    return words;
}

} // namespace layer_cake::home::foreign

#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/env_file.hpp>

namespace layer_cake::home {
namespace {

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    Result<std::vector<Variable>> read() {
        std::vector<Variable> out;
        if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
        for (;; next_line()) {
            skip_blanks();
            if (at_ >= text_.size()) return out;
            if (text_[at_] == '#' || text_[at_] == '\n' || text_[at_] == '\r') continue;
            if (text_.substr(at_).starts_with("export ")) at_ += 7, skip_blanks();
            const auto line = line_;
            auto name = take_name();
            if (name.empty()) return fail(Fault::invalid, fmt::format("line {} is not NAME=text", line));
            auto text = take_text();
            if (!text)
                return fail(Fault::invalid,
                            fmt::format("line {} has a quote that is not closed, or words after it", line));
            if (text->find('\0') != std::string::npos)
                return fail(Fault::invalid, fmt::format("line {} contains a NUL character", line));
            set_variable(out, name, *text);
            if (out.size() > variable_limit)
                return fail(Fault::invalid, fmt::format("more than {} variables", variable_limit));
        }
    }

private:
    bool more() const { return at_ < text_.size() && text_[at_] != '\n'; }
    void skip_blanks() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t'))
            ++at_;
    }
    void next_line() {
        while (more())
            ++at_;
        ++at_;
        ++line_;
    }

    std::string take_name() {
        const auto begin = at_;
        while (more() && static_cast<unsigned char>(text_[at_]) > ' ' && text_[at_] != '=' && text_[at_] != 0x7f)
            ++at_;
        std::string name(text_.substr(begin, at_ - begin));
        skip_blanks();
        if (!more() || text_[at_] != '=') return {};
        ++at_;
        skip_blanks();
        return name;
    }

    Result<std::string> take_text() {
        if (more() && (text_[at_] == '"' || text_[at_] == '\'')) return take_quoted(text_[at_++]);
        const auto begin = at_;
        auto end = at_;
        while (more() && !(text_[at_] == '#' && (at_ == begin || text_[at_ - 1] == ' ' || text_[at_ - 1] == '\t'))) {
            const char c = text_[at_++];
            if (c != ' ' && c != '\t' && c != '\r') end = at_;
        }
        return std::string(text_.substr(begin, end - begin));
    }

    Result<std::string> take_quoted(char quote) {
        std::string out;
        for (; at_ < text_.size() && text_[at_] != quote; ++at_) {
            if (text_[at_] == '\n') ++line_;
            if (quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size()) {
                const char c = text_[++at_];
                if (c == 'n')
                    out += '\n';
                else if (c == 't')
                    out += '\t';
                else if (c == 'r')
                    out += '\r';
                else if (c == '"' || c == '\\' || c == '$')
                    out += c;
                else
                    out += '\\', out += c;
                if (c == '\n') ++line_;
            } else {
                out += text_[at_];
            }
        }
        if (at_++ >= text_.size()) return fail(Fault::invalid, "");
        skip_blanks();
        if (more() && text_[at_] != '#' && text_[at_] != '\r') return fail(Fault::invalid, "");
        return out;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int line_ = 1;
};

} // namespace

void set_variable(std::vector<Variable>& variables, std::string_view name, std::string_view text) {
    const auto found =
        std::find_if(variables.begin(), variables.end(), [&](const Variable& one) { return one.first == name; });
    if (found != variables.end())
        found->second = text;
    else
        variables.emplace_back(name, text);
}

Result<std::vector<Variable>> parse_env(std::string_view text) {
    return Reader(text).read();
}

Result<std::vector<Variable>> read_env_file(const std::filesystem::path& file) {
    auto text = read_file(file, 1u << 20);
    if (!text) return fail(std::move(text).error());
    auto variables = parse_env(*text);
    if (!variables) return fail(Fault::invalid, fmt::format("{}: {}", file.string(), variables.error().detail));
    return variables;
}

} // namespace layer_cake::home

#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/source_marks.hpp>

namespace layer_cake::home {

std::string Problem::text() const {
    if (file.empty()) return message;
    const auto name = terminal_safe(file);
    return mark.line == 0 ? fmt::format("{}: {}", name, message)
                          : fmt::format("{}:{}:{}: {}", name, mark.line, mark.column, message);
}

std::vector<Problem> by_place(const std::vector<Problem>& problems) {
    auto sorted = problems;
    // The group file comes before what it includes.
    std::vector<std::string_view> files;
    for (const auto& problem : problems)
        if (std::find(files.begin(), files.end(), problem.file) == files.end()) files.push_back(problem.file);
    const auto rank = [&](const Problem& problem) {
        return std::find(files.begin(), files.end(), problem.file) - files.begin();
    };
    std::stable_sort(sorted.begin(), sorted.end(), [&](const Problem& a, const Problem& b) {
        return std::tuple(rank(a), a.mark.line, a.mark.column) < std::tuple(rank(b), b.mark.line, b.mark.column);
    });
    return sorted;
}

Error to_error(const std::vector<Problem>& problems) {
    std::string text;
    bool placed = true;
    for (const auto& problem : by_place(problems)) {
        placed = placed && !problem.file.empty();
        text += (text.empty() ? "" : "\n") + problem.text();
    }
    return {Fault::invalid, std::move(text), placed};
}

Problem Source::place(codec::Mark mark, std::string message) const {
    const std::size_t index = mark.line >> file_shift;
    mark.line &= line_mask;
    return {(index < files.size() ? files[index] : file).string(), mark, std::move(message)};
}

void number_marks(codec::Value& value, std::size_t index) {
    const auto bits = static_cast<std::uint32_t>(index << file_shift);
    value.mark.line |= bits;
    if (auto* list = value.array())
        for (auto& item : *list)
            number_marks(item, index);
    if (auto* members = value.object())
        for (auto& member : *members) {
            member.mark.line |= bits;
            number_marks(member.value, index);
        }
}

void place_all(std::vector<Problem>& problems, const Source& source) {
    for (auto& problem : problems)
        if (problem.file.empty()) problem = source.place(problem.mark, std::move(problem.message));
    const auto rank = [&](const Problem& problem) {
        return std::find(source.files.begin(), source.files.end(), problem.file) - source.files.begin();
    };
    std::stable_sort(problems.begin(), problems.end(),
                     [&](const Problem& a, const Problem& b) { return rank(a) < rank(b); });
}

} // namespace layer_cake::home

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fmt/format.h>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/interpolate.hpp>
#include <layer_cake/home/schema_read.hpp>
#include <layer_cake/home/source_marks.hpp>

namespace layer_cake::home {
namespace {

namespace fs = std::filesystem;
using Problems = std::vector<Problem>;

/// The place at the head of a reader's message (`name:4:7: words`) as a mark.
Problem from_error(const std::string& name, std::string detail) {
    Problem problem{name, {}, std::move(detail)};
    std::string_view rest = problem.message;
    if (!rest.starts_with(name + ":")) return problem;
    rest.remove_prefix(name.size() + 1);
    const auto number = [&rest](std::uint32_t& out) {
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), out);
        if (error != std::errc() || end == rest.data() + rest.size() || *end != ':') return false;
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
        return true;
    };
    if (number(problem.mark.line)) number(problem.mark.column);
    while (rest.starts_with(' '))
        rest.remove_prefix(1);
    problem.message = std::string(rest);
    return problem;
}

/// Lays `over` upon `under`: mappings merge, anything else replaces.
void merge(codec::Value& under, codec::Value over) {
    auto* members = over.object();
    if (!members || !under.object()) {
        if (!over.is_null()) under = std::move(over);
        return;
    }
    under.mark = over.mark;
    for (auto& member : *members) {
        if (auto* found = under.find(member.name))
            merge(*found, std::move(member.value));
        else
            under.object()->push_back(std::move(member));
    }
}

class Loader {
public:
    Loader(Source& source, const Variables& variables, Problems& problems)
        : source_(source), variables_(variables), problems_(problems) {}

    /// Takes in what a file includes, below what it says itself.
    codec::Value with_includes(codec::Value value, const fs::path& folder, const fs::path& shown_folder) {
        auto* include = value.find("include");
        if (!include || include->is_null()) return value;
        if (variables_) interpolate_all(*include, variables_, problems_);
        const auto wanted = read_files(*include);
        const auto mark = include->mark;
        if (!wanted) {
            problems_.push_back({"", wanted.error().mark, fmt::format("\"include\" {}", wanted.error().rest)});
            value.erase("include");
            return value;
        }
        value.erase("include");
        codec::Value below{codec::Object{}};
        for (const auto& name : *wanted)
            merge(below, file(folder / name, (shown_folder / name).lexically_normal(), mark));
        merge(below, std::move(value));
        return below;
    }

    void opened(const fs::path& file) { way_.push_back(identity(file)); }

private:
    static fs::path identity(const fs::path& file) {
        std::error_code error;
        auto real = fs::weakly_canonical(file, error);
        return error ? file : real;
    }

    codec::Value file(const fs::path& path, const fs::path& shown, codec::Mark from) {
        const auto refuse = [&](std::string message) {
            problems_.push_back({"", from, std::move(message)});
            return codec::Value(codec::Object{});
        };
        const auto real = identity(path);
        if (std::find(way_.begin(), way_.end(), real) != way_.end())
            return refuse(fmt::format("\"{}\" includes itself", shown.string()));
        if (way_.size() > include_depth) return refuse(fmt::format("includes nest more than {} deep", include_depth));
        if (source_.files.size() > include_files)
            return refuse(fmt::format("more than {} files are included", include_files));
        auto text = read_file(path, 4u << 20);
        if (!text) return refuse(fmt::format("cannot include \"{}\": {}", shown.string(), text.error().detail));
        const auto index = source_.files.size();
        source_.files.push_back(shown);
        auto parsed = codec::parse_yaml(*text, shown.string());
        if (!parsed) {
            problems_.push_back(from_error(shown.string(), std::move(parsed).error().detail));
            return codec::Object{};
        }
        number_marks(*parsed, index);
        if (parsed->is_null()) return codec::Object{};
        if (!parsed->object()) {
            problems_.push_back(
                {"", parsed->mark, fmt::format("a group file must be a mapping, not {}", home::shown(*parsed))});
            return codec::Object{};
        }
        way_.push_back(real);
        auto whole = with_includes(std::move(*parsed), path.parent_path(), shown.parent_path());
        way_.pop_back();
        return whole;
    }

    Source& source_;
    const Variables& variables_;
    Problems& problems_;
    std::vector<fs::path> way_; ///< the files that lead to the one being read
};

tl::expected<Source, Problems> load(codec::Value value, const fs::path& file, const fs::path& folder,
                                    const Variables& variables) {
    Source source;
    Problems problems;
    source.file = file;
    source.files = {file};
    std::error_code ignored;
    source.folder = fs::absolute(folder.empty() ? "." : folder, ignored).lexically_normal();
    const auto mark = value.mark;
    if (value.is_null()) value = codec::Object{};
    if (!value.object())
        return tl::unexpected<Problems>(
            {source.place(mark, fmt::format("a group file must be a mapping, not {}", shown(value)))});
    Loader loader(source, variables, problems);
    loader.opened(source.folder / file.filename());
    source.value = loader.with_includes(std::move(value), source.folder, file.parent_path());
    if (variables) interpolate_all(source.value, variables, problems);
    if (const auto* working_dir = source.value.find("working_dir"))
        if (const auto text = working_dir->scalar_text(); text && !text->empty())
            source.folder = (source.folder / *text).lexically_normal();
    if (!source.folder.has_filename() && source.folder.has_relative_path()) source.folder = source.folder.parent_path();
    place_all(problems, source);
    if (!problems.empty()) return tl::unexpected<Problems>(std::move(problems));
    return source;
}

} // namespace

std::optional<std::string> environment_variable(std::string_view name) {
    const char* value = std::getenv(std::string(name).c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
}

tl::expected<Source, Problems> load_source(const fs::path& file, const Variables& variables) {
    auto text = read_file(file, 4u << 20);
    if (!text) return tl::unexpected<Problems>({{file.string(), {}, std::move(text).error().detail}});
    return load_text(*text, file, file.parent_path(), variables);
}

tl::expected<Source, Problems> load_text(std::string_view text, const fs::path& file, const fs::path& folder,
                                         const Variables& variables) {
    auto value = codec::parse_yaml(text, file.string());
    if (!value) return tl::unexpected<Problems>({from_error(file.string(), std::move(value).error().detail)});
    return load(std::move(*value), file, folder, variables);
}

tl::expected<Source, Problems> load_value(codec::Value value, const fs::path& file, const fs::path& folder,
                                          const Variables& variables) {
    return load(std::move(value), file, folder, variables);
}

} // namespace layer_cake::home

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cli/commands.hpp>
#include <cli/spelling.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>

namespace layer_cake::cli {
namespace {

std::function<std::string(const std::string&)> one_of(std::vector<std::string> words) {
    return [words = std::move(words)](const std::string& given) {
        const bool known = std::find(words.begin(), words.end(), given) != words.end();
        if (known) return std::string();
        const std::vector<std::string_view> names(words.begin(), words.end());
        return fmt::format("\"{}\" is none of {}{}", given, fmt::join(words, ", "), suggestion(given, names));
    };
}

bool repeatable(const Command& command, std::string_view name) {
    return std::any_of(command.options.begin(), command.options.end(),
                       [&](const Option& option) { return option.name == name && option.repeats; });
}

// Words stay outside: CLI11 reads `[ab]` as a list, and a search word may be one.
Result<void> read_options(const Spelled& spelled, Invocation& into) {
    CLI::App app;
    app.set_help_flag();
    std::vector<std::pair<std::string_view, CLI::Option*>> declared;
    const auto declare = [&](const Option& option) {
        const auto same = [&](const auto& one) { return one.first == option.name; };
        if (option.name == "help" || std::any_of(declared.begin(), declared.end(), same)) return;
        const std::string name = "--" + std::string(option.name);
        CLI::Option* handle = option.value.empty() ? app.add_flag(name) : app.add_option(name);
        if (!option.value.empty()) {
            handle->expected(needs_value(option) ? 1 : 0, 1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
            if (needs_value(option) && option.value.find('|') != std::string_view::npos)
                handle->check(one_of(split(option.value, '|')), "");
        }
        declared.emplace_back(option.name, handle);
    };
    for (const auto* option : own_options(*spelled.command))
        declare(*option);
    for (const auto& option : common_options())
        declare(option);

    try {
        std::vector<std::string> reversed(spelled.options.rbegin(), spelled.options.rend());
        app.parse(std::move(reversed)); // takes them from the back
    } catch (const CLI::ParseError& refused) {
        return fail(Fault::invalid, refused.what());
    }
    for (const auto& [name, handle] : declared) {
        if (handle->count() == 0) continue;
        auto values = handle->results();
        const bool contradicts =
            std::any_of(values.begin(), values.end(), [&](const auto& v) { return v != values[0]; });
        if (contradicts && !repeatable(*spelled.command, name))
            return fail(Fault::invalid,
                        fmt::format("--{} is given twice, as \"{}\" and as \"{}\"", name, values[0], values.back()));
        if (handle->get_expected_max() == 0) values.assign(1, std::string());
        into.options[std::string(name)] = std::move(values);
    }
    return layer_cake::ok();
}

Error no_command() {
    return {Fault::invalid, "no command given (\"layer-cake help\" lists them)"};
}

} // namespace

Result<Parsed> parse(const std::vector<std::string>& arguments, Invocation& into) {
    if (arguments.size() == 1 && arguments.front() == "--version") return Parsed{&version_command, false};
    auto spelled = spell_out(arguments, commands());
    if (!spelled) return fail(std::move(spelled).error());
    if (spelled->help) return Parsed{spelled->command, true};
    if (!spelled->command) return fail(no_command());
    if (auto read = read_options(*spelled, into); !read) return fail(std::move(read).error());
    into.words = std::move(spelled->words);
    into.remainder = std::move(spelled->remainder);
    into.after = std::move(spelled->after);
    into.home = into.value("home-path").value_or(".layer-cake");
    if (!into.words.empty() && spelled->command->words.empty())
        return fail(Fault::invalid, fmt::format("\"{}\" takes no words, but \"{}\" was given", spelled->command->name,
                                                into.words.front()));
    return Parsed{spelled->command, false};
}

} // namespace layer_cake::cli

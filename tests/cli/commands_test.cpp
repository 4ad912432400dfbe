#include <algorithm>
#include <cli/commands.hpp>
#include <cli/completion_text.hpp>
#include <cli/help.hpp>
#include <cli/spelling.hpp>
#include <doctest/doctest.h>
#include <layer_cake/core/text.hpp>
#include <map>
#include <set>

using namespace layer_cake;
using namespace layer_cake::cli;

TEST_CASE("commands are sorted by name, and each is found by it") {
    const auto all = commands();
    CHECK(std::is_sorted(all.begin(), all.end(), [](const Command* a, const Command* b) { return a->name < b->name; }));
    for (const auto* command : all)
        CHECK(find_command(command->name) == command);
    CHECK(find_command("nosuch") == nullptr);
}

TEST_CASE("subjects are sorted by name, begin with their command's, and are found by their word") {
    for (const auto* command : commands()) {
        const auto all = command->subjects;
        CHECK(std::is_sorted(all.begin(), all.end(),
                             [](const Command* a, const Command* b) { return a->name < b->name; }));
        for (const auto* subject : all) {
            CAPTURE(subject->name);
            CHECK(subject->name == std::string(command->name) + " " + std::string(subject_word(*subject)));
            CHECK(find_subject(*command, subject_word(*subject)) == subject);
            CHECK((subject->run != nullptr));
        }
        CHECK(find_subject(*command, "nosuch") == nullptr);
    }
}

TEST_CASE("every command and option has a phrase, lower case and without a full stop") {
    const auto good = [](std::string_view phrase) {
        return !phrase.empty() && phrase.back() != '.' && !(phrase[0] >= 'A' && phrase[0] <= 'Z' && phrase[1] >= 'a');
    };
    for (const auto* command : commands()) {
        CAPTURE(command->name);
        CHECK(good(command->summary));
        CHECK((command->run != nullptr));
        for (const auto* subject : command->subjects)
            CHECK(good(subject->summary));
        for (const auto* option : own_options(*command)) {
            CAPTURE(option->name);
            CHECK(good(option->help));
            CHECK(option->name.find('_') == std::string_view::npos);
        }
    }
}

TEST_CASE("no short form of a command means two options") {
    for (const auto* command : commands()) {
        CAPTURE(command->name);
        std::map<std::string, std::string_view> letters, shorts;
        std::set<std::string_view> own;
        const auto look = [&](const Option& option) {
            CAPTURE(option.name);
            if (option.letter != '\0') CHECK(letters.emplace(std::string(1, option.letter), option.name).second);
            if (option.initials) CHECK(shorts.emplace(initials(option.name), option.name).second);
        };
        for (const auto* option : own_options(*command)) {
            own.insert(option->name);
            look(*option);
        }
        for (const auto& option : common_options())
            if (own.count(option.name) == 0) look(option);
        for (const auto& [letter, name] : letters) {
            const auto taken = shorts.find(letter);
            const auto& letter_told = letter;
            CAPTURE(letter_told);
            CHECK((taken == shorts.end() || taken->second == name));
        }
    }
}

TEST_CASE("help fits 80 columns and names every option") {
    const auto narrow = [](const std::string& text) {
        for (const auto& line : split(text, '\n')) {
            CAPTURE(line);
            CHECK(display_width(line) <= 80);
        }
    };
    narrow(overview_text());
    for (const auto* command : commands()) {
        const auto text = help_text(*command);
        narrow(text);
        for (const auto* option : own_options(*command))
            CHECK(text.find("--" + std::string(option->name)) != std::string::npos);
        for (const auto* subject : command->subjects)
            narrow(help_text(*subject));
        if (!command->hidden) CHECK(overview_text().find("  " + std::string(command->name) + " ") != std::string::npos);
    }
}

TEST_CASE("a manual page is filled from the rows, and nothing else in it is touched") {
    const auto page =
        fill_manual(".Dt X 1\n.\\\" @NAME@\n@SYNOPSIS@\n.Sh OPTIONS\n@OPTIONS@\nlast", find_command("add"));
    CHECK(page.find(".Nm layer-cake-add\n.Nd add a role") != std::string::npos);
    CHECK(page.find(".Ar PROGRAM\n.Op Ar ROLE\n.Op Fl -KEY Ns = Ns Ar VALUE ...\n.Op Fl - Ar ARGUMENT ...\n") !=
          std::string::npos);
    CHECK(page.find(".It Fl rc , Fl -role-count Ns = Ns Ar N\n") != std::string::npos);
    CHECK(page.find("Fl -output Ns = Ns Cm json | Cm table\n") != std::string::npos);
    CHECK(page.rfind(".Dt X 1\n", 0) == 0);
    CHECK(page.substr(page.size() - 5) == "last\n");
    CHECK(page.find('@') == std::string::npos);
}

TEST_CASE("completion knows every command that people call, and no hidden one") {
    for (const auto& script : {bash_completion(), zsh_completion(), fish_completion()}) {
        for (const auto* command : commands()) {
            if (!command->hidden) CHECK(script.find(command->name) != std::string::npos);
        }
        CHECK(script.find("-a group ") == std::string::npos);
        CHECK(script.find("role-count") != std::string::npos);
        CHECK(script.find("depends-on") != std::string::npos);
    }
}

TEST_CASE("completion offers roles, not replicas, where a verb takes only roles") {
    for (const auto& script : {bash_completion(), zsh_completion(), fish_completion()})
        CHECK(script.find("role_names") != std::string::npos);
    CHECK(bash_completion().find("scale) _layer_cake_offer \"$(_layer_cake_role_names)\"") != std::string::npos);
    CHECK(bash_completion().find("'add --depends-on') _layer_cake_offer \"$(_layer_cake_role_names)\"") !=
          std::string::npos);
}

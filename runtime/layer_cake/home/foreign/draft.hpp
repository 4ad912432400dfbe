#pragma once

#include <layer_cake/home/foreign/imported.hpp>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace layer_cake::home::foreign {

/// A group file in the making, by an importer; what becomes of each key is said on the way.
class Draft {
public:
    explicit Draft(std::filesystem::path file) { imported_.files.push_back(std::move(file)); }

    /// For a key that is written another way, or means a little less: `"priority" is the order of the roles here`.
    void translated(codec::Mark at, std::string message);
    /// `"image" is not carried: layer-cake runs programs, not images`
    void not_carried(codec::Mark at, std::string_view key, std::string_view why);
    /// What makes the file unusable; the import fails.
    void refuse(codec::Mark at, std::string message);
    /// A problem of a parser, whose detail begins with file, line and column.
    void refuse(const Error& placed);

    /// The name of the role for a name of theirs: characters that no role's name has become dashes, which is noted.
    std::string role_name(std::string_view theirs, codec::Mark at);
    /// Adds an empty role, whose reference is good until the next one. Refuses a name that is taken, and more than
    /// 10,000 roles.
    codec::Value& add_role(const std::string& name, codec::Mark at);
    codec::Value* find_role(std::string_view name);
    codec::Object& roles() { return roles_; }

    /// Sets a key of the group itself.
    codec::Value& set(std::string_view key, codec::Value value) { return imported_.group.set(key, std::move(value)); }

    // The content of a member; what is of another kind is refused. Null is nothing, and no mistake.
    std::optional<std::string> text(const codec::Member& member);
    std::optional<double> number(const codec::Member& member);
    std::optional<std::int64_t> integer(const codec::Member& member);
    std::optional<bool> flag(const codec::Member& member);
    std::optional<std::vector<std::string>> words(const codec::Member& member); ///< a list of texts
    const codec::Object* mapping(const codec::Member& member);

    /// Counts bytes of text that the import makes of others: false, and refused, above 16 MiB in all. Variables within
    /// variables would fill the memory else.
    bool spend(std::size_t bytes, codec::Mark at);
    bool is_spent() const { return budget_ == 0; }

    bool has(std::string_view key) const { return imported_.group.find(key) != nullptr; }

    /// The number that marks of another file carry (Source::place).
    std::size_t add_file(std::filesystem::path file);

    /// A group without roles is refused.
    ImportResult finish() &&;

private:
    void refuse_kind(const codec::Member& member, std::string_view what);

    Imported imported_{codec::Object{}, {}, {}};
    codec::Object roles_;
    codec::Value none_; ///< what is done with a role too many
    std::map<std::string, std::size_t, std::less<>> role_places_;
    std::map<std::string, std::string, std::less<>> role_names_; ///< ours by theirs
    std::vector<Problem> problems_; ///< as the notes, without their file until all are there
    std::size_t budget_ = 16u << 20;
};

/// One key of a mapping of theirs: what is done with it, or why nothing is.
template <class Reader>
struct Row {
    std::string_view key;
    void (Reader::*carry)(const codec::Member& member) = nullptr;
    std::string_view why{}; ///< it is not carried
};

template <class Reader>
using Rows = std::span<const Row<Reader>>;

/// Goes through a mapping by its rows. A key without a row is not carried either.
template <class Reader>
void go_through(const codec::Object& members, Rows<Reader> rows, Reader& reader, Draft& draft) {
    for (const auto& member : members) {
        const Row<Reader>* found = nullptr;
        for (const auto& row : rows)
            if (row.key == member.name) found = &row;
        if (found && found->carry)
            (reader.*found->carry)(member);
        else if (member.name.starts_with("x-"))
            draft.not_carried(member.mark, member.name, "what it is the anchor of is written out");
        else
            draft.not_carried(member.mark, member.name, found ? found->why : "no such key is known");
    }
}

/// Says that the variables of a document do not come from that file here.
void note_env_file(const std::string& env_file, Draft& draft);

/// Seconds as a time span with a mark: `90` is `1m30s`.
codec::Value seconds_value(double seconds, codec::Mark mark);
/// A value with a mark.
codec::Value marked(codec::Value value, codec::Mark mark);
/// A list of texts with a mark.
codec::Value words_value(const std::vector<std::string>& words, codec::Mark mark);

/// A text as the regular expression that finds it.
std::string pattern_of(std::string_view text);

} // namespace layer_cake::home::foreign

#pragma once

#include <layer_cake/home/foreign/imported.hpp>
#include <span>

namespace layer_cake::home::foreign {

/// What an export makes: files for another tool, by name.
struct Exported {
    std::vector<Text> files;
    std::vector<Note> notes; ///< in the order of their places in the group file
};

using ExportResult = tl::expected<Exported, std::vector<Problem>>;

/// What becomes of a key of a role.
struct ExportKey {
    std::string_view key;
    std::string_view why{}; ///< it is not carried; empty: it is
};

/// A group on its way out.
class Export {
public:
    /// Both live as long as the export.
    Export(const Source& source, const Group& group) : source_(source), group_(group) {}

    const Group& group() const { return group_; }

    /// The roles, each once, as its first replica, in the order of the group.
    struct One {
        const Role* role;
        int replicas;
    };
    std::vector<One> roles() const;
    /// The role as written: what the resolved one does not have. Never null for a role of the group.
    const codec::Value& written(const Role& role) const;

    void translated(const Role& role, std::string_view key, std::string message);
    void not_carried(const Role& role, std::string_view key, std::string_view why); ///< no key: the role itself
    void refuse(codec::Mark at, std::string message) { problems_.push_back(source_.place(at, std::move(message))); }
    codec::Mark mark(const Role& role, std::string_view key) const;

    /// Notes each key that is not carried: of every role, and of the group by another table.
    void note_keys(std::span<const ExportKey> role_keys, std::span<const ExportKey> group_keys);

    ExportResult finish(std::vector<Text> files) &&;

private:
    const Source& source_;
    const Group& group_;
    std::vector<Note> notes_;
    std::vector<Problem> problems_;
};

} // namespace layer_cake::home::foreign

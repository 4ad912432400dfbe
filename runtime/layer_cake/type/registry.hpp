#pragma once

#include <layer_cake/core/result.hpp>
#include <layer_cake/type/info.hpp>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace layer_cake::type {

/// The types this process knows by their portable names: what a message from outside may turn into.
///
/// Holds the scalars, the standard messages, every type described in the program and all types they are made of.
/// All threads.
class Registry {
public:
    Registry();

    /// Makes a type known. Adding it again is fine; fails with `invalid` when another type has that name.
    Result<void> add(const Info& info);

    /// The same for a description that runs before main(): what is wrong is kept for problems().
    bool note(const Info& info);

    /// The type of that signature, or null. Blanks are not ignored.
    const Info* find(std::string_view signature) const;

    /// What was wrong with the descriptions of this program; empty when all is well. A program refuses to start else.
    std::vector<Error> problems() const;

    /// All signatures, sorted.
    std::vector<std::string> signatures() const;

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    using Types = std::unordered_map<std::string, const Info*, Hash, std::equal_to<>>;

    void settle() const;
    Result<void> take(const Info& info) const;

    mutable std::shared_mutex mutex_;
    mutable std::vector<const Info*> noted_; ///< not yet looked into
    mutable std::atomic<bool> settled_{false};
    mutable Types types_;
    mutable std::vector<Error> problems_;
};

/// The process's own. A description adds to it before main() begins.
Registry& registry();

} // namespace layer_cake::type

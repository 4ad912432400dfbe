#pragma once

#include <filesystem>
#include <functional>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/home/tree.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace layer_cake::home {

/// Things from here and there, seen as one tree: each is at its top under a name of its own.
class TreeSource {
public:
    /// Which of a folder's entries are meant, by name.
    using Filter = std::function<bool(std::string_view name)>;

    /// Adds one file or folder under the name it has. A link that is named itself is followed, and keeps its name.
    /// Fails with `missing`, or with `invalid` when the name is taken: `multiple selections of "a": "/x/a" and "/y/a"`.
    /// @param name  another than it has
    Result<void> add(const std::filesystem::path& item, std::string_view name = {});
    /// Adds all that is in a folder, or what `filter` takes of it.
    Result<void> add_contents(const std::filesystem::path& folder, const Filter& filter = {});

    bool empty() const { return items_.empty(); }
    /// The item, as an absolute path, that is a folder or holds it at any depth: what would be copied into itself.
    std::optional<std::filesystem::path> holder_of(const std::filesystem::path& folder) const;
    /// All of it, in tree order. Fails as list_tree and Refusals::result do.
    Result<Listing> list() const;

    /// Opens a folder of the listing; "" is none. The way to it is not followed through links. Fails as open_beneath.
    Fd open_folder(std::string_view path) const;
    /// The open folder that holds a top-level entry, and the entry's name in it.
    struct Place {
        int folder;
        std::string_view name;
    };
    Place top(std::string_view name) const;
    /// Where an entry lies outside, for messages.
    std::string origin(std::string_view path) const;

private:
    struct Item {
        std::string name;
        std::size_t base; ///< in bases_
        std::string real; ///< its name there
    };
    struct Base {
        std::filesystem::path path;
        Fd fd;
    };

    Result<std::size_t> base(const std::filesystem::path& folder);
    Result<void> add_item(std::string name, std::size_t base, std::string real);
    const Item& item(std::string_view name) const; ///< of a name that is there

    std::vector<Item> items_; ///< sorted by name
    std::vector<Base> bases_;
};

} // namespace layer_cake::home

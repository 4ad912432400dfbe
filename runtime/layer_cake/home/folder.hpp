#pragma once

#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/home/file.hpp>
#include <layer_cake/home/stored_folder.hpp>
#include <map>
#include <type_traits>

namespace layer_cake::home {

/// What a Folder knows of its items.
template <class T, class Key>
struct FolderOptions {
    std::function<Key(const T& item)> key{};           ///< of an item; without it the name of its file
    std::function<std::string(const Key& key)> name{}; ///< of the file of a key; without it the key as text
    std::string matching{};                            ///< what names look like, whole (RE2); other files are not seen
    bool auto_create = true;                           ///< the folder and its parents are made when first written to
    FileOptions file{};                                ///< of each file
    Upgrade<T> upgrade{};                              ///< of each file
};

/// A collection that outlives its program: a file for each item, by key, and a map of them in memory.
///
///     lc::Folder<Note, int> folder(lc::model_path() + "/notes", {.key = [](const Note& note) { return note.id; }});
///     auto notes = folder.recover();            // std::map<int, Note>
///     folder.add(*notes, note);                 // on disk, then in memory
///
/// add(), update(), remove(), store() and clear() write first and change the map then: what failed has changed neither.
/// Each file is replaced or removed whole (see File); store() and clear() are one step a file, and what failed on the
/// way can be done again. A value: names a folder, holds nothing open. Limit: 1,000,000 files.
template <type::Portable T, class Key = std::string>
class Folder {
public:
    using Options = FolderOptions<T, Key>;
    using Items = std::map<Key, T>;

    explicit Folder(std::filesystem::path path, Options options = {})
        : folder_(std::move(path), options.matching, options.file.decorate_names, options.auto_create),
          options_(std::move(options)) {}

    const std::filesystem::path& path() const { return folder_.path(); }

    /// The names of the files, sorted, without `.json`.
    Result<std::vector<std::string>> matching() const { return folder_.names(); }

    /// The files, in the order of their names: to recover each on its own, where one that is bad should not hide the
    /// others.
    Result<std::vector<File<T>>> each() const {
        auto names = folder_.names();
        if (!names) return fail(std::move(names).error());
        std::vector<File<T>> files;
        for (const auto& name : *names)
            files.push_back(at(*folder_.file(name)));
        return files;
    }

    /// A file in it by name; another type by another name: `folder.template file<Index>("index")`.
    template <type::Portable U = T>
    File<U> file(std::string_view name) const {
        return File<U>(path() / name, options_.file);
    }
    /// A folder in it, of any type.
    template <type::Portable U = T, class UKey = Key>
    Folder<U, UKey> folder(std::string_view name, FolderOptions<U, UKey> options = {}) const {
        return Folder<U, UKey>(path() / name, std::move(options));
    }

    /// All items. Fails with `invalid` at the first file that is bad, naming it, or whose name is not its item's.
    Result<Items> recover() const {
        auto names = folder_.names();
        if (!names) return fail(std::move(names).error());
        Items items;
        for (const auto& name : *names) {
            auto item = at(*folder_.file(name)).recover();
            if (!item) return fail(std::move(item).error());
            auto key = key_in(name, *item);
            if (!key) return fail(std::move(key).error());
            items.insert_or_assign(std::move(*key), std::move(*item));
        }
        return items;
    }

    /// Makes the folder hold these items: writes all, then removes the files that match and are none of theirs.
    Result<void> store(const Items& items) const {
        for (const auto& [key, item] : items)
            if (auto written = write(key, item); !written) return written;
        auto names = folder_.names();
        if (!names) return fail(std::move(names).error());
        std::vector<std::string> kept;
        for (const auto& [key, item] : items)
            kept.push_back(name_of(key));
        std::sort(kept.begin(), kept.end());
        for (const auto& name : *names)
            if (!std::binary_search(kept.begin(), kept.end(), name))
                if (auto removed = at(*folder_.file(name)).remove(); !removed) return removed;
        return ok();
    }

    /// Fails with `invalid` when there is an item with that key.
    Result<void> add(Items& items, T item) const {
        auto key = key_of(item);
        if (!key) return fail(std::move(key).error());
        if (items.contains(*key))
            return fail(Fault::invalid, fmt::format("{} already present (add)", folder_.about(name_of(*key))));
        if (auto written = write(*key, item); !written) return written;
        items.emplace(std::move(*key), std::move(item));
        return ok();
    }

    /// Fails with `missing` when there is none with that key.
    Result<void> update(Items& items, T item) const {
        const auto key = key_of(item);
        if (!key) return fail(key.error());
        const auto found = items.find(*key);
        if (found == items.end())
            return fail(Fault::missing, fmt::format("{} not an existing entry (update)", folder_.about(name_of(*key))));
        if (auto written = write(found->first, item); !written) return written;
        found->second = std::move(item);
        return ok();
    }

    /// Fails with `missing` when there is none with that key.
    Result<void> remove(Items& items, const Key& key) const {
        const auto found = items.find(key);
        if (found == items.end())
            return fail(Fault::missing, fmt::format("{} not an existing entry (remove)", folder_.about(name_of(key))));
        auto file = folder_.file(name_of(key));
        if (!file) return fail(std::move(file).error());
        if (auto removed = at(std::move(*file)).remove(); !removed) return removed;
        items.erase(found);
        return ok();
    }

    /// Removes all files that match, and all items.
    Result<void> clear(Items& items) const {
        auto files = each();
        if (!files) return fail(std::move(files).error());
        for (const auto& file : *files)
            if (auto removed = file.remove(); !removed) return removed;
        items.clear();
        return ok();
    }

    /// Whether there is a file of that name.
    bool exists(std::string_view name) const {
        const auto file = folder_.file(name);
        std::error_code error;
        return file && std::filesystem::is_regular_file(*file, error);
    }
    /// Removes the file of that name; false when there was none.
    Result<bool> erase(std::string_view name) const {
        if (!exists(name)) return false;
        auto removed = at(*folder_.file(name)).remove();
        if (!removed) return fail(std::move(removed).error());
        return true;
    }

private:
    File<T> at(std::filesystem::path file) const {
        auto options = options_.file;
        options.decorate_names = false; // it is already
        return File<T>(std::move(file), options, options_.upgrade);
    }

    std::string name_of(const Key& key) const {
        if (options_.name) return options_.name(key);
        if constexpr (std::is_convertible_v<const Key&, std::string>)
            return key;
        else
            return fmt::format("{}", key);
    }

    Result<Key> key_of(const T& item) const {
        if (!options_.key)
            return fail(Fault::invalid, fmt::format("the items of \"{}\" have no keys of their own", path().native()));
        return options_.key(item);
    }

    Result<Key> key_in(const std::string& name, const T& item) const {
        if constexpr (std::is_same_v<Key, std::string>)
            if (!options_.key) return name;
        auto key = key_of(item);
        if (!key) return key;
        if (auto own = name_of(*key); own != name)
            return fail(Fault::invalid,
                        fmt::format("{}: its item belongs in \"{}\"", folder_.file(name)->native(), own));
        return key;
    }

    Result<void> write(const Key& key, const T& item) const {
        auto file = folder_.file(name_of(key));
        if (!file) return fail(std::move(file).error());
        if (auto made = folder_.make(); !made) return made;
        return at(std::move(*file)).store(item);
    }

    StoredFolder folder_;
    Options options_;
};

} // namespace layer_cake::home

#pragma once

#include <functional>
#include <layer_cake/home/stored_value.hpp>
#include <utility>

namespace layer_cake::home {

/// A file that was written by a program with another idea of the type, for an upgrade to read.
class Older {
public:
    explicit Older(const StoredText& stored) : stored_(stored) {}

    /// Whether it was written as a T; the name of T does not matter, so that the type of old can be kept as `NoteV1`.
    template <type::Portable T>
    bool is() const {
        return stored_.schema == schema_of<T>();
    }
    /// Reads it as a T, whatever it was written as.
    template <type::Portable T>
    Result<T> as() const {
        Result<T> value{T{}};
        if (auto read = recover_value(stored_, type::info_of<T>(), &*value); !read)
            return fail(std::move(read).error());
        return value;
    }
    const std::string& schema() const { return stored_.schema; } ///< empty: the file does not say
    const std::string& text() const { return stored_.text; }
    const std::filesystem::path& file() const { return stored_.file; }

private:
    const StoredText& stored_;
};

/// Makes a T of a file whose schema is not T's, or that does not say one. Without an upgrade it is read as far as the
/// names agree: members that are missing keep their default, unknown ones are dropped.
template <class T>
using Upgrade = std::function<Result<T>(const Older& older)>;

/// A value that outlives its program: a T in a file of its own.
///
///     lc::File<Table> file(lc::model_path() + "/table");
///     if (auto stored = file.store(table); !stored) ...
///     auto table = file.recover();
///
/// store() replaces the file at once and whole: a crash, a power cut or a full disk leaves the old value or the new.
/// What an upgrade makes is written by the next store(). A value: names a file, holds nothing open. Two writers of one
/// file at the same time: the later one counts.
template <type::Portable T>
class File {
public:
    explicit File(std::filesystem::path name, FileOptions options = {}, Upgrade<T> upgrade = {})
        : path_(std::move(name)), options_(options), upgrade_(std::move(upgrade)) {
        if (options_.decorate_names && path_.extension() != ".json") path_ += ".json";
    }

    const std::filesystem::path& path() const { return path_; }

    /// The folder must be there. On failure the old value stays.
    Result<void> store(const T& value) const {
        return store_value(path_, type::info_of<T>(), schema_of<T>(), &value, options_);
    }

    /// Fails with `missing`, unless `create_default`, and with `invalid` and the place for what is no T.
    Result<T> recover() const {
        const auto stored = read_stored(path_);
        if (!stored) {
            if (options_.create_default && stored.error().fault == Fault::missing) return T{};
            return fail(stored.error());
        }
        const Older older(*stored);
        return upgrade_ && !older.template is<T>() ? upgrade_(older) : older.template as<T>();
    }

    /// Missing is success.
    Result<void> remove() const { return remove_stored(path_); }

private:
    std::filesystem::path path_;
    FileOptions options_;
    Upgrade<T> upgrade_;
};

} // namespace layer_cake::home

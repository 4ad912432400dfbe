#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/file.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/image.hpp>
#include <layer_cake/home/image_hash.hpp>
#include <layer_cake/home/image_ledger.hpp>
#include <layer_cake/home/image_locale.hpp>
#include <memory>
#include <set>
#include <sys/stat.h>
#include <thread>

namespace layer_cake::home {
namespace {

namespace fs = std::filesystem;
using Kind = TreeEntry::Kind;

constexpr std::size_t buffer_size = 1u << 20, sync_step = 8u << 20;

/// The file while it is written: it gets its name at the end, or is gone.
class Output {
public:
    explicit Output(const fs::path& file) : file_(file) {}
    ~Output() {
        if (!temporary_.empty()) ::unlinkat(folder_.get(), temporary_.c_str(), 0);
    }

    Result<void> open() {
        const auto parent = file_.has_parent_path() ? file_.parent_path() : fs::path(".");
        folder_ = Fd(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!folder_ || !file_.has_filename()) return failed();
        temporary_ = temporary_name();
        fd_ = Fd(::openat(folder_.get(), temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        return fd_ ? ok() : failed();
    }

    /// Writes all of it. The disk begins with what has come together while more is being packed. False with errno.
    bool write(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t put = ::write(fd_.get(), bytes.data(), bytes.size());
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(put));
            unsynced_ += static_cast<std::size_t>(put);
        }
        if (unsynced_ >= sync_step) {
            (void)::sync_file_range(fd_.get(), 0, 0, SYNC_FILE_RANGE_WRITE);
            unsynced_ = 0;
        }
        return true;
    }

    Result<void> finish() {
        if (::fsync(fd_.get()) != 0) return failed();
        if (::renameat(folder_.get(), temporary_.c_str(), folder_.get(), file_.filename().c_str()) != 0)
            return failed();
        temporary_.clear();
        return ::fsync(folder_.get()) == 0 ? ok() : failed();
    }

    Result<void> failed() const {
        return fail(system_error(fmt::format("cannot write \"{}\"", terminal_safe(file_.native())), errno));
    }

private:
    fs::path file_;
    Fd folder_, fd_;
    std::string temporary_;
    std::size_t unsynced_ = 0;
};

class Writer {
public:
    Writer(const fs::path& file, const SyncOptions& options)
        : output_(file), options_(options), archive_(::archive_write_new()), entry_(::archive_entry_new()) {}

    Result<void> open() {
        if (auto opened = output_.open(); !opened) return opened;
        auto* archive = archive_.get();
        const auto workers = std::to_string(std::max(1u, std::thread::hardware_concurrency()));
        ::archive_write_set_format_pax_restricted(archive);
        ::archive_write_add_filter_zstd(archive);
        ::archive_write_set_filter_option(archive, "zstd", "compression-level", "3");
        ::archive_write_set_filter_option(archive, "zstd", "threads", workers.c_str()); // where this build has them
        ::archive_write_set_bytes_per_block(archive, static_cast<int>(buffer_size));
        ::archive_write_set_bytes_in_last_block(archive, 1);
        ::archive_clear_error(archive);
        return ::archive_write_open(archive, &output_, nullptr, take, nullptr) == ARCHIVE_OK ? ok() : failed();
    }

    /// One of the image's own texts.
    Result<void> add_text(std::string_view path, std::string_view text, bool listed) {
        ImageEntry entry{std::string(path), Kind::file, 0600, text.size(), {}, ImageHash::of(text)};
        if (auto begun = begin(entry, 0); !begun) return begun;
        if (auto written = write(text); !written) return written;
        return listed ? note(std::move(entry)) : ok();
    }

    Result<void> add_folder(const std::string& path, unsigned mode, std::int64_t modified) {
        ImageEntry entry{path, Kind::folder, mode, 0, {}, {}};
        if (!folders_.insert(path).second) return ok();
        if (auto begun = begin(entry, modified); !begun) return begun;
        return note(std::move(entry));
    }

    Result<void> add_section(const ImageSection& section) {
        for (auto slash = section.place.find('/');; slash = section.place.find('/', slash + 1)) {
            if (auto added = add_folder(section.place.substr(0, slash), 0755, 0); !added) return added;
            if (slash == std::string::npos) break;
        }
        for (const auto& found : section.listing) {
            const ImageEntry entry{
                section.place + "/" + found.path, found.kind, found.mode, found.size, found.link, {}};
            if (auto fine = check_image_entry(entry); !fine) return fine;
            auto added = found.kind == Kind::folder ? add_folder(entry.path, found.mode, found.modified)
                         : found.kind == Kind::link ? add_link(entry, found.modified)
                                                    : add_file(section, found, entry);
            if (!added) return added;
        }
        return ok();
    }

    Result<std::string> finish() {
        const auto manifest = ledger_.finish();
        if (manifest.size() > image_manifest_limit) return manifest_too_large();
        auto digest = ImageHash::of(manifest);
        if (auto added = add_text(image_manifest, manifest, false); !added) return fail(added.error());
        if (::archive_write_close(archive_.get()) != ARCHIVE_OK) return fail(failed().error());
        if (auto finished = output_.finish(); !finished) return fail(finished.error());
        return digest;
    }

    std::size_t entries() const { return entries_; }
    std::uint64_t bytes() const { return bytes_; }
    SyncProgress& progress() { return progress_; }

private:
    static la_ssize_t take(archive* self, void* output, const void* bytes, std::size_t size) {
        if (static_cast<Output*>(output)->write({static_cast<const char*>(bytes), size}))
            return static_cast<la_ssize_t>(size);
        ::archive_set_error(self, errno, "write");
        return -1;
    }

    Result<void> failed() const {
        const char* words = ::archive_error_string(archive_.get());
        const int number = ::archive_errno(archive_.get());
        if (number > 0 && number < 200) {
            errno = number;
            return output_.failed();
        }
        return fail(Fault::failed, fmt::format("cannot write the image: {}", words ? words : "no reason is known"));
    }

    Result<void> begin(const ImageEntry& entry, std::int64_t modified) {
        auto* header = ::archive_entry_clear(entry_.get());
        ::archive_entry_set_pathname(header, entry.path.c_str());
        ::archive_entry_set_filetype(header, entry.kind == Kind::folder ? AE_IFDIR
                                             : entry.kind == Kind::link ? AE_IFLNK
                                                                        : AE_IFREG);
        ::archive_entry_set_perm(header, entry.mode);
        ::archive_entry_set_size(header, static_cast<la_int64_t>(entry.size));
        if (entry.kind == Kind::link) ::archive_entry_set_symlink(header, entry.link.c_str());
        constexpr std::int64_t second = 1'000'000'000;
        const auto part = (modified % second + second) % second;
        ::archive_entry_set_mtime(header, (modified - part) / second, static_cast<long>(part));
        return ::archive_write_header(archive_.get(), header) == ARCHIVE_OK ? ok() : failed();
    }

    Result<void> write(std::string_view bytes) {
        const auto wrote = ::archive_write_data(archive_.get(), bytes.data(), bytes.size());
        return wrote == static_cast<la_ssize_t>(bytes.size()) ? ok() : failed();
    }

    static tl::unexpected<Error> manifest_too_large() {
        return fail(Fault::invalid, fmt::format("its manifest is larger than {} bytes", image_manifest_limit));
    }

    Result<void> note(ImageEntry entry) {
        if (++entries_ > tree_entries)
            return fail(Fault::invalid, fmt::format("there are more than {} entries", tree_entries));
        if (entries_ % 1024 == 0 && ledger_.size() > image_manifest_limit) return manifest_too_large();
        ledger_.entry(std::move(entry));
        return ok();
    }

    Result<void> add_link(const ImageEntry& entry, std::int64_t modified) {
        if (auto begun = begin(entry, modified); !begun) return begun;
        return note(entry);
    }

    Fd open(const ImageSection& section, const std::string& path) {
        constexpr int how = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
        const auto slash = path.rfind('/');
        if (slash == std::string::npos) {
            const auto top = section.source.top(path);
            return Fd(::openat(top.folder, std::string(top.name).c_str(), how));
        }
        const auto folder = std::string_view(path).substr(0, slash);
        if (!held_ || held_section_ != &section || held_path_ != folder) {
            held_ = section.source.open_folder(folder);
            held_section_ = &section;
            held_path_ = folder;
        }
        return held_ ? Fd(::openat(held_.get(), path.c_str() + slash + 1, how)) : Fd();
    }

    Result<void> add_file(const ImageSection& section, const TreeEntry& found, ImageEntry entry) {
        const auto origin = [&] { return terminal_safe(section.source.origin(found.path)); };
        const auto unreadable = [&] { return fail(system_error(fmt::format("cannot read \"{}\"", origin()), errno)); };
        const auto changed = [&] { return fail(Fault::busy, fmt::format("\"{}\" is being written", origin())); };
        const Fd file = open(section, found.path);
        struct stat facts {};
        if (!file || ::fstat(file.get(), &facts) != 0) return unreadable();
        if (!S_ISREG(facts.st_mode) || static_cast<std::uint64_t>(facts.st_size) != found.size) return changed();
        if (auto begun = begin(entry, found.modified); !begun) return begun;
        for (std::uint64_t left = found.size; left > 0;) {
            const auto buffer = ledger_.buffer();
            const ssize_t got = ::read(file.get(), buffer.data(), std::min<std::uint64_t>(left, buffer.size()));
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return unreadable();
            if (got == 0) return changed();
            const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
            ledger_.content(bytes.size());
            if (auto written = write(bytes); !written) return written;
            left -= bytes.size();
            progress_.bytes += bytes.size();
            if (options_.progress) options_.progress(progress_);
        }
        struct stat after {};
        if (::fstat(file.get(), &after) != 0 || after.st_mtim.tv_sec != facts.st_mtim.tv_sec ||
            after.st_mtim.tv_nsec != facts.st_mtim.tv_nsec || after.st_size != facts.st_size)
            return changed();
        bytes_ += found.size;
        ++progress_.files;
        return note(std::move(entry));
    }

    struct Free {
        void operator()(archive* one) const noexcept { ::archive_write_free(one); }
        void operator()(archive_entry* one) const noexcept { ::archive_entry_free(one); }
    };

    Output output_;
    const SyncOptions& options_;
    std::unique_ptr<archive, Free> archive_;
    std::unique_ptr<archive_entry, Free> entry_;
    ImageLedger ledger_;
    Fd held_; ///< the folder of the file read last
    const ImageSection* held_section_ = nullptr;
    std::string held_path_;
    std::set<std::string> folders_;
    SyncProgress progress_;
    std::size_t entries_ = 0;
    std::uint64_t bytes_ = 0;
};

} // namespace

Result<ImageFacts> write_image(const ImageHead& head, std::string_view definition, std::vector<ImageSection>& sections,
                               const fs::path& file, const SyncOptions& options) {
    std::sort(sections.begin(), sections.end(),
              [](const ImageSection& a, const ImageSection& b) { return in_tree_order(a.place, b.place); });
    const Utf8Locale names;
    Writer writer(file, options);
    for (const auto& section : sections)
        for (const auto& entry : section.listing)
            if (entry.kind == Kind::file) {
                writer.progress().all_bytes += entry.size;
                ++writer.progress().all_files;
            }
    if (definition.size() > image_definition_limit)
        return fail(Fault::invalid, fmt::format("the definition is larger than {} bytes", image_definition_limit));
    if (auto opened = writer.open(); !opened) return fail(opened.error());
    if (auto added = writer.add_text(image_head, write_head(head), true); !added) return fail(added.error());
    if (auto added = writer.add_text(image_definition, definition, true); !added) return fail(added.error());
    for (const auto& section : sections)
        if (auto added = writer.add_section(section); !added) return fail(added.error());
    auto digest = writer.finish();
    if (!digest) return fail(digest.error());
    return ImageFacts{head, std::string(definition), std::move(*digest), writer.entries(), writer.bytes()};
}

} // namespace layer_cake::home

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/image.hpp>
#include <layer_cake/home/image_hash.hpp>
#include <layer_cake/home/image_locale.hpp>
#include <memory>

namespace layer_cake::home {
namespace {

using Kind = TreeEntry::Kind;

constexpr std::size_t buffer_size = 1u << 20;

tl::unexpected<Error> damaged(std::string_view why) {
    return fail(Fault::invalid, fmt::format("it is damaged: {}", why));
}

class Reader {
public:
    Reader(const ImageBytes& bytes, const ImageSink& sink, std::uint64_t most_bytes)
        : bytes_(bytes), sink_(sink), most_bytes_(most_bytes), archive_(::archive_read_new()), buffer_(buffer_size) {}

    Result<ImageFacts> read() {
        auto* archive = archive_.get();
        ::archive_read_support_filter_zstd(archive);
        ::archive_read_support_format_tar(archive);
        if (::archive_read_open(archive, this, nullptr, give, nullptr) != ARCHIVE_OK) return fail(not_readable());
        if (auto head = own_text(image_head, image_head_limit)) {
            auto read = read_head(*head);
            if (!read) return fail(read.error());
            facts_.head = std::move(*read);
        } else {
            return fail(head.error());
        }
        auto definition = own_text(image_definition, image_definition_limit);
        if (!definition) return fail(definition.error());
        facts_.definition = std::move(*definition);
        if (sink_.begin)
            if (auto begun = sink_.begin(facts_); !begun) return fail(begun.error());
        for (;;) {
            auto entry = next();
            if (!entry) return fail(entry.error());
            if (entry->path == image_manifest) return finish(*entry);
            if (auto taken = take(*entry); !taken) return fail(taken.error());
        }
    }

private:
    static la_ssize_t give(archive*, void* self, const void** into) {
        auto& reader = *static_cast<Reader*>(self);
        auto bytes = reader.bytes_();
        if (!bytes) {
            reader.refused_ = std::move(bytes).error();
            return -1;
        }
        *into = bytes->data();
        return static_cast<la_ssize_t>(bytes->size());
    }

    /// Why libarchive gives no more.
    Error not_readable() {
        if (refused_) return *refused_;
        const char* words = ::archive_error_string(archive_.get());
        return damaged(words ? terminal_safe(words) : "it is no zstd archive").value();
    }

    Result<ImageEntry> next() {
        const int status = ::archive_read_next_header(archive_.get(), &header_);
        if (status == ARCHIVE_EOF) return damaged("it ends too early");
        if (status != ARCHIVE_OK) return fail(not_readable());
        ImageEntry entry;
        const char* path = ::archive_entry_pathname(header_);
        if (!path) return damaged("an entry has no name");
        entry.path = path;
        const auto type = ::archive_entry_filetype(header_);
        if (type == AE_IFDIR) {
            entry.kind = Kind::folder;
            while (entry.path.size() > 1 && entry.path.back() == '/')
                entry.path.pop_back();
        } else if (type == AE_IFLNK) {
            entry.kind = Kind::link;
            const char* text = ::archive_entry_symlink(header_);
            entry.link = text ? text : "";
        } else if (type != AE_IFREG || ::archive_entry_hardlink(header_)) {
            return fail(Fault::invalid, fmt::format("\"{}\" is a device, a FIFO or a hard link: an image has none",
                                                    terminal_safe(entry.path.substr(0, 200))));
        }
        entry.mode = static_cast<unsigned>(::archive_entry_perm(header_)) & 07777;
        if (entry.kind == Kind::file) {
            const auto size = ::archive_entry_size(header_);
            if (size < 0) return damaged("a file has no size");
            entry.size = static_cast<std::uint64_t>(size);
        }
        if (auto fine = check_image_entry(entry); !fine) return fail(std::move(fine).error());
        return entry;
    }

    /// The content of a file, piece by piece; the hash of it.
    Result<std::string> content(const ImageEntry& entry, const std::function<Result<void>(std::string_view)>& take) {
        ImageHash hash;
        std::uint64_t had = 0;
        for (;;) {
            const auto got = ::archive_read_data(archive_.get(), buffer_.data(), buffer_.size());
            if (got < 0) return fail(not_readable());
            if (got == 0) break;
            const std::string_view bytes(buffer_.data(), static_cast<std::size_t>(got));
            had += bytes.size();
            if (had > entry.size) return damaged("a file is longer than it says");
            hash.add(bytes);
            if (auto taken = take(bytes); !taken) return fail(std::move(taken).error());
        }
        if (had != entry.size) return damaged(fmt::format("\"{}\" ends too early", terminal_safe(entry.path)));
        return hash.digits();
    }

    Result<std::string> text_of(ImageEntry& entry, std::uint64_t limit) {
        if (entry.size > limit)
            return fail(Fault::invalid, fmt::format("\"{}\" is larger than {} bytes", entry.path, limit));
        std::string text;
        auto hash = content(entry, [&](std::string_view bytes) {
            text += bytes;
            return ok();
        });
        if (!hash) return fail(std::move(hash).error());
        entry.hash = std::move(*hash);
        return text;
    }

    Result<std::string> own_text(std::string_view name, std::uint64_t limit) {
        auto entry = next();
        if (!entry) return fail(entry.error());
        if (entry->path != name) return fail(Fault::invalid, fmt::format("it is no image: \"{}\" is missing", name));
        auto text = text_of(*entry, limit);
        if (text) facts_.bytes += entry->size;
        if (text) seen_.push_back(std::move(*entry));
        return text;
    }

    Result<void> take(ImageEntry& entry) {
        if (auto ordered = order_.add(entry); !ordered) return ordered;
        if (entry.path == image_head || entry.path == image_definition)
            return fail(Fault::invalid, fmt::format("\"{}\" is there twice", entry.path));
        // The sum cannot overflow: each addend has been compared.
        if (entry.size > most_bytes_ - std::min(facts_.bytes, most_bytes_))
            return fail(Fault::invalid, fmt::format("its files are larger than {} bytes together", most_bytes_));
        facts_.bytes += entry.size;
        constexpr std::int64_t second = 1'000'000'000, far = 9'000'000'000; // the year 2255
        const auto seconds = std::int64_t{::archive_entry_mtime(header_)};
        const auto time =
            seconds > -far && seconds < far ? seconds * second + ::archive_entry_mtime_nsec(header_) : std::int64_t{0};
        if (sink_.entry)
            if (auto taken = sink_.entry(entry, time); !taken) return taken;
        if (entry.kind == Kind::file) {
            auto hash =
                content(entry, [&](std::string_view bytes) { return sink_.content ? sink_.content(bytes) : ok(); });
            if (!hash) return fail(std::move(hash).error());
            entry.hash = std::move(*hash);
            if (sink_.end_of_file)
                if (auto ended = sink_.end_of_file(); !ended) return ended;
        }
        seen_.push_back(std::move(entry));
        return ok();
    }

    Result<ImageFacts> finish(ImageEntry& last) {
        auto text = text_of(last, image_manifest_limit);
        if (!text) return fail(text.error());
        const auto listed = read_manifest(*text);
        if (!listed) return fail(listed.error());
        const auto [is, should] = std::mismatch(seen_.begin(), seen_.end(), listed->begin(), listed->end());
        if (is != seen_.end() && should != listed->end() && is->path == should->path)
            return damaged(fmt::format("\"{}\" is not what its hash says", terminal_safe(is->path)));
        if (is != seen_.end() && (should == listed->end() || in_tree_order(is->path, should->path)))
            return damaged(fmt::format("\"{}\" is not in its manifest", terminal_safe(is->path)));
        if (should != listed->end()) return damaged(fmt::format("\"{}\" is missing", terminal_safe(should->path)));
        if (::archive_read_next_header(archive_.get(), &header_) != ARCHIVE_EOF) return damaged("more follows its end");
        facts_.digest = ImageHash::of(*text);
        facts_.entries = seen_.size();
        return std::move(facts_);
    }

    struct Free {
        void operator()(archive* one) const noexcept { ::archive_read_free(one); }
    };

    const ImageBytes& bytes_;
    const ImageSink& sink_;
    std::uint64_t most_bytes_;
    std::unique_ptr<archive, Free> archive_;
    std::vector<char> buffer_;
    archive_entry* header_ = nullptr; ///< the archive's
    std::optional<Error> refused_;
    ImageFacts facts_;
    ImageOrder order_;
    std::vector<ImageEntry> seen_;
};

} // namespace

Result<ImageFacts> read_image(const ImageBytes& bytes, const ImageSink& sink, std::uint64_t most_bytes) {
    const Utf8Locale names;
    return Reader(bytes, sink, most_bytes).read();
}

} // namespace layer_cake::home

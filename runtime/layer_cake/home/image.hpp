#pragma once

#include <functional>
#include <layer_cake/home/image_manifest.hpp>
#include <layer_cake/home/sync.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Portable images: written, and read with every rule of image_manifest.hpp checked on the way. libarchive does the
/// tar and the zstd of it.
namespace layer_cake::home {

/// A tree that becomes a part of an image.
struct ImageSection {
    std::string place; ///< "script", "resource/zombie.py", "role/web/model"
    TreeSource source;
    Listing listing;
};

struct ImageFacts {
    ImageHead head;
    std::string definition; ///< the group file
    std::string digest;     ///< of the manifest: SHA-256, hexadecimal; stands for all that is in the image
    std::size_t entries = 0;
    std::uint64_t bytes = 0; ///< of all files together
};

/// Writes an image, atomically and with mode 0600: a definition may hold secrets.
/// @param sections  changed only to be sorted; with `head` and `definition` all that the image holds
/// Fails with `invalid` when a name is not UTF-8 or a limit is passed, with `busy` when a file changes meanwhile.
Result<ImageFacts> write_image(const ImageHead& head, std::string_view definition, std::vector<ImageSection>& sections,
                               const std::filesystem::path& file, const SyncOptions& options = {});

/// What is done with an image while it is read. Any failure ends the reading.
struct ImageSink {
    /// Called once, after the head and the definition, before any other entry.
    std::function<Result<void>(const ImageFacts&)> begin{};
    /// One of the entries other than head, definition and manifest; of a file the content follows.
    /// @param modified  nanoseconds since 1970
    std::function<Result<void>(const ImageEntry&, std::int64_t modified)> entry{};
    std::function<Result<void>(std::string_view bytes)> content{};
    std::function<Result<void>()> end_of_file{};
};

/// Reads bytes of an image: an empty span is the end; fails as the system says.
using ImageBytes = std::function<Result<std::span<const char>>()>;

/// Reads an image to its end. What the sink has been given counts only when this succeeds: then all of it is what the
/// manifest says, by kind, mode, size and hash, nothing is missing and nothing more is there.
/// @param most_bytes  of all files together
/// Fails with `invalid` otherwise: `it is damaged: "script/x" is not what its hash says`.
Result<ImageFacts> read_image(const ImageBytes& bytes, const ImageSink& sink,
                              std::uint64_t most_bytes = image_bytes_limit);

/// Reads an image from a file, and unpacks it into an empty open folder. Nothing outside that folder is written. After
/// a failure it holds whatever was unpacked.
/// @param accept  is shown the head before anything is unpacked, and may refuse
Result<ImageFacts> unpack_image(const std::filesystem::path& file, const SyncTarget& into,
                                const std::function<Result<void>(const ImageHead&)>& accept,
                                std::uint64_t most_bytes = image_bytes_limit, const SyncOptions& options = {});

} // namespace layer_cake::home

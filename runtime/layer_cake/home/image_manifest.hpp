#pragma once

#include <cstdint>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/tree.hpp>
#include <string>
#include <string_view>
#include <vector>

/// What a portable image says of itself. Pure: text in, values out.
///
/// An image is a tar archive compressed with zstd. Its entries, in this order:
///
///     layer-cake-image.json       the head: format, architecture, name of the group
///     layer-cake.yaml             the definition
///     resource/<executable>/...   shared files
///     role/<role>/model/...       the files of roles
///     script/...                  programs and what goes with them
///     layer-cake-manifest.jsonl   all of the above with kind, mode, size and hash, one JSON object a line
///
/// Times are kept in whole seconds.
namespace layer_cake::home {

inline constexpr std::string_view image_head = "layer-cake-image.json", image_definition = "layer-cake.yaml",
                                  image_manifest = "layer-cake-manifest.jsonl";
inline constexpr int image_format = 1;

/// Limits of an image, besides those of a tree: bytes of the head, the definition, the manifest; and of all files
/// together unless another is given.
inline constexpr std::uint64_t image_head_limit = 64u << 10, image_definition_limit = 4u << 20,
                               image_manifest_limit = 512u << 20, image_bytes_limit = 64ull << 30;

struct ImageHead {
    int format = image_format;
    std::string architecture; ///< as uname -m says
    bool native = false;      ///< it holds programs of that architecture
    std::string group;        ///< its name
    std::string version;      ///< of the layer-cake that wrote it

    friend bool operator==(const ImageHead&, const ImageHead&) = default;
};
std::string write_head(const ImageHead& head);
/// Fails with `invalid`: no such JSON, or a format that is not known.
Result<ImageHead> read_head(std::string_view text);

/// One entry of an image.
struct ImageEntry {
    std::string path;
    TreeEntry::Kind kind = TreeEntry::Kind::file;
    unsigned mode = 0;
    std::uint64_t size = 0;
    std::string link;
    std::string hash; ///< of a file: SHA-256, as 64 hexadecimal digits

    friend bool operator==(const ImageEntry&, const ImageEntry&) = default;
};
std::string write_manifest_line(const ImageEntry& entry); ///< with its newline
/// Fails with `invalid`, naming the line.
Result<std::vector<ImageEntry>> read_manifest(std::string_view text);

/// Whether an entry may be in an image: its path is relative, of plain parts, valid UTF-8, within the limits and at a
/// place that images have; it is a file, folder or link that stays in its `script`, resource or model; no setuid.
/// `mode` has all permission bits as found. Fails with `invalid`: `"../x" leads out of the image`.
Result<void> check_image_entry(const ImageEntry& entry);

/// Sees to it that entries come in an order in which they can be unpacked without following anything: that of a
/// Listing, so that each is there once, and after its folder.
class ImageOrder {
public:
    /// Fails with `invalid`: `"a/b" is out of order`, or when there are too many.
    Result<void> add(const ImageEntry& entry);

private:
    std::vector<std::string> folders_; ///< that are open: each in the one before
    std::string last_;
    std::size_t count_ = 0;
};

} // namespace layer_cake::home

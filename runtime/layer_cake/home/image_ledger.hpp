#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <layer_cake/home/image_manifest.hpp>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <variant>
#include <vector>

namespace layer_cake::home {

/// The manifest of an image while it is written. Files are hashed on a thread of its own, so that who reads and packs
/// them does not wait for that. All calls are on one other thread.
class ImageLedger {
public:
    ImageLedger();
    ~ImageLedger(); ///< without finish(): what is under way is dropped

    /// Memory for the next piece of a file; waits until one is free. Good until the next call.
    std::span<char> buffer();
    /// The first `size` bytes of the buffer asked for last are the file's next; they may be read on, not changed.
    void content(std::size_t size);
    /// Ends an entry: a file gets the hash of its content, unless it has one.
    void entry(ImageEntry entry);
    /// The manifest of all entries, when the last is hashed; once.
    std::string finish();
    /// Bytes of the manifest so far, without those of entries that wait.
    std::uint64_t size() const;

private:
    struct Piece {
        std::size_t buffer, size;
    };
    using Task = std::variant<Piece, ImageEntry>;

    void add(Task task);
    void work();

    static constexpr std::size_t buffer_size = 256u << 10, most_buffers = 8, most_waiting = 1000;

    std::vector<std::vector<char>> buffers_;
    std::size_t current_ = 0;

    mutable std::mutex mutex_; ///< of what follows
    std::condition_variable more_, less_;
    std::deque<Task> tasks_;
    std::vector<std::size_t> free_;
    bool ending_ = false, dropped_ = false;
    std::string manifest_;

    std::thread thread_;
};

} // namespace layer_cake::home

#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
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
    void hand_over();
    void end();
    void work();

    // Handed over by the dozen: a thread that is woken for every small file costs more than it hashes.
    static constexpr std::size_t buffer_size = 256u << 10, most_buffers = 64, batch = 32, most_waiting = 2000;

    std::vector<std::vector<char>> buffers_;
    std::vector<std::size_t> free_; ///< the last is the one asked for last
    std::vector<Task> tasks_;       ///< not handed over yet

    mutable std::mutex mutex_; ///< of what follows
    std::condition_variable more_, less_;
    std::vector<Task> waiting_;
    std::vector<std::size_t> used_; ///< free again
    std::string manifest_;
    bool ending_ = false;

    std::atomic<bool> dropped_{false};
    std::thread thread_;
};

} // namespace layer_cake::home

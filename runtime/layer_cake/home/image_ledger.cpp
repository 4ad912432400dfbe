#include <layer_cake/home/image_hash.hpp>
#include <layer_cake/home/image_ledger.hpp>

namespace layer_cake::home {

ImageLedger::ImageLedger() : buffers_(most_buffers) {
    for (std::size_t at = 0; at < most_buffers; ++at)
        free_.push_back(at);
    thread_ = std::thread([this] { work(); });
}

ImageLedger::~ImageLedger() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard guard(mutex_);
        ending_ = dropped_ = true;
    }
    more_.notify_one();
    thread_.join();
}

std::span<char> ImageLedger::buffer() {
    std::unique_lock guard(mutex_);
    less_.wait(guard, [this] { return !free_.empty(); });
    current_ = free_.back(); // stays there until it has content
    guard.unlock();
    auto& memory = buffers_[current_];
    if (memory.empty()) memory.resize(buffer_size);
    return memory;
}

void ImageLedger::content(std::size_t size) {
    {
        const std::lock_guard guard(mutex_);
        free_.pop_back();
    }
    add(Piece{current_, size});
}

void ImageLedger::entry(ImageEntry entry) {
    add(std::move(entry));
}

void ImageLedger::add(Task task) {
    std::unique_lock guard(mutex_);
    less_.wait(guard, [this] { return tasks_.size() < most_waiting; });
    tasks_.push_back(std::move(task));
    const bool first = tasks_.size() == 1;
    guard.unlock();
    if (first) more_.notify_one();
}

std::string ImageLedger::finish() {
    {
        const std::lock_guard guard(mutex_);
        ending_ = true;
    }
    more_.notify_one();
    thread_.join();
    return std::move(manifest_);
}

std::uint64_t ImageLedger::size() const {
    const std::lock_guard guard(mutex_);
    return manifest_.size();
}

void ImageLedger::work() {
    ImageHash hash;
    std::unique_lock guard(mutex_);
    for (;;) {
        more_.wait(guard, [this] { return !tasks_.empty() || ending_; });
        if (dropped_ || tasks_.empty()) return;
        auto task = std::move(tasks_.front());
        tasks_.pop_front();
        guard.unlock();
        std::string line;
        const auto* piece = std::get_if<Piece>(&task);
        if (piece) {
            hash.add({buffers_[piece->buffer].data(), piece->size});
        } else {
            auto& entry = std::get<ImageEntry>(task);
            if (entry.kind == TreeEntry::Kind::file && entry.hash.empty()) {
                entry.hash = hash.digits();
            }
            line = write_manifest_line(entry);
        }
        guard.lock();
        if (piece) free_.insert(free_.begin(), piece->buffer); // the last is the one that was asked for
        manifest_ += line;
        less_.notify_one();
    }
}

} // namespace layer_cake::home

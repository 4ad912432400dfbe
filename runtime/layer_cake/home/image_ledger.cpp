#include <iterator>
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
    dropped_ = true;
    end();
}

std::span<char> ImageLedger::buffer() {
    if (free_.empty()) {
        hand_over();
        std::unique_lock guard(mutex_);
        more_.notify_one();
        less_.wait(guard, [this] { return !used_.empty(); });
        free_.swap(used_);
    }
    auto& memory = buffers_[free_.back()];
    if (memory.empty()) memory.resize(buffer_size);
    return memory;
}

void ImageLedger::content(std::size_t size) {
    add(Piece{free_.back(), size});
    free_.pop_back();
}

void ImageLedger::entry(ImageEntry entry) {
    add(std::move(entry));
}

void ImageLedger::add(Task task) {
    tasks_.push_back(std::move(task));
    if (tasks_.size() >= batch) hand_over();
}

void ImageLedger::hand_over() {
    std::unique_lock guard(mutex_);
    less_.wait(guard, [this] { return waiting_.size() < most_waiting; });
    const bool idle = waiting_.empty();
    std::move(tasks_.begin(), tasks_.end(), std::back_inserter(waiting_));
    guard.unlock();
    tasks_.clear();
    if (idle) more_.notify_one();
}

void ImageLedger::end() {
    {
        const std::lock_guard guard(mutex_);
        ending_ = true;
    }
    more_.notify_one();
    thread_.join();
}

std::string ImageLedger::finish() {
    hand_over();
    end();
    return std::move(manifest_);
}

std::uint64_t ImageLedger::size() const {
    const std::lock_guard guard(mutex_);
    return manifest_.size();
}

void ImageLedger::work() {
    ImageHash hash;
    std::vector<Task> tasks;
    for (;;) {
        {
            std::unique_lock guard(mutex_);
            more_.wait(guard, [this] { return !waiting_.empty() || ending_; });
            if (waiting_.empty()) return;
            tasks.swap(waiting_);
        }
        std::string lines;
        std::vector<std::size_t> used;
        for (auto& task : tasks) {
            if (dropped_) return;
            if (const auto* piece = std::get_if<Piece>(&task)) {
                hash.add({buffers_[piece->buffer].data(), piece->size});
                used.push_back(piece->buffer);
                continue;
            }
            auto& entry = std::get<ImageEntry>(task);
            if (entry.kind == TreeEntry::Kind::file && entry.hash.empty()) entry.hash = hash.digits();
            lines += write_manifest_line(entry);
        }
        tasks.clear();
        {
            const std::lock_guard guard(mutex_);
            used_.insert(used_.end(), used.begin(), used.end());
            manifest_ += lines;
        }
        less_.notify_one();
    }
}

} // namespace layer_cake::home

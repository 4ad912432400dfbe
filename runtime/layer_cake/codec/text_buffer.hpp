#pragma once

#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace layer_cake::codec {

/// Bytes that grow at the end. Kept and cleared, it costs no memory again.
class TextBuffer {
public:
    TextBuffer() = default;
    TextBuffer(const TextBuffer&) = delete;
    TextBuffer(TextBuffer&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)),
          size_(std::exchange(other.size_, 0)),
          room_(std::exchange(other.room_, 0)) {}
    TextBuffer& operator=(TextBuffer other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        std::swap(room_, other.room_);
        return *this;
    }
    ~TextBuffer() { std::free(data_); }

    std::size_t size() const { return size_; }
    const char* data() const { return data_; }
    std::string_view view() const { return {data_, size_}; }
    std::string str() const { return std::string(view()); }

    void clear() { size_ = 0; }
    void cut(std::size_t size) { size_ = size; } ///< drops all beyond

    /// Where at least `bytes` may be written next; end() then says where the text ends.
    char* need(std::size_t bytes) {
        if (room_ - size_ < bytes) grow(bytes);
        return data_ + size_;
    }
    void end(const char* at) { size_ = static_cast<std::size_t>(at - data_); }

    void put(char c) {
        *need(1) = c;
        ++size_;
    }
    void put(std::string_view text) {
        if (text.empty()) return;
        std::memcpy(need(text.size() + 1), text.data(), text.size());
        size_ += text.size();
    }

private:
    void grow(std::size_t bytes) {
        const auto room = (size_ + bytes) * 2 < 256 ? 256 : (size_ + bytes) * 2;
        auto* data = static_cast<char*>(std::realloc(data_, room));
        if (!data) throw std::bad_alloc();
        data_ = data;
        room_ = room;
    }

    char* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t room_ = 0;
};

} // namespace layer_cake::codec

#pragma once

#include <cstring>
#include <fmt/format.h>
#include <layer_cake/codec/binary.hpp>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

/// The reading half of the binary form (binary_form.hpp): checks all it is given, and says where it was wrong.
namespace layer_cake::codec {

/// One reading of one message; used by read_binary() only.
class BinaryReader {
public:
    BinaryReader(std::string_view bytes, const BinaryReading& how)
        : left_(bytes), how_(how), memory_left_(how.limits.memory), depth_(how.limits.depth) {}

    Result<void> run(const type::Info& info, void* to);

private:
    /// A pointer that waits for the table behind the value.
    struct Pointee {
        std::shared_ptr<void> value;
        const type::Info* info = nullptr;
        bool is_read = false;
    };

    bool run_parts(const type::Info& info, void* to);
    bool read(const type::Info& info, void* to);
    bool read_plain(const type::Info& info, void* to, std::size_t size);
    bool read_message(const type::Info& info, void* to);
    bool read_sequence(const type::Info& info, void* to);
    bool read_element(const type::Info& info, void* to, std::size_t index);
    bool read_map(const type::Info& info, void* to);
    bool read_pointer(const type::Info& info, void* to);
    bool read_table();
    /// Keeps what may be an alias in the value, or in a pointee that is kept.
    bool keep_pointers(type::Incognito& unknown, const std::vector<std::pair<std::uint64_t, std::string_view>>& table);
    bool read_any(type::Any& to);
    bool read_binary_any(std::string_view signature, type::Any& to);
    bool read_json_any(std::string_view signature, type::Any& to);
    /// What was unknown to the sender is known here: as if it had come as JSON.
    bool recognise(type::Any& to);
    /// Keeps the addresses whose keys may be in the text; the start of a key finds it.
    bool keep_addresses(type::Incognito& unknown, std::string_view text);
    bool read_text(const type::Info& info, void* to);
    static std::string alias_text(std::uint64_t alias) {
        std::string text(8, '\0');
        std::memcpy(text.data(), &alias, 8);
        return text;
    }

    bool plain(void* to, std::size_t size) {
        if (size > left_.size()) return cut_short();
        std::memcpy(to, left_.data(), size);
        left_.remove_prefix(size);
        return true;
    }
    bool number(std::uint64_t& value) { return plain(&value, sizeof value); }
    bool length(std::size_t& value) {
        value = 0;
        for (unsigned shift = 0; shift < 63; shift += 7) {
            if (left_.empty()) return cut_short();
            const auto byte = static_cast<unsigned char>(left_[0]);
            left_.remove_prefix(1);
            value |= static_cast<std::size_t>(byte & 0x7f) << shift;
            if (byte < 0x80) return byte != 0 || shift == 0 || refuse("a length has groups too many");
        }
        return refuse("a length has groups too many");
    }
    bool text(std::string_view& text) {
        std::size_t size = 0;
        if (!length(size)) return false;
        if (size > left_.size()) return cut_short();
        text = left_.substr(0, size);
        left_.remove_prefix(size);
        return true;
    }

    bool cut_short() { return refuse("it ends too early"); }
    bool refuse(std::string problem) {
        if (problem_.empty()) problem_ = std::move(problem);
        return false;
    }
    bool at(std::string step) {
        place_.insert(0, step);
        return false;
    }
    bool enter() {
        if (depth_ == 0) return refuse(fmt::format("nested deeper than {} levels", how_.limits.depth));
        --depth_;
        return true;
    }
    bool spend(std::size_t bytes) {
        if (bytes > memory_left_) return refuse(fmt::format("takes more than {} bytes of memory", how_.limits.memory));
        memory_left_ -= bytes;
        return true;
    }

    std::string_view left_;
    const BinaryReading& how_;
    std::size_t memory_left_;
    int depth_;
    std::size_t wanted_ = 0;
    std::unordered_map<std::uint64_t, Pointee> pointees_;
    std::vector<type::Incognito*> unknown_;
    std::string place_;
    std::string problem_;
};

} // namespace layer_cake::codec

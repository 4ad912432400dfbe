#pragma once

#include <layer_cake/codec/typed_json.hpp>
#include <memory>
#include <unordered_map>

namespace layer_cake::codec {

/// Appends UTF-8 as a JSON string in ASCII; bytes that are not UTF-8 become U+FFFD.
void append_ascii_string(TextBuffer& out, std::string_view text);

/// One writing of one value; used by write_json() only.
class JsonWriter {
public:
    JsonWriter(TextBuffer& out, const JsonWriting& how) : out_(&out), how_(how), depth_(how.depth) {}

    Result<void> run(const type::Info& info, const void* value);

private:
    /// A pointee, under the alias it has got.
    struct Pointee {
        std::string alias;
        std::shared_ptr<void> value;
        const type::Info* info = nullptr;
        TextBuffer word;
        bool is_written = false;
    };

    bool write(const type::Info& info, const void* value);
    bool write_scalar(const type::Info& info, const void* value);
    bool write_text_of(const type::Info& info, const void* value);
    bool write_message(const type::Info& info, const void* value);
    bool write_sequence(const type::Info& info, const void* value);
    void write_doubles(const std::vector<double>& row);
    bool write_map(const type::Info& info, const void* value);
    bool write_any(const type::Any& any);
    bool write_incognito(const type::Incognito& unknown);
    bool write_pointer(const type::Info& info, const void* value);
    bool write_pointees(std::size_t from);
    bool write_enumeration(const type::Info& info, const void* value);
    void write_address(const type::Address& address);
    void write_numbers(const type::Address& address);
    void write_latin1(std::string_view bytes);
    void write_table();

    bool enter();
    bool refuse(std::string problem);
    bool at_member(std::string_view name);
    bool at_index(std::size_t index);
    const std::string& unique(); ///< what makes keys and aliases of this message differ from all others

    TextBuffer* out_;
    const JsonWriting& how_;
    int depth_;
    std::string unique_;
    std::size_t keys_ = 0;
    std::vector<std::unique_ptr<Pointee>> pointees_;
    std::unordered_map<const void*, std::vector<Pointee*>> by_place_;
    std::vector<std::string> met_; ///< aliases in the order first met
    std::vector<type::SavedPointer> saved_;
    std::string place_;
    std::string problem_;
};

} // namespace layer_cake::codec

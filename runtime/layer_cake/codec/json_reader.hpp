#pragma once

#include <deque>
#include <layer_cake/codec/json_scan.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <memory>
#include <unordered_map>

namespace layer_cake::codec {

/// One reading of one text; used by read_json() only.
class JsonReader {
public:
    JsonReader(std::string_view text, const JsonReading& how)
        : text_(text), scan_(text), how_(how), memory_left_(how.limits.memory), depth_(how.limits.depth) {}

    Result<void> run(const type::Info& info, void* to);

private:
    /// An entry of the pointer table, decoded when first asked for.
    struct Pointee {
        std::string_view word;
        std::shared_ptr<void> value;
        const type::Info* info = nullptr;
    };

    bool read_shipment(const type::Info& info, void* to);
    bool read_pointees();

    bool read(const type::Info& info, void* to);
    bool read_scalar(const type::Info& info, void* to);
    bool read_message(const type::Info& info, void* to);
    bool read_sequence(const type::Info& info, void* to);
    bool read_array(const type::Info& info, void* to);
    bool read_doubles(std::vector<double>& to);
    bool read_map(const type::Info& info, void* to);
    bool read_pair(const type::Info& info, void* key, void* value);
    bool read_optional(const type::Info& info, void* to);
    bool read_pointer(const type::Info& info, void* to);
    bool read_any(type::Any& to);
    bool read_incognito(std::string signature, std::string_view word, std::vector<std::string> aliases, type::Any& to);
    bool read_strings(std::vector<std::string>& to);
    bool read_enumeration(const type::Info& info, void* to);
    template <class T>
    bool read_integer(const type::Info& info, void* to);
    template <class T>
    bool read_float(const type::Info& info, void* to);
    bool read_address(const type::Info& info, type::Address& to);
    bool read_numbers(const type::Info& info, std::vector<std::int64_t>& to);
    /// A string without its escapes; valid until the next one.
    bool read_text(const type::Info& info, std::string_view& text);

    bool take_null();
    bool find_pointees();
    bool collect_pointees(JsonScan& scan);
    bool enter(char open, const type::Info& info);
    bool leave(char close);
    bool spend(std::size_t bytes);

    bool expected(std::string_view what);
    bool expected(const type::Info& info) { return expected(info.signature()); }
    bool refuse(std::string problem);
    /// Puts a step in front of the place of a problem on its way out.
    bool at_member(std::string_view name);
    bool at_index(std::size_t index);
    std::string found();

    std::string_view text_;
    JsonScan scan_;
    const JsonReading& how_;
    std::size_t memory_left_;
    int depth_;
    std::string place_;
    std::string problem_;
    std::string scratch_;
    std::vector<double> row_;
    bool pointees_found_ = false;
    std::unordered_map<std::string, Pointee> pointees_;
    std::deque<std::pair<const std::string*, Pointee*>> waiting_;
};

} // namespace layer_cake::codec

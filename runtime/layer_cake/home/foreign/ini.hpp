#pragma once

#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace layer_cake::home::foreign {

/// A file of sections as Python's configparser reads it for supervisord: `key = value` or `key: value`, names of keys
/// in small letters, lines that are indented go on with the value, comments behind `;` or `#` at the start of a line or
/// after a blank.
struct Ini {
    struct Entry {
        std::string key, value; ///< the value's lines are joined by newlines
        codec::Mark mark, value_mark;
    };
    struct Section {
        std::string name; ///< `program:web`
        codec::Mark mark;
        std::vector<Entry> entries; ///< of equal keys the last one only
        const Entry* find(std::string_view key) const;
    };
    std::vector<Section> sections; ///< those of one name are one
};

/// What is no such file, and where.
struct IniError {
    codec::Mark mark;
    std::string rule;
};

/// Limits: 1 MiB, 10,000 sections, 1,000 keys in a section.
tl::expected<Ini, IniError> parse_ini(std::string_view text);

} // namespace layer_cake::home::foreign

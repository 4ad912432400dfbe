#pragma once

#include <layer_cake/codec/value.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

/// Between the YAML parser and values: the flat list of what the parser saw, and
/// the building of the value from it. An alias repeats the events of its anchor.
namespace layer_cake::codec::yaml {

/// Why a document is not accepted, and where. Thrown, because it passes through the parser.
struct Refused {
    Mark at;
    std::string rule;
};

struct Event {
    enum class Kind : unsigned char { scalar, sequence, mapping, alias, end };

    Kind kind = Kind::scalar;
    bool plain_merge = false; ///< an unquoted `<<`
    bool merely_null = false; ///< an unquoted null: as a key it has no text
    std::uint32_t target = 0; ///< alias: index of the first event it repeats
    Mark mark;
    Value value;      ///< of a scalar
    std::string text; ///< of a scalar that is no string: as written, should it be a key
};

class Events {
public:
    void start_document(Mark at);
    void null(Mark at, std::size_t anchor);
    void scalar(Mark at, std::string_view tag, std::size_t anchor, std::string_view text);
    void start(Event::Kind kind, Mark at, std::string_view tag, std::size_t anchor);
    void end();
    void alias(Mark at, std::size_t anchor);

    /// The document's value; null when there was none. Throws Refused. Empties the list.
    Value value();

private:
    Event& add(Event::Kind kind, Mark at, std::size_t anchor);

    std::vector<Event> events_;
    std::vector<std::uint32_t> open_;                        ///< collections not ended yet
    std::unordered_map<std::size_t, std::uint32_t> anchors_; ///< the event each anchor marks
    std::size_t nodes_ = 0;
    std::size_t aliases_ = 0;
    int documents_ = 0;
};

} // namespace layer_cake::codec::yaml

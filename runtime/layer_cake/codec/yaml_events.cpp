#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/unique_names.hpp>
#include <layer_cake/codec/yaml_events.hpp>
#include <layer_cake/codec/yaml_scalar.hpp>
#include <layer_cake/core/text.hpp>
#include <unordered_set>

namespace layer_cake::codec::yaml {
namespace {

constexpr std::size_t most_nodes = 100'000;
constexpr std::size_t most_aliases = 100;
constexpr std::size_t most_repeated = 10'000;
constexpr std::size_t deepest = 32;

constexpr std::string_view core_tag = "tag:yaml.org,2002:";

[[noreturn]] void refuse(Mark at, std::string rule) {
    throw Refused{at, std::move(rule)};
}

std::string shown(std::string_view text) {
    return terminal_safe(text.substr(0, 64));
}

/// The part of a tag after the core schema's prefix; a foreign tag is refused.
std::string_view core_name(Mark at, std::string_view tag) {
    if (tag.substr(0, core_tag.size()) != core_tag)
        refuse(at, fmt::format("the tag \"{}\" is not known here", shown(tag)));
    return tag.substr(core_tag.size());
}

Value tagged_scalar(Mark at, std::string_view tag, std::string_view text) {
    if (tag.empty() || tag == "?") return plain_scalar(text);
    if (tag == "!") return text; // quoted, or told to be text
    const auto name = core_name(at, tag);
    auto value = plain_scalar(text);
    const auto kind = value.kind();
    if (name == "str") return text;
    if (name == "null" && kind == Value::Kind::null) return value;
    if (name == "bool" && kind == Value::Kind::boolean) return value;
    if (name == "float" && kind == Value::Kind::number) return value;
    if (name == "int" && kind == Value::Kind::number) {
        const bool based = text.substr(0, 2) == "0x" || text.substr(0, 2) == "0o";
        if (based || text.find_first_of(".eE") == std::string_view::npos) return value;
    }
    refuse(at, fmt::format("\"{}\" does not fit its tag \"!!{}\"", shown(text), shown(name)));
}

/// Builds the value from the events. Recursion is as deep as values may be.
class Builder {
public:
    explicit Builder(std::vector<Event>& events) : events_(events) {}

    Value build() {
        std::uint32_t at = 0;
        return node(at, 0, false);
    }

private:
    /// Builds the node that starts at event `at` and moves `at` behind it.
    /// @param repeated  the node is below an alias: it counts, and its events are kept
    Value node(std::uint32_t& at, std::size_t depth, bool repeated) {
        Event& event = events_[at];
        if (repeated && ++repeated_ > most_repeated)
            refuse(alias_, fmt::format("aliases repeat more than {} nodes", most_repeated));
        switch (event.kind) {
        case Event::Kind::alias: {
            ++at;
            const auto outer = alias_;
            if (!repeated) alias_ = event.mark;
            std::uint32_t target = event.target;
            auto value = node(target, depth, true);
            alias_ = outer;
            return value;
        }
        case Event::Kind::sequence:
            return sequence(at, depth + 1, repeated);
        case Event::Kind::mapping:
            return mapping(at, depth + 1, repeated);
        default:
            break;
        }
        ++at;
        Value value = event.value;
        value.mark = event.mark;
        return value;
    }

    void check_depth(std::size_t depth, Mark at) const {
        if (depth > deepest) refuse(at, fmt::format("nested deeper than {} levels", deepest));
    }

    Value sequence(std::uint32_t& at, std::size_t depth, bool repeated) {
        const Mark start = events_[at].mark;
        check_depth(depth, start);
        Array items;
        for (++at; events_[at].kind != Event::Kind::end;)
            items.push_back(node(at, depth, repeated));
        ++at;
        Value value(std::move(items));
        value.mark = start;
        return value;
    }

    Value mapping(std::uint32_t& at, std::size_t depth, bool repeated) {
        const Mark start = events_[at].mark;
        check_depth(depth, start);
        Object own;
        std::size_t merge_place = 0; // members before the merge key
        Value merged;
        Mark merge_mark;
        for (++at; events_[at].kind != Event::Kind::end;) {
            const Event& key = events_[at];
            ++at;
            if (repeated) ++repeated_;
            if (key.kind != Event::Kind::scalar) refuse(key.mark, "a key must be a single word or text");
            if (key.merely_null) refuse(key.mark, "a key is missing, or is an unquoted null");
            const Mark mark = key.mark;
            if (key.plain_merge) {
                if (merge_mark.line != 0) twice("<<", mark, merge_mark);
                merge_mark = mark;
                merge_place = own.size();
                merged = node(at, depth, repeated);
                continue;
            }
            std::string name = key.value.string() ? *key.value.string() : key.text;
            own.emplace_back(std::move(name), node(at, depth, repeated), mark);
        }
        ++at;
        check_unique(own);
        if (merge_mark.line != 0) merge(own, merge_place, std::move(merged), merge_mark);
        Value value(std::move(own));
        value.mark = start;
        return value;
    }

    [[noreturn]] static void twice(std::string_view name, Mark at, Mark first) {
        refuse(at, fmt::format("the key \"{}\" is given twice, first on line {}", shown(name), first.line));
    }

    static void check_unique(const Object& members) {
        const Member* again = repeated_name(members);
        if (!again) return;
        const auto first = std::find_if(members.begin(), members.end(),
                                        [again](const Member& member) { return member.name == again->name; });
        twice(again->name, again->mark, first->mark);
    }

    /// Puts the members that `<<` brings where it stood; a member given directly, or by an earlier source, wins.
    static void merge(Object& own, std::size_t place, Value source, Mark at) {
        constexpr std::string_view rule = "\"<<\" wants a mapping or a list of mappings";
        Array sources;
        if (source.array())
            sources = std::move(*source.array());
        else
            sources.push_back(std::move(source));
        std::unordered_set<std::string> names;
        for (const auto& member : own)
            names.insert(member.name);
        Object brought;
        for (auto& one : sources) {
            if (!one.object()) refuse(at, std::string(rule));
            for (auto& member : *one.object())
                if (names.insert(member.name).second) brought.push_back(std::move(member));
        }
        own.insert(own.begin() + static_cast<std::ptrdiff_t>(place), std::make_move_iterator(brought.begin()),
                   std::make_move_iterator(brought.end()));
    }

    std::vector<Event>& events_;
    std::size_t repeated_ = 0;
    Mark alias_; ///< the outermost alias being repeated, for messages
};

} // namespace

void Events::start_document(Mark at) {
    if (++documents_ > 1)
        refuse(at, "this belongs to nothing above: is the indentation right? (a second document is not allowed)");
}

Event& Events::add(Event::Kind kind, Mark at, std::size_t anchor) {
    if (kind != Event::Kind::end && ++nodes_ > most_nodes) refuse(at, fmt::format("more than {} nodes", most_nodes));
    if (anchor != 0) anchors_[anchor] = static_cast<std::uint32_t>(events_.size());
    auto& event = events_.emplace_back();
    event.kind = kind;
    event.mark = at;
    return event;
}

void Events::null(Mark at, std::size_t anchor) {
    add(Event::Kind::scalar, at, anchor).merely_null = true;
}

void Events::scalar(Mark at, std::string_view tag, std::size_t anchor, std::string_view text) {
    auto value = tagged_scalar(at, tag, text);
    auto& event = add(Event::Kind::scalar, at, anchor);
    event.merely_null = value.is_null();
    event.plain_merge = text == "<<" && (tag == "?" || tag.empty());
    if (!value.string()) event.text = text;
    event.value = std::move(value);
}

void Events::start(Event::Kind kind, Mark at, std::string_view tag, std::size_t anchor) {
    if (!tag.empty() && tag != "?" && tag != "!") {
        const auto name = core_name(at, tag);
        if (name != (kind == Event::Kind::sequence ? "seq" : "map"))
            refuse(at, fmt::format("the tag \"!!{}\" does not fit {}", shown(name),
                                   kind == Event::Kind::sequence ? "a list" : "a mapping"));
    }
    if (open_.size() == deepest) refuse(at, fmt::format("nested deeper than {} levels", deepest));
    open_.push_back(static_cast<std::uint32_t>(events_.size()));
    add(kind, at, anchor);
}

void Events::end() {
    open_.pop_back();
    add(Event::Kind::end, {}, 0);
}

void Events::alias(Mark at, std::size_t anchor) {
    if (++aliases_ > most_aliases) refuse(at, fmt::format("more than {} aliases", most_aliases));
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) refuse(at, "an alias without its anchor");
    const auto target = found->second;
    if (std::find(open_.begin(), open_.end(), target) != open_.end()) refuse(at, "an alias within what it repeats");
    add(Event::Kind::alias, at, 0).target = target;
}

Value Events::value() {
    auto events = std::exchange(events_, {});
    if (events.empty()) return {};
    return Builder(events).build();
}

} // namespace layer_cake::codec::yaml

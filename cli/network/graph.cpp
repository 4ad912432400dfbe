#include <cli/network/view.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <map>

namespace layer_cake::cli::network {
namespace {

/// Text within the quotes of a DOT string.
std::string escaped(std::string_view text) {
    std::string made;
    for (const char c : terminal_safe(text)) {
        if (c == '"' || c == '\\') made += '\\';
        made += c;
    }
    return made;
}

class Drawing {
public:
    explicit Drawing(const Detail& detail) : detail_(detail) {}

    /// Numbers the directories and notes where each name comes from: the last to list it, furthest down.
    void number(const directory::Surveyed& node) {
        const auto here = numbers_.size();
        numbers_.emplace(&node, here);
        for (const auto& one : node.listing.published)
            homes_[one.published_id] = here;
        for (const auto& below : node.below)
            number(below);
    }

    void draw(const directory::Surveyed& node) {
        const auto here = numbers_.at(&node);
        text_ += fmt::format("  n{} [label=\"{}\"];\n", here, label(node.listing));
        for (const auto& below : node.below)
            text_ += fmt::format("  n{} -> n{} [arrowhead=none];\n", here, numbers_.at(&below));
        for (const auto& [id, peer] : node.listing.peer)
            for (const auto& session : sessions_of(peer))
                if (session.is_open) draw(here, session);
        for (const auto& below : node.below)
            draw(below);
    }

    std::string take() {
        return "digraph layer_cake {\n  node [shape=box, fontname=\"monospace\"];\n"
               "  edge [fontname=\"monospace\", fontsize=10];\n" +
               text_ + "}\n";
    }

private:
    std::string label(const directory::DirectoryListing& listing) const {
        std::string text = fmt::format("[{}] {}\\n{}", directory::scope_name(listing.scope),
                                       escaped(listing.executable), id_text(listing.unique_id, detail_.full_identity));
        const auto add = [&](std::string_view line) { text += fmt::format("\\n{}", line); };
        if (detail_.addresses && listing.accept_directories_at.host)
            add(escaped(address_text(listing.accept_directories_at)));
        if (detail_.published)
            for (const auto& one : listing.published)
                add("# " + escaped(one.name));
        if (detail_.subscribed)
            for (const auto& one : listing.subscribed)
                add("? " + escaped(one.search));
        return text;
    }

    void draw(std::size_t from, const Session& session) {
        const auto home = homes_.find(session.published_id);
        auto to = home == homes_.end() ? std::string() : fmt::format("n{}", home->second);
        if (to.empty()) { // nobody in sight has published it
            if (!session.remote) return;
            to = fmt::format("\"{}\"", escaped(address_text(*session.remote)));
        }
        text_ += fmt::format("  n{} -> {} [style=dashed, constraint=false, label=\"{}\"];\n", from, to,
                             escaped(session.name));
    }

    const Detail& detail_;
    std::map<const directory::Surveyed*, std::size_t> numbers_;
    std::map<type::Uuid, std::size_t> homes_;
    std::string text_;
};

} // namespace

std::string graph_text(const directory::Surveyed& top, const Detail& detail) {
    Drawing drawing(detail);
    drawing.number(top);
    drawing.draw(top);
    return drawing.take();
}

} // namespace layer_cake::cli::network

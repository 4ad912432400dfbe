#include <algorithm>
#include <cli/network/view.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <set>

namespace layer_cake::cli::network {
namespace {

class Printer {
public:
    explicit Printer(const Detail& detail) : detail_(detail) {}

    void print(const directory::Surveyed& node, std::size_t level) {
        const auto& listing = node.listing;
        line(level, fmt::format("[{}] {} ({}){}", directory::scope_name(listing.scope),
                                terminal_safe(listing.executable), id(listing.unique_id), addresses(listing)));
        if (detail_.published) print_published(listing, level + 1);
        print_subscribed(listing, level + 1);
        if (detail_.routed)
            for (const auto& route : listing.routed)
                line(level + 1, fmt::format("<> {} ({} -> {})", quoted(route.name), id(route.subscribed_id),
                                            id(route.published_id)));
        for (const auto& below : node.below)
            print(below, level + 1);
        if (!listing.rest.empty()) line(level + 1, "(and more)");
        for (const auto& silent : node.silent)
            line(level + 1, fmt::format("({} does not answer)", address_text(silent)));
    }

    std::string take() { return std::move(text_); }

private:
    void line(std::size_t level, std::string_view rest) {
        for (std::size_t i = 0; i < level; ++i)
            text_ += "+   ";
        text_ += rest;
        text_ += '\n';
    }

    std::string id(const type::Uuid& id) const { return id_text(id, detail_.full_identity); }
    static std::string quoted(const std::string& name) { return fmt::format("\"{}\"", terminal_safe(name)); }

    std::string addresses(const directory::DirectoryListing& listing) const {
        if (!detail_.addresses) return {};
        return fmt::format(" {} <C>{} <L>{}", terminal_safe(listing.primary_ip),
                           address_text(listing.connect_to_directory), address_text(listing.accept_directories_at));
    }

    void print_published(const directory::DirectoryListing& listing, std::size_t level) {
        for (const auto* one : sorted(listing.published, &directory::Published::name)) {
            if (!shown_.insert(one->published_id).second) continue;
            const auto& at = one->listening_ipp;
            line(level, fmt::format("# {} ({}){}", quoted(one->name), id(one->published_id),
                                    at.host ? " " + address_text(at) : ""));
        }
    }

    /// Searches, and below them their sessions.
    void print_subscribed(const directory::DirectoryListing& listing, std::size_t level) {
        for (const auto* one : sorted(listing.subscribed, &directory::Subscribed::search)) {
            const auto peer = listing.peer.find(one->subscribed_id);
            std::vector<Session> sessions;
            if (detail_.connected && peer != listing.peer.end()) sessions = sessions_of(peer->second);
            const bool is_first = shown_.insert(one->subscribed_id).second;
            if (!(detail_.subscribed && is_first) && sessions.empty()) continue;
            line(level, fmt::format("? {} ({})", quoted(one->search), id(one->subscribed_id)));
            for (const auto& session : sessions)
                line(level + 1, "> " + quoted(session.name) + session_text(session));
        }
    }

    static std::string session_text(const Session& session) {
        std::string text;
        if (session.scope) text = fmt::format("[{}]", directory::scope_name(*session.scope));
        if (!session.is_open) return text + " (not connected)";
        if (!session.remote) return text;
        const auto remote = address_text(*session.remote);
        if (!session.local) return text + fmt::format(" ({})", remote);
        return text + fmt::format(" ({} -> {})", address_text(*session.local), remote);
    }

    template <class T>
    static std::vector<const T*> sorted(const std::vector<T>& all, std::string T::*key) {
        std::vector<const T*> order;
        for (const auto& one : all)
            order.push_back(&one);
        std::stable_sort(order.begin(), order.end(), [&](const T* a, const T* b) { return a->*key < b->*key; });
        return order;
    }

    const Detail& detail_;
    std::set<type::Uuid> shown_; ///< names and searches, once each
    std::string text_;
};

} // namespace

std::string tree_text(const directory::Surveyed& top, const Detail& detail) {
    Printer printer(detail);
    printer.print(top, 0);
    return printer.take();
}

} // namespace layer_cake::cli::network

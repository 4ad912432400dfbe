#pragma once

#include <layer_cake/core/pattern.hpp>
#include <layer_cake/realm/memory_carrier.hpp>
#include <layer_cake/realm/replica.hpp>
#include <map>
#include <memory>
#include <queue>
#include <set>
#include <string>
#include <vector>

/// Sites with real replicas in one process; carriers and time are those of a MemoryHub. Everything follows from the
/// seed.
namespace layer_cake::realm {

class World {
public:
    struct Shape {
        int sites = 5;
        unsigned seed = 1;
        Weather weather{};
        std::optional<RealmKey> key{};
        RealmLimits limits{};
        std::size_t longest = 1u << 20;
    };
    explicit World(Shape shape);
    ~World();

    void run(Duration time);
    Instant now() const { return hub.now(); }

    // A site's top node would do that.
    void publish(int site, const std::string& name);
    void publish(int site, const std::string& name, const type::Uuid& id);
    void withdraw(int site, const std::string& name);
    void search(int site, const std::string& text);
    void give_up(int site, const std::string& text);

    // Members.
    void stop(int site);  ///< as a crash would
    void leave(int site); ///< in good order
    void start(int site); ///< again, with what the site had
    /// It is not called for that long; what comes in waits.
    void stall(int site, Duration time);

    /// What is not as it should be: each search has found each name that matches it at another site that runs, and
    /// nothing else. Empty when all is.
    std::string difference() const;
    /// Runs until there is no difference; nothing when there is one still after `most`.
    std::optional<Duration> converge(Duration most);

    Replica& replica(int site) { return *sites_.at(static_cast<std::size_t>(site))->replica; }
    const std::map<std::string, type::Uuid>& names(int site) const {
        return sites_.at(static_cast<std::size_t>(site))->names;
    }
    /// Under which id a search has found a name; nothing when it has not.
    std::optional<type::Uuid> found(int site, const std::string& search, const std::string& name) const;
    std::uint64_t cleared() const { return cleared_; } ///< routes that were taken back, at all sites

    MemoryHub hub;
    Random random;

private:
    struct Search {
        type::Uuid id;
        std::shared_ptr<Pattern> pattern;                              ///< nothing: a plain name
        std::map<std::string, std::map<type::Uuid, type::Uuid>> found; ///< by name: published ids, by route
        bool matches(const std::string& text, std::string_view name) const {
            return pattern ? pattern->matches_whole(name) : text == name;
        }
    };
    struct Site {
        int number = 0;
        std::unique_ptr<Carrier> carrier;
        std::unique_ptr<Replica> replica;
        std::map<std::string, type::Uuid> names;
        std::map<std::string, Search> searches;
        std::map<type::Uuid, std::string> by_id;
        std::unordered_map<std::string, WatchId> watches;
        std::vector<CarrierEvent> waiting; ///< while it is stalled
        Instant stalled_until{}, due = Instant::max();
    };

    void hear(Site& site, const CarrierEvent& event);
    void act(Site& site, RealmEffects effects);
    Site& at(int site) { return *sites_.at(static_cast<std::size_t>(site)); }

    Shape shape_;
    directory::UniqueIds ids_;
    std::vector<std::unique_ptr<Site>> sites_;
    std::priority_queue<std::pair<Instant, int>, std::vector<std::pair<Instant, int>>, std::greater<>> due_;
    std::uint64_t cleared_ = 0, starts_ = 0;
};

} // namespace layer_cake::realm

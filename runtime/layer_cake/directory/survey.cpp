#include <algorithm>
#include <layer_cake/directory/survey.hpp>
#include <layer_cake/object/concurrently.hpp>
#include <set>
#include <tuple>

namespace layer_cake::directory {
namespace {

class Surveyor {
public:
    Surveyor(object::Self& self, Duration patience) : self_(self), patience_(patience) {}

    Surveyed look(DirectoryListing listing, std::size_t depth) {
        Surveyed found;
        known_.insert(listing.unique_id);
        if (depth < survey_depth) look_below(listing, found, depth + 1);
        listing.sub_directory.clear();
        found.listing = std::move(listing);
        return found;
    }

private:
    void look_below(const DirectoryListing& listing, Surveyed& found, std::size_t depth) {
        object::Concurrently all(self_);
        std::vector<type::HostPort> asked;
        for (const auto& [from, address] : listing.sub_directory) {
            if (known_.size() + asked.size() >= survey_directories) break;
            all.ask(GetDirectory{}, address);
            asked.push_back(from);
        }
        if (asked.empty()) return;
        auto answers = all.wait(patience_);
        for (std::size_t i = 0; i < answers.size(); ++i) {
            auto* below = answers[i].get<DirectoryListing>();
            if (!below)
                found.silent.push_back(std::move(asked[i]));
            else if (!known_.contains(below->unique_id))
                found.below.push_back(look(std::move(*below), depth));
        }
        const auto order = [](const Surveyed& one) {
            return std::tie(one.listing.scope, one.listing.executable, one.listing.unique_id);
        };
        std::sort(found.below.begin(), found.below.end(),
                  [&](const Surveyed& a, const Surveyed& b) { return order(a) < order(b); });
    }

    object::Self& self_;
    Duration patience_;
    std::set<type::Uuid> known_;
};

void collect(const Surveyed& node, std::vector<const Surveyed*>& all) {
    all.push_back(&node);
    for (const auto& below : node.below)
        collect(below, all);
}

} // namespace

Result<Surveyed> survey(object::Self& self, const type::Address& directory, Duration patience) {
    auto top = self.ask<DirectoryListing>(ListDirectory{}, directory, patience);
    if (top) return Surveyor(self, patience).look(std::move(*top), 0);
    if (top.value().is<type::TimedOut>()) return fail(Fault::timed_out, "the directory does not answer");
    const auto* fault = top.fault();
    return fail(Fault::disconnected, fault ? fault->explanation : "the directory has given no listing");
}

std::vector<const Surveyed*> all_of(const Surveyed& top) {
    std::vector<const Surveyed*> all;
    collect(top, all);
    return all;
}

} // namespace layer_cake::directory

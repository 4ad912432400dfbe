#include <algorithm>
#include <layer_cake/directory/listing_place.hpp>
#include <layer_cake/directory/survey.hpp>
#include <layer_cake/object/concurrently.hpp>
#include <set>
#include <span>
#include <tuple>

namespace layer_cake::directory {
namespace {

/// That are asked at once: the answers of so many are within what a session keeps of them.
constexpr std::size_t most_at_once = 64;

class Surveyor {
public:
    Surveyor(object::Self& self, Duration patience) : self_(self), patience_(patience) {}

    Surveyed look(DirectoryListing top, const type::Address& at, std::vector<type::HostPort> silent) {
        known_.insert(top.unique_id);
        found_.push_back({{std::move(top), {}, std::move(silent)}, 0, at});
        complete(0);
        std::size_t first = 0;
        for (std::size_t depth = 1; depth <= survey_depth && first < found_.size(); ++depth) {
            const auto end = found_.size();
            look_below(first, end);
            first = end;
        }
        return tree();
    }

private:
    struct Found {
        Surveyed node;
        std::size_t parent;
        type::Address address;
    };
    struct Question {
        std::size_t parent;
        type::HostPort from;
        type::Address address;
    };

    /// Those below the ones from `first` to `end`.
    void look_below(std::size_t first, std::size_t end) {
        std::vector<Question> questions;
        for (auto at = first; at < end; ++at)
            for (const auto& [from, address] : found_[at].node.listing.sub_directory)
                if (found_.size() + questions.size() < survey_directories) questions.push_back({at, from, address});
        for (std::size_t next = 0; next < questions.size(); next += most_at_once)
            ask({questions.data() + next, std::min(most_at_once, questions.size() - next)});
        while (end < found_.size())
            complete(end++);
    }

    void ask(std::span<Question> questions) {
        object::Concurrently all(self_);
        for (const auto& question : questions)
            all.ask(GetDirectory{}, question.address);
        auto answers = all.wait(patience_);
        for (std::size_t i = 0; i < answers.size(); ++i) {
            auto& question = questions[i];
            auto* below = answers[i].get<DirectoryListing>();
            if (!below)
                found_[question.parent].node.silent.push_back(std::move(question.from));
            else if (known_.insert(below->unique_id).second)
                found_.push_back({{std::move(*below), {}, {}}, question.parent, question.address});
        }
    }

    /// The parts of its listing that have not come yet.
    void complete(std::size_t at) {
        auto& whole = found_[at].node.listing;
        while (!whole.rest.empty() && parts_++ < survey_parts) {
            auto part = self_.ask<DirectoryListing>(GetRest{whole.rest}, found_[at].address, patience_);
            if (!part || part->rest == whole.rest) return;
            add_part(whole, std::move(*part));
        }
    }

    /// Each is found after the one above it.
    Surveyed tree() {
        const auto order = [](const Surveyed& one) {
            return std::tie(one.listing.scope, one.listing.executable, one.listing.unique_id);
        };
        for (std::size_t at = found_.size(); at-- > 0;) {
            auto& node = found_[at].node;
            node.listing.sub_directory.clear();
            std::sort(node.below.begin(), node.below.end(),
                      [&](const Surveyed& a, const Surveyed& b) { return order(a) < order(b); });
            if (at > 0) found_[found_[at].parent].node.below.push_back(std::move(node));
        }
        return std::move(found_.front().node);
    }

    object::Self& self_;
    Duration patience_;
    std::set<type::Uuid> known_;
    std::vector<Found> found_;
    std::size_t parts_ = 0;
};

void collect(const Surveyed& node, std::vector<const Surveyed*>& all) {
    all.push_back(&node);
    for (const auto& below : node.below)
        collect(below, all);
}

Error no_listing(const object::Answer<DirectoryListing>& answer) {
    if (answer.value().is<type::TimedOut>()) return {Fault::timed_out, "the directory does not answer"};
    const auto* fault = answer.fault();
    return {Fault::disconnected, fault ? fault->explanation : "the directory has given no listing"};
}

} // namespace

Result<Surveyed> survey(object::Self& self, const type::Address& directory, SurveyPatience patience) {
    Surveyor surveyor(self, patience.below);
    auto top = self.ask<DirectoryListing>(ListDirectory{}, directory, patience.top);
    if (top) {
        const auto at = top->directory_address;
        return surveyor.look(std::move(*top), at, {});
    }
    if (!top.value().is<type::TimedOut>()) return fail(no_listing(top));
    auto own = self.ask<DirectoryListing>(GetDirectory{}, directory, patience.top);
    if (!own) return fail(no_listing(own));
    const auto above = own->connect_to_directory;
    return surveyor.look(std::move(*own), directory, {above});
}

bool is_whole(const Surveyed& top) {
    return top.listing.rest.empty() &&
           std::all_of(top.below.begin(), top.below.end(), [](const Surveyed& one) { return is_whole(one); });
}

std::vector<const Surveyed*> all_of(const Surveyed& top) {
    std::vector<const Surveyed*> all;
    collect(top, all);
    return all;
}

} // namespace layer_cake::directory

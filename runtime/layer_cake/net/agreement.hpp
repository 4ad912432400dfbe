#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <layer_cake/net/binary_frame.hpp>
#include <layer_cake/type/messages.hpp>
#include <vector>

namespace layer_cake::net {

/// The types that the two sides of one session have agreed to send in the binary form: each side numbers those it
/// sends, and the other agrees to those it describes alike.
class Agreement {
public:
    struct Sent {
        std::uint32_t number = 0;
        bool agreed = false;
        bool proposed = false; ///< false: it cannot be, for ever
    };

    /// What is known of a type that is to be sent; `is_new` when it is to be proposed now.
    const Sent& sends(const type::Info& info, bool& is_new);
    /// The far side agrees. False for a number that was not proposed.
    bool agreed(std::uint32_t number);

    /// The far side proposes. `agree` says whether we do. False when it breaks the rules of numbering.
    bool proposed(const Proposal& proposal, bool& agree);
    /// The type of that number, or null when there was no agreement.
    const type::Info* received(std::uint32_t number) const {
        return number < received_.size() ? received_[number] : nullptr;
    }

private:
    boost::unordered_flat_map<const type::Info*, Sent> sent_;
    std::vector<const type::Info*> numbers_;
    std::vector<const type::Info*> received_;
    const type::Info* last_ = nullptr;
    Sent last_sent_;
};

/// Whether all that a value of the type can hold is known from the type.
bool is_fully_described(const type::Info& info);

} // namespace layer_cake::net

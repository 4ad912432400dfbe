#pragma once

#include <layer_cake/object/self.hpp>

namespace layer_cake::object {

/// Sends requests and makes children at once and waits for all of them: fan-out and fan-in.
///
///     auto answers = lc::Concurrently(self).ask(Xy{1, 2}, first).ask(Xy{3, 4}, second).create(texture, Xy{5,
///     6}).wait(2s);
///
/// The answers come in the order of the calls. One that fails is a fault in its place; what is not there in time is
/// TimedOut, and its child is stopped; after a Stop the missing are Aborted, and the Stop is the next input.
class Concurrently {
public:
    explicit Concurrently(Self& self) : self_(self), results_(std::make_shared<Results>()) {}

    Concurrently& ask(Any message, const Address& to);
    template <class F, class... Arguments>
    Concurrently& create(F&& function, Arguments&&... arguments) {
        return await(self_.create(std::forward<F>(function), std::forward<Arguments>(arguments)...));
    }
    std::vector<Any> wait(Duration patience);

private:
    struct Results {
        std::vector<Any> values;
        std::size_t missing = 0;
        Self* waiter = nullptr; ///< null before and after it waits
        void* wait = nullptr;
    };
    struct Request {
        std::size_t place;
        Any message;
        Address to;
    };
    Concurrently& await(const Address& child);
    static void fill(const std::shared_ptr<Results>& results, std::size_t place, Any value);

    Self& self_;
    std::shared_ptr<Results> results_;
    std::vector<Request> requests_;
    std::vector<Address> children_;
};

} // namespace layer_cake::object

#pragma once

#include <deque>
#include <layer_cake/pool/admission.hpp>
#include <memory>
#include <set>

/// Ways to hand requests to workers, for the same simulation.
namespace overload {

using layer_cake::Duration;
using layer_cake::Instant;
using layer_cake::pool::Admission;

struct Policy {
    using Decision = Admission::Decision;
    using What = Admission::What;
    using Worker = Admission::Worker;
    using Request = Admission::Request;

    virtual ~Policy() = default;
    virtual Decision arrive(Request request, Instant now, Instant deadline) = 0;
    virtual bool completed(Worker worker, Request request, Instant now) = 0;
    virtual Worker joined(Instant now) = 0;
    virtual void left(Worker worker, Instant now) = 0;
    virtual std::optional<Decision> next(Instant now) = 0;
    virtual Instant due(Instant now) const = 0;
};

/// Ours.
class Ours final : public Policy {
public:
    Ours(Admission::Rules rules, std::uint64_t seed) : admission(rules, layer_cake::Random(seed)) {}
    Decision arrive(Request request, Instant now, Instant deadline) override {
        return admission.arrive(request, now, deadline);
    }
    bool completed(Worker worker, Request request, Instant now) override {
        return admission.completed(worker, request, now);
    }
    Worker joined(Instant now) override { return admission.joined(now); }
    void left(Worker worker, Instant now) override { admission.left(worker, now); }
    std::optional<Decision> next(Instant now) override { return admission.next(now); }
    Instant due(Instant now) const override { return admission.due(now); }

    Admission admission;
};

/// A queue without an end, first come first served; a worker that ended is not missed.
class PlainQueue : public Policy {
public:
    Decision arrive(Request request, Instant now, Instant) override;
    bool completed(Worker worker, Request request, Instant now) override;
    Worker joined(Instant) override;
    void left(Worker worker, Instant now) override;
    std::optional<Decision> next(Instant now) override;
    Instant due(Instant) const override { return Instant::max(); }

protected:
    struct Waiting {
        Request request;
        Instant arrived;
    };
    std::deque<Worker> idle_;
    std::deque<Waiting> queue_;
    std::set<std::uint32_t> gone_;
    std::uint32_t workers_ = 0;
};

/// The rule of the predecessor's ObjectSpool, with what is wrong with it: one waiting request is looked at for each
/// completion, workers that have ended or were timed out are used again, the average moves with completions only, and
/// every busy_pass_rate-th request passes while it is above the responsiveness.
class Predecessor final : public Policy {
public:
    Predecessor(Duration responsiveness, unsigned busy_pass_rate, std::optional<std::size_t> size_of_queue,
                Duration stand_down)
        : responsiveness_(responsiveness),
          busy_pass_rate_(busy_pass_rate),
          size_of_queue_(size_of_queue),
          stand_down_(stand_down) {}
    Decision arrive(Request request, Instant now, Instant) override;
    bool completed(Worker worker, Request request, Instant now) override;
    Worker joined(Instant) override;
    void left(Worker worker, Instant now) override;
    std::optional<Decision> next(Instant now) override;
    Instant due(Instant) const override;

private:
    struct Active {
        Request request;
        Worker worker;
        Instant arrived, limit;
    };
    Decision submit(Request request, Instant arrived, Instant now);
    void one_from_queue(Instant now);

    Duration responsiveness_;
    unsigned busy_pass_rate_;
    std::optional<std::size_t> size_of_queue_;
    Duration stand_down_;
    std::deque<Worker> idle_;
    std::deque<std::pair<Request, Instant>> queue_;
    std::deque<Active> active_; ///< by the time they began
    std::deque<Duration> spans_;
    std::deque<Decision> pending_;
    std::deque<Instant> creations_;
    unsigned busy_count_ = 0;
    std::uint32_t workers_ = 0;
};

} // namespace overload

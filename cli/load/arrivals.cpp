#include <cli/load/arrivals.hpp>
#include <cmath>

namespace layer_cake::cli::load {
namespace {

double seconds(Duration span) {
    return std::chrono::duration<double>(span).count();
}

/// Requests due in a whole phase.
double size_of(const Phase& phase) {
    return (phase.from + phase.to) / 2 * seconds(phase.span);
}

/// Seconds into the phase at which `due` requests were due.
double time_of(const Phase& phase, double due) {
    if (due <= 0) return 0;
    const double slope = (phase.to - phase.from) / seconds(phase.span);
    // The root of slope/2 t^2 + from t = due that is exact for a small slope, too.
    return 2 * due / (phase.from + std::sqrt(std::max(0.0, phase.from * phase.from + 2 * slope * due)));
}

} // namespace

Duration length_of(const std::vector<Phase>& phases) {
    Duration sum{};
    for (const auto& phase : phases)
        sum += phase.span;
    return sum;
}

Arrivals::Arrivals(Rules rules) : rules_(std::move(rules)), engine_(rules_.seed), whole_(seconds(rules_.whole)) {
    double sum = 0;
    for (const auto& phase : rules_.phases)
        sum += size_of(phase);
    if (sum <= 0) whole_ = 0; // nothing will ever be due
}

double Arrivals::step() {
    const auto processes = static_cast<double>(rules_.processes);
    if (!rules_.constant) return gap_(engine_) * processes;
    return first_ ? rules_.process : processes;
}

std::optional<Duration> Arrivals::next() {
    if (whole_ <= 0) return std::nullopt;
    inside_ += step();
    first_ = false;
    for (;;) {
        const auto& phase = rules_.phases[phase_];
        const double size = size_of(phase);
        if (inside_ < size) {
            const double at = begun_ + time_of(phase, inside_);
            if (at >= whole_) break;
            return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(at));
        }
        inside_ -= size;
        begun_ += seconds(phase.span);
        if (begun_ >= whole_) break;
        phase_ = (phase_ + 1) % rules_.phases.size();
    }
    whole_ = 0;
    return std::nullopt;
}

} // namespace layer_cake::cli::load

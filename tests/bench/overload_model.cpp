// Goodput of a pool under load that does not wait for answers, simulated: ours beside the predecessor's rule and a
// plain queue. usage: overload-model
#include "tests/pool/simulation.hpp"

#include <cstdio>

using namespace overload;

int main() {
    const double loads[] = {0.5, 0.9, 1, 1.4, 2, 3, 5, 10};
    const struct {
        const char* name;
        Service service;
    } services[] = {
        {"constant", Service::constant}, {"exponential", Service::exponential}, {"bimodal", Service::bimodal}};
    std::printf("goodput / capacity, p99 of answers / T; 5 ms of work, T 100 ms\n");
    std::printf("%-12s %7s %7s %5s | %-19s | %-19s | %-19s\n", "service", "workers", "retries", "load", "ours",
                "predecessor", "plain queue");
    for (const auto& service : services)
        for (const int workers : {1, 2, 8})
            for (const int retries : {0, 3})
                for (const double load : loads) {
                    Scenario scenario;
                    scenario.service = service.service;
                    scenario.workers = workers;
                    scenario.retries = retries;
                    scenario.load = steady(load);
                    std::printf("%-12s %7d %7d %4.1fx", service.name, workers, retries, load);
                    const std::unique_ptr<Policy> policies[] = {ours(scenario), predecessor(scenario), plain_queue()};
                    for (const auto& policy : policies) {
                        const auto outcome = simulate(*policy, scenario);
                        std::printf(" | %5.3f p99 %8.2f T", outcome.goodput,
                                    static_cast<double>(outcome.p99.count()) /
                                        static_cast<double>(scenario.responsiveness.count()));
                    }
                    std::printf("\n");
                }
}

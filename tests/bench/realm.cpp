#include <fmt/format.h>
#include <malloc.h>
#include <tests/realm/world.hpp>

/// A realm of real replicas in virtual time: what each site sends and hears, and what it keeps, against the realm's
/// size. Carriers count; nothing is sent.
using namespace layer_cake;
using namespace layer_cake::realm;
using namespace std::chrono_literals;

namespace {

constexpr int sites_of_family = 5, names_of_family_here = 20, families_searched = 5;

std::string name_of(int family, int site, int number) {
    return fmt::format("service-{}:worker-{}-{}", family, site, number);
}

double processor() {
    struct ::timespec used {};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

/// Each site has names of its families, each family is at five sites; each site searches for all names of five
/// families, and for one name, and changes `changes` names a second.
void run(int sites, int names_of_site, int changes, Duration time) {
    World world({.sites = sites, .seed = 1, .weather = {200us, 2ms}, .key = RealmKey::generate()});
    const int families_here = names_of_site / names_of_family_here;
    const int families = std::max(1, families_here * sites / sites_of_family);
    const auto family_of = [&](int site, int number) { return (site + number * sites) / sites_of_family % families; };
    for (int site = 0; site < sites; ++site)
        for (int number = 0; number < families_here; ++number)
            for (int i = 0; i < names_of_family_here; ++i)
                world.publish(site, name_of(family_of(site, number), site, i));
    world.run(1s);
    std::size_t expected = 0;
    for (int site = 0; site < sites; ++site) {
        for (int i = 0; i < families_searched; ++i)
            world.search(site, fmt::format("service-{}:.*", world.random.up_to(static_cast<unsigned>(families) - 1)));
        world.search(site, name_of(family_of((site + 1) % sites, 0), (site + 1) % sites, 0));
    }
    world.run(5s);
    for (int site = 0; site < sites; ++site)
        expected += world.replica(site).figures().names;

    const auto before = world.hub.figures();
    const auto used = processor();
    const auto end = world.now() + time;
    for (std::uint64_t count = 0; world.now() < end;) {
        for (int i = 0; i < std::max(1, sites * changes / 100); ++i, ++count) {
            const auto site = static_cast<int>(count % static_cast<std::uint64_t>(sites));
            const auto family =
                family_of(site, static_cast<int>(world.random.up_to(static_cast<unsigned>(families_here) - 1)));
            const auto name = name_of(family, site, static_cast<int>(world.random.up_to(names_of_family_here - 1)));
            world.names(site).contains(name) ? world.withdraw(site, name) : world.publish(site, name);
        }
        world.run(sites * changes >= 100 ? 10ms : 1'000ms / (sites * changes));
    }
    const auto after = world.hub.figures();
    const auto seconds = static_cast<double>(time / 1ms) / 1'000 * sites;
    const auto processor_used = (processor() - used) / seconds;
    const auto held = ::mallinfo2().uordblks;
    world.stop(0);
    const auto kept = held - ::mallinfo2().uordblks;
    fmt::print("{:>6} {:>9} {:>9} {:>9} {:>8.1f} {:>8.2f} {:>8.1f} {:>8.2f} {:>9.2f} {:>9.2f}\n", sites,
               sites * names_of_site, names_of_site, expected / static_cast<std::size_t>(sites),
               static_cast<double>(after.published - before.published) / seconds,
               static_cast<double>(after.published_bytes - before.published_bytes) / seconds / 1'000,
               static_cast<double>(after.delivered - before.delivered) / seconds,
               static_cast<double>(after.delivered_bytes - before.delivered_bytes) / seconds / 1'000,
               static_cast<double>(kept) / 1e6, processor_used * 1'000);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv) {
    const bool is_small = argc > 1 && std::string_view(argv[1]) == "--small";
    fmt::print("each site changes 1 name a second and searches for 5 families and 1 name; a site a second:\n"
               "{:>6} {:>9} {:>9} {:>9} {:>8} {:>8} {:>8} {:>8} {:>9} {:>9}\n",
               "sites", "names", "own", "found", "sent", "sent kB", "heard", "heard kB", "MB kept", "cpu ms");
    for (const int sites : {10, 30, 100, 300, 1'000})
        if (!is_small || sites <= 100) run(sites, 1'000, 1, 20s);
    fmt::print("1,000,000 names in all:\n");
    for (const int sites : {10, 100, 1'000})
        if (!is_small) run(sites, 1'000'000 / sites, 1, 20s);
}

#include "../texture/worker.hpp"

using namespace texture;

struct HostWorkerSettings {
    std::optional<std::string> name;   ///< null: the worker's, and an id of its own
    lc::Scope scope = lc::Scope::HOST; ///< how far away its servers may be
};
LAYER_CAKE_MESSAGE(HostWorkerSettings, name, scope)

// The worker of the series, by itself: it makes itself known, and answers whoever finds it.
lc::Any host_worker(lc::Self& self, HostWorkerSettings settings) {
    if (settings.name)
        lc::publish(self, *settings.name, settings.scope);
    else
        lc::publish_worker(self, worker, settings.scope);
    return worker(self);
}
LAYER_CAKE_OBJECT(host_worker, lc::accepts<Xy>)

int main(int argc, char** argv) {
    return lc::run(host_worker, argc, argv);
}

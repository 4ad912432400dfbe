#pragma once

#include "texture.hpp"

namespace texture {

/// Serves many requests in one life: what a call did, for whoever sends an Xy.
inline lc::Any worker(lc::Self& self) {
    for (;;) {
        auto m = self.input();
        if (auto* xy = m.get<Xy>())
            self.reply(weave(self, *xy));
        else if (m.is<lc::Stop>())
            return lc::Aborted{};
    }
}
LAYER_CAKE_OBJECT(worker, lc::accepts<Xy>)

} // namespace texture

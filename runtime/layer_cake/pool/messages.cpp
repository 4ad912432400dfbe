#include <layer_cake/pool/messages.hpp>

LAYER_CAKE_POOL_MESSAGES(LAYER_CAKE_MADE_HERE)

#include <layer_cake/net/wire_messages.hpp>

LAYER_CAKE_WIRE_MESSAGES(LAYER_CAKE_MADE_HERE)

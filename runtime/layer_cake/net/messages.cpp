#include <layer_cake/net/messages.hpp>

LAYER_CAKE_NET_MESSAGES(LAYER_CAKE_MADE_HERE)

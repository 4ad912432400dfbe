#include <layer_cake/realm/messages.hpp>

LAYER_CAKE_REALM_MESSAGES(LAYER_CAKE_MADE_HERE)

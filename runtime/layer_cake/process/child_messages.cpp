#include <layer_cake/process/child_messages.hpp>

LAYER_CAKE_CHILD_MESSAGES(LAYER_CAKE_MADE_HERE)

#include <layer_cake/directory/events.hpp>
#include <layer_cake/directory/listing.hpp>
#include <layer_cake/directory/messages.hpp>

LAYER_CAKE_DIRECTORY_MESSAGES(LAYER_CAKE_MADE_HERE)
LAYER_CAKE_DIRECTORY_EVENTS(LAYER_CAKE_MADE_HERE)
LAYER_CAKE_DIRECTORY_LISTING(LAYER_CAKE_MADE_HERE)

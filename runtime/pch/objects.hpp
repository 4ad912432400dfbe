// As base.hpp, for what deals with messages and objects.
#include "base.hpp"
#include <layer_cake/core/loop.hpp>
#include <layer_cake/object/shard.hpp>
#include <layer_cake/type/messages.hpp>

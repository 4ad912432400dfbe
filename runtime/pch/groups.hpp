// As base.hpp, for what deals with homes and groups.
#include "base.hpp"
#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/home/group.hpp>

#include <layer_cake/supervise/restart.hpp>

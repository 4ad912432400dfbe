// As base.hpp, for tests of what is written with the whole library.
#include "base.hpp"
#include <layer_cake/layer_cake.hpp>

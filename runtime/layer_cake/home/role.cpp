#include <layer_cake/home/role.hpp>

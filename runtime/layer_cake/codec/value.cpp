#include <layer_cake/codec/value.hpp>

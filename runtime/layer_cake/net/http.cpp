#include <layer_cake/net/http.hpp>

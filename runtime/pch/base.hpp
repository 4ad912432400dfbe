// Precompiled for the targets of many files, so that building takes less time; every file includes what it needs
// nevertheless (`-Db_pch=false` builds without).
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/result.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#pragma once

#include <layer_cake/core/result.hpp>
#include <layer_cake/type/any.hpp>
#include <memory>
#include <span>
#include <string_view>

namespace layer_cake::object {

class Object;

/// Makes an object of arguments that came from another process. Fails with `invalid` where they do not fit.
using Maker = Result<std::unique_ptr<Object>> (*)(std::span<type::Any> arguments);

/// Makes a kind of object known by a name, which the same program has in every process. Before main() begins.
bool name_maker(std::string_view name, Maker maker);

/// Fails with `missing` when nothing has that name, with `invalid` when several kinds of object do.
Result<Maker> find_maker(std::string_view name);

} // namespace layer_cake::object

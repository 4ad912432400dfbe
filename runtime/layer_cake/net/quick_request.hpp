#pragma once

#include <cstddef>
#include <layer_cake/net/request_view.hpp>
#include <string_view>
#include <vector>

namespace layer_cake::net {

/// Reads a request of the usual form in place: whole in `bytes`, from the first byte on, without transfer coding,
/// expectation or upgrade, with nothing in it that could be read in two ways. `view` and `headers` then view `bytes`.
///
/// Anything else - every request that would be refused as well - is left to RequestParser's llhttp, which gives the
/// same for what is read here.
/// @return  how many bytes the request has; 0 when it is not of that form
std::size_t read_quick_request(std::string_view bytes, std::size_t header_bytes, std::size_t body_bytes,
                               RequestView& view, std::vector<HeaderView>& headers);

} // namespace layer_cake::net

#pragma once

#include <cstdint>
#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/home/role.hpp>
#include <layer_cake/home/schema.hpp>
#include <string>
#include <utility>
#include <vector>

/// One reader for each kind of a row: what a value means, or what is wrong with it. Checking and binding both read by
/// these.
namespace layer_cake::home {

/// What is wrong: the rest of a sentence that begins with the key's name, and its place.
struct Bad {
    codec::Mark mark;
    std::string rest; ///< `must be an integer of at least 1, not "x"`
};
template <class T>
using Read = tl::expected<T, Bad>;

using Texts = std::vector<std::string>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

/// A web address for a probe, as written in a URL or a section.
struct Address {
    HostPort host;
    std::string path = "/";
};

Read<std::string> read_text(const codec::Value& value); ///< numbers and true/false too, as written
Read<bool> read_boolean(const codec::Value& value);
Read<std::int64_t> read_integer(const Key& key, const codec::Value& value);
Read<double> read_number(const Key& key, const codec::Value& value);
Read<Duration> read_span(const codec::Value& value);
Read<std::uint64_t> read_size(const codec::Value& value);
Read<std::uint64_t> read_limit(const codec::Value& value); ///< `unlimited` is the largest number (RLIM_INFINITY)
Read<int> read_signal(const codec::Value& value);
Read<unsigned> read_octal(const codec::Value& value);
bool is_port_name(std::string_view text); ///< small letters, digits and underscores, and no number
Read<HostPort> read_host_port(const codec::Value& value);
Read<Address> read_address(const codec::Value& value);
Read<std::string> read_pattern(const codec::Value& value);
Read<Texts> read_words(const codec::Value& value);
Read<Texts> read_command(const codec::Value& value); ///< text becomes {"/bin/sh", "-c", text}
Read<Texts> read_files(const codec::Value& value);
Read<Pairs> read_pairs(const codec::Value& value);
Read<std::vector<Port>> read_ports(const Key& key, const codec::Value& value);
Read<std::vector<NamedAddress>> read_addresses(const Key& key, const codec::Value& value);
Read<std::vector<Duration>> read_steps(const codec::Value& value);
Read<std::vector<std::int64_t>> read_integers(const Key& key, const codec::Value& value);
Read<std::size_t> read_choice(const Key& key, const codec::Value& value); ///< index among the choices

/// A word of another tool for a key or value of ours (`env`, `service_healthy`), or the nearest of the candidates, as a
/// hint in brackets; or empty.
std::string hint(std::string_view word, const std::vector<std::string_view>& candidates);

/// `"x"` shortened to 40 characters, or the kind in words: what follows "not" in a message.
std::string shown(const codec::Value& value);

} // namespace layer_cake::home

#include <fmt/format.h>
#include <layer_cake/object/shard.hpp>

namespace layer_cake::object {
namespace {

/// `Xy` of `shop.Xy`; of a type without a name of its own the signature.
std::string_view short_name(const type::Info& info) {
    const std::string_view name = info.signature();
    if (info.kind != type::Kind::message && info.kind != type::Kind::enumeration) return name;
    const auto dot = name.rfind('.');
    return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

/// What objects of the library tell each other within the process.
bool is_internal(const type::Info& info) {
    return info.kind == type::Kind::message && !info.members;
}

} // namespace

void Object::trail(char tag, std::string_view text) const {
    if (logs(LogLevel::object))
        shard_->runtime().log({LogLevel::object, tag, address(), name(), state_name(), text, {}});
}

void Object::trail_sent(std::string_view did, const Any& message, const Address& to, const Address& from) const {
    if (message && is_internal(*message.info())) return;
    auto text = fmt::format("{} {} to <{:08x}>", did, message ? short_name(*message.info()) : "Anything", to.id());
    if (from != address()) text += fmt::format(" (from <{:08x}>)", from.id());
    trail('>', text);
}

void Object::trail_received(std::string_view did, const type::Info& message, const Address& from) const {
    if (is_internal(message)) return;
    const auto name = short_name(message);
    if (from.id() > 0)
        trail('<', fmt::format("{} {} from <{:08x}>", did, name, from.id()));
    else // its own timer, or sent from outside
        trail('<', fmt::format("{} {}", did, name));
}

} // namespace layer_cake::object

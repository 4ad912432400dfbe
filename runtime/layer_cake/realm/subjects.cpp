#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <layer_cake/directory/search_text.hpp>
#include <layer_cake/realm/subjects.hpp>
#include <sodium.h>

namespace layer_cake::realm {
namespace {

Family number_of(std::string_view beginning) {
    Family family = 0;
    unsigned char hash[crypto_generichash_BYTES_MIN];
    crypto_generichash(hash, sizeof hash, reinterpret_cast<const unsigned char*>(beginning.data()), beginning.size(),
                       nullptr, 0);
    std::memcpy(&family, hash, sizeof family);
    return std::max<Family>(family, 1); // 0 is all
}

} // namespace

Family family_of_name(std::string_view name) {
    return number_of(name.substr(0, name.find(':')));
}

Family family_of_search(std::string_view search) {
    if (directory::is_plain(search)) return family_of_name(search);
    const auto prefix = directory::prefix_of(search);
    const auto colon = prefix.find(':');
    return colon == std::string::npos ? all_families : number_of(std::string_view(prefix).substr(0, colon));
}

Subjects::Subjects(std::string_view realm) : prefix_(fmt::format("lc.{}.", realm)) {}

std::string Subjects::changes(Family family) const {
    return prefix_ + "pub." + (family == all_families ? "*" : hex_text(family));
}

std::string Subjects::question(Family family) const {
    return prefix_ + "who." + (family == all_families ? "all" : hex_text(family));
}

std::string Subjects::any_question() const {
    return prefix_ + "who.*";
}

std::string Subjects::question_to(MemberId member) const {
    return prefix_ + "ask." + hex_text(member);
}

std::string Subjects::life(MemberId member) const {
    return prefix_ + "site." + hex_text(member);
}

Result<void> check_realm_name(std::string_view name) {
    const auto is_fit = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    if (!name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), is_fit)) return ok();
    return fail(Fault::invalid, "a realm's name is 1 to 64 letters, digits, - and _");
}

std::string hex_text(std::uint64_t number) {
    return fmt::format("{:016x}", number);
}

} // namespace layer_cake::realm

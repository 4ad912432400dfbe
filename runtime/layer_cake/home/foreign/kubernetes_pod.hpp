#pragma once

#include <layer_cake/home/foreign/exported.hpp>
#include <map>
#include <string>
#include <string_view>

namespace layer_cake::home::foreign {

/// A name as a cluster takes it: small letters, digits and dashes, 63 at most.
std::string cluster_name(std::string_view name);
/// The name of a port: 15 characters at most.
std::string port_name(std::string_view name);

/// The roles that are exported, and their names in the cluster.
class PodNames {
public:
    bool add(const Role& role); ///< false when another has that name
    bool empty() const { return roles_.empty(); }
    bool has(std::string_view base) const { return roles_.contains(base); }
    std::string of(std::string_view base) const { return cluster_name(base); }
    const Role* find(std::string_view base) const;

private:
    std::map<std::string, const Role*, std::less<>> roles_;
    std::map<std::string, const Role*, std::less<>> names_;
};

/// What a pod of the role is made of.
codec::Value pod_spec(Export& out, const Role& role, const PodNames& names);

} // namespace layer_cake::home::foreign

"""What a network of directories has to look like, from what its processes say of themselves.

difference(tree) takes the `network` of `layer-cake network -o json` and says what is not as it would be if all had been started
just now, or None: each directory lists the names that are published below it with a scope as wide as its own, one publisher
each, under the address that it is seen at from there, and each search has a session with the nearest of every name it matches.
"""
import re

SCOPES = ["WAN", "LAN", "HOST", "GROUP", "PROCESS", "LIBRARY"]


def width(scope):
    return -SCOPES.index(scope)


def names_below(node):
    """What each directory below hands to this one, by name: all candidates."""
    found = {}
    for child in node["below"]:
        for one in child["published"]:
            if width(one["scope"]) > width(child["scope"]):
                found.setdefault(one["name"], []).append((one, child))
    return found


def wanted_address(node, child, one):
    port = one["address"].rsplit(":", 1)[1]
    return f"{child['ip']}:{port}" if node["scope"] == "LAN" else f"127.0.0.1:{port}"


def difference_of_names(node):
    if node["scope"] == "PROCESS":
        return None
    here = {one["name"]: one for one in node["published"]}
    wanted = names_below(node)
    for name in sorted(here.keys() ^ wanted.keys()):
        return f"{name} is {'a ghost' if name in here else 'missing'} at {node['scope']} {node['ip']}"
    for name, candidates in wanted.items():
        known = [pair for pair in candidates if pair[0]["id"] == here[name]["id"]]
        if not known:
            return f"{name} is one that is gone at {node['scope']} {node['ip']}"
        one, child = known[0]
        if node["scope"] == "LAN" and not child["ip"]:
            continue  # a host that knows no way out cannot say what it is seen as
        if here[name]["address"] != wanted_address(node, child, one):
            return f"{name} is at {here[name]['address']} in {node['scope']}, instead of {wanted_address(node, child, one)}"
    return None


def difference_of_sessions(process, way, apart):
    """way: the directories from the process up."""
    for search in process["subscribed"]:
        wanted = {}
        for node in way:
            if width(node["scope"]) > width(search["scope"]):
                break
            for one in node["published"]:
                if re.fullmatch(search["search"], one["name"]):
                    wanted.setdefault(one["name"], one["id"])
        have = {one["name"]: one["published_id"] for one in process["connected"]
                if one["open"] and one["subscribed_id"] == search["id"]}
        for name in sorted(wanted.keys() if apart else wanted.keys() | have.keys()):
            if wanted.get(name) != have.get(name):
                return f"{search['search']} of {process['id'][:8]}: session with {have.get(name)} for {name}, instead of {wanted.get(name)}"
    return None


def difference(node, above=(), apart=False):
    """apart: sessions with others that are away may still be open."""
    way = (node, *above)
    if node["silent"] or not node["whole"]:
        return f"{node['scope']} {node['executable']} has silent ones: {node['silent']}"
    found = difference_of_names(node)
    if not found and node["scope"] == "PROCESS":
        found = difference_of_sessions(node, way, apart)
    for child in node["below"]:
        found = found or difference(child, way, apart)
    return found


def all_names(node):
    return {one["name"]: one["address"] for one in node["published"]}


def count(node, executable):
    return (node["executable"] == executable) + sum(count(child, executable) for child in node["below"])

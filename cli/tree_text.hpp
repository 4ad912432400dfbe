#pragma once

#include <cli/command.hpp>
#include <layer_cake/codec/value.hpp>
#include <layer_cake/home/sync_plan.hpp>
#include <layer_cake/home/tree_source.hpp>
#include <string>

/// Trees and what is to change in them, in words and as JSON.
namespace layer_cake::cli {

/// `drwxr-xr-x 0/0`: kind, permission bits, owner.
std::string long_facts(const home::TreeEntry& entry);

/// Bytes of a name as they are where they are UTF-8, which alone JSON holds; else as messages show them.
codec::Value text_value(std::string_view bytes);

/// Prints a tree as --full-path, --recursive-listing and --long-listing ask.
void print_tree(Invocation& call, const home::Listing& listing, const std::string& root);

/// Where a change comes from and goes to.
struct Sides {
    const home::TreeSource& from;
    const home::Listing& source;
    const home::Listing& target;
    std::string root; ///< of the target
};

/// One line: `AddFile(path=/src/media/new.txt, target=/home/resource/zombie.py/media)`.
std::string change_line(const home::Change& change, const Sides& sides);

/// Prints the changes that do not go without saying; says on stderr how many there are and how they are made.
void print_changes(Invocation& call, const home::SyncPlan& plan, const Sides& sides);

} // namespace layer_cake::cli

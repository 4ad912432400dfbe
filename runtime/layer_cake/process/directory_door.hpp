#pragma once

#include <layer_cake/object/machine.hpp>
#include <layer_cake/process/child_messages.hpp>

namespace layer_cake::process {

/// Tells a process that this one has started where its directory finds ours. Until it is asked there need be none.
class DirectoryDoor {
public:
    using accepts = object::accepts<type::Stop, FindDirectory>;

    void on(object::Object& self, type::Stop) { self.complete(type::Aborted{}); }
    void on(object::Object& self, FindDirectory);
};

} // namespace layer_cake::process

#include <layer_cake/directory/publish.hpp>
#include <layer_cake/process/directory_door.hpp>

namespace layer_cake::process {
namespace {

constexpr Duration patience = std::chrono::seconds(5);

} // namespace

void DirectoryDoor::on(object::Object& self, FindDirectory) {
    const auto child = self.return_address();
    self.take_over();
    self.request(type::Enquiry{}, directory::process_directory(self), patience,
                 [child](object::Object& self, type::Any place) { self.send(std::move(place), child); });
}

} // namespace layer_cake::process

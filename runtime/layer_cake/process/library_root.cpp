#include <layer_cake/net/listen.hpp>
#include <layer_cake/process/library_root.hpp>

namespace layer_cake::process {

LibraryRoot::LibraryRoot(Parent parent, std::unique_ptr<object::Object> main_object, std::function<void()> ending)
    : parent_(std::move(parent)),
      main_object_(std::move(main_object)),
      ending_(std::move(ending)),
      published_(type::Uuid::make()) {}

void LibraryRoot::on(object::Object& self, type::Start) {
    child_ = self.launch(std::move(main_object_), {});
    net::connect(self, parent_.directory, {.encrypted = parent_.encrypted});
}

void LibraryRoot::on(object::Object& self, net::Connected& connected) {
    directory::Published object;
    object.name = parent_.role;
    object.scope = directory::Scope::PROCESS;
    object.published_id = published_;
    object.home_address = self.address();
    self.send(std::move(object), connected.proxy_address);
}

void LibraryRoot::on(object::Object& self, net::NotConnected& problem) {
    problem_ = type::Faulted{"cannot reach the parent process", problem.explanation, {}, {}};
    stop(self);
}

void LibraryRoot::on(object::Object& self, directory::OpenLibrary& wanted) {
    if (wanted.published_id != published_) return;
    directory::PublishAs object;
    object.name = parent_.role;
    object.scope = directory::Scope::PROCESS;
    object.publisher_address = child_;
    object.encrypted = parent_.encrypted;
    self.reply(std::move(object));
}

void LibraryRoot::stop(object::Object& self) {
    if (std::exchange(stopping_, true)) return;
    ending_();
    self.send(type::Stop{}, child_);
}

void LibraryRoot::on(object::Object& self, type::Returned& returned) {
    if (self.return_address() == child_) self.complete(problem_ ? std::move(problem_) : std::move(returned.message));
}

} // namespace layer_cake::process

#include <cerrno>
#include <layer_cake/directory/enquiry.hpp>
#include <layer_cake/directory/listing.hpp>
#include <layer_cake/net/endpoint.hpp>
#include <layer_cake/net/host_port.hpp>
#include <layer_cake/net/listen.hpp>
#include <layer_cake/object/machine.hpp>
#include <layer_cake/object/runtime.hpp>

namespace layer_cake::directory {
namespace {

using object::Object;
using type::Address;
using type::Any;

/// What the parts of an enquiry share: they are all on one thread.
struct Course {
    const Enquiry& enquiry;
    const std::function<Result<void>(object::Self&, const Address&)>& work;
    Result<void> outcome = fail(Fault::disconnected, "the directory has closed the connection");
};

Any run_work(object::Self& self, Course* course, Address directory) {
    course->outcome = course->work(self, directory);
    return {};
}

/// Holds the connection, and is a directory to whoever looks along it.
class Enquirer {
public:
    using accepts = object::accepts<type::Start, net::Connected, net::NotConnected, net::Closed, GetDirectory,
                                    type::Ping, type::Returned, type::Stop>;

    explicit Enquirer(Course* course) : course_(*course) {}

    void on(Object& self, type::Start) {
        net::ConnectOptions how;
        how.encrypted = course_.enquiry.encrypted;
        how.patience = course_.enquiry.patience;
        how.keys = course_.enquiry.keys;
        net::connect(self, course_.enquiry.directory, how);
    }
    void on(Object& self, const net::Connected& connected) {
        const auto worker = self.create(run_work, &course_, connected.proxy_address);
        self.on_return(worker, [](Object& self, Any) { self.complete(); });
    }
    void on(Object& self, const net::NotConnected& refused) {
        const auto endpoint = net::endpoint_of(course_.enquiry.directory);
        const auto code = static_cast<int>(refused.error_code.value_or(0));
        auto error = code != 0 && endpoint ? net::connect_error(*endpoint, code) : Error{Fault::failed, {}};
        if (code == ETIMEDOUT) error.fault = Fault::timed_out;
        error.detail = refused.explanation;
        course_.outcome = fail(std::move(error));
        self.complete();
    }
    void on(Object& self, const net::Closed&) { self.complete(); }
    DirectoryListing on(Object& self, GetDirectory) {
        DirectoryListing own;
        own.unique_id = unique_id_;
        own.executable = course_.enquiry.executable;
        own.directory_address = self.address();
        own.scope = Scope::PROCESS;
        own.primary_ip = "(not detected)";
        own.connect_to_directory = course_.enquiry.directory;
        return own;
    }
    type::Ping on(Object&, type::Ping) { return {}; }
    void on(Object&, const type::Returned&) {}
    void on(Object& self, type::Stop) { self.complete(type::Aborted{}); }

private:
    Course& course_;
    type::Uuid unique_id_ = type::Uuid::make();
};

} // namespace

Result<void> enquire(const Enquiry& enquiry,
                     std::function<Result<void>(object::Self& self, const type::Address& directory)> work) {
    Course course{enquiry, work};
    object::Runtime runtime;
    runtime.start<Enquirer>(&course);
    runtime.wait();
    return std::move(course.outcome);
}

} // namespace layer_cake::directory

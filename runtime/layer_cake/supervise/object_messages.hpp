#pragma once

#include <filesystem>
#include <layer_cake/codec/value.hpp>
#include <layer_cake/net/http.hpp>
#include <map>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace layer_cake::supervise {

/// The messages that an object program takes, as its file describes them, and how a request becomes one.
///
///     GET /any/Xy?x=2&y=3             {"value":["table.Xy",{"x":2,"y":3},[]]}
///     POST /any/Xy  {"x":2,"y":3}     the same; so with a form, and for /any/table.Xy
///
/// Each field is converted by its type; what is given twice counts as the body has it, else as it came last. The result
/// is what the program's own codec takes: whatever that would refuse is refused here.
class ObjectMessages {
public:
    static constexpr std::size_t most_messages = 20'000; ///< within one: each costs more memory than its text

    ObjectMessages() = default;
    /// Types of notes (program_note.hpp). Left out are those with addresses, pointers, an Any or a Word in them, or
    /// themselves: no request can be one.
    explicit ObjectMessages(std::vector<codec::Value> types);
    /// Of a program's file; none when it cannot be read.
    static ObjectMessages read(const std::filesystem::path& program);

    bool empty() const { return types_.empty(); }
    /// The body of the frame for a request. Refused are: 404 an unknown message, 400 a field that is unknown or has no
    /// conversion, naming it, 415 a body of another type.
    tl::expected<std::string, net::HttpResponse> body_of(const net::HttpRequest& request) const;

private:
    std::vector<codec::Value> types_;
    std::map<std::string, std::size_t, std::less<>> by_name_; ///< with and without the namespace
};

} // namespace layer_cake::supervise

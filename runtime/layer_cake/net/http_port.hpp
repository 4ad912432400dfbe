#pragma once

#include <layer_cake/net/http_figures.hpp>
#include <layer_cake/net/http_reply.hpp>
#include <layer_cake/net/request_sink.hpp>
#include <layer_cake/object/object.hpp>

namespace layer_cake::net {

/// The reply to a request that an object answers.
struct ObjectReply : Reply {
    Instant begun{};
    int status = 0;         ///< of an answer in parts that has begun
    std::size_t bytes = 0;  ///< of its parts so far
    type::Address pacing{}; ///< who waits for its part to be sent
    HttpForm form = HttpForm::typed;
    std::string line;   ///< `GET /Xy?x=2`, where it will be logged
    std::string client; ///< the same: its address
};

/// Stands between the connections of a listener and its object: requests become messages whose return address is the
/// reply's, what comes there becomes the answer. On the thread of the object.
class HttpPort final : public RequestSink {
public:
    /// @param owner  takes the messages; outlives the connections
    HttpPort(object::Object& owner, RouteTable routes, const HttpOptions& options);

    std::shared_ptr<Reply> make_reply() override { return std::make_shared<ObjectReply>(); }
    void take(const RequestView& request, const std::shared_ptr<Reply>& reply) override;
    void refuse(std::string& out, Reply& reply, int status, std::string_view reason, std::string_view date) override;
    void lost(Reply& reply) override;

    HttpFigures figures() const;

private:
    static void answered(object::Awaited& awaited, type::Any value, const type::Address& from, object::Shard& shard);
    void answer(ObjectReply& reply, const Rendered& rendered);
    void begin(ObjectReply& reply, const StreamHead& head);
    void go_on(ObjectReply& reply, const type::Any& value, const type::Address& from);
    void write(ObjectReply& reply, const StreamPart& part, const type::Address& from);
    void pace(ObjectReply& reply);
    void cut(ObjectReply& reply);
    void count(const ObjectReply& reply, int status, std::size_t bytes);
    void log(const ObjectReply& reply, int status, std::size_t bytes, Duration time) const;

    object::Object& owner_;
    object::Shard& shard_;
    RouteTable routes_;
    HttpForm form_;
    Duration request_time_;
    object::LogLevel log_level_;
    bool logs_;
    HttpFigures figures_;
    codec::TextBuffer scratch_;
};

} // namespace layer_cake::net

#include <cctype>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/realm/nats_service.hpp>

namespace layer_cake::realm {
namespace {

using codec::Value;

codec::Value texts(const std::vector<std::pair<std::string, std::string>>& pairs) {
    Value object = codec::Object{};
    for (const auto& [name, text] : pairs)
        object.set(name, text);
    return object;
}

Value base(const NatsService& service, std::string_view kind) {
    Value told = codec::Object{};
    told.set("type", "io.nats.micro.v1." + std::string(kind) + "_response");
    told.set("name", service.name);
    told.set("id", service.id);
    told.set("version", service.version);
    told.set("metadata", texts(service.metadata));
    return told;
}

Value endpoint(const NatsEndpoint& one) {
    Value told = codec::Object{};
    told.set("name", one.name);
    told.set("subject", one.subject);
    told.set("queue_group", one.share);
    return told;
}

Value info(const NatsService& service) {
    auto told = base(service, "info");
    told.set("description", service.description);
    codec::Array endpoints;
    for (const auto& one : service.endpoints)
        endpoints.push_back(endpoint(one));
    told.set("endpoints", std::move(endpoints));
    return told;
}

Value stats(const NatsService& service) {
    auto told = base(service, "stats");
    told.set("started", format_time(service.started));
    codec::Array endpoints;
    for (const auto& one : service.endpoints) {
        auto entry = endpoint(one);
        entry.set("num_requests", one.requests);
        entry.set("num_errors", one.errors);
        entry.set("last_error", one.last_error);
        entry.set("processing_time", std::int64_t{one.time.count()});
        entry.set("average_processing_time",
                  one.requests ? std::int64_t{one.time.count()} / static_cast<std::int64_t>(one.requests) : 0);
        endpoints.push_back(std::move(entry));
    }
    told.set("endpoints", std::move(endpoints));
    return told;
}

} // namespace

std::vector<std::string> NatsService::subjects() const {
    std::vector<std::string> all;
    for (const std::string verb : {"$SRV.PING", "$SRV.INFO", "$SRV.STATS"})
        for (const auto& behind : {std::string(), '.' + name, '.' + name + '.' + id})
            all.push_back(verb + behind);
    return all;
}

std::optional<std::string> NatsService::answer(std::string_view subject) const {
    constexpr std::string_view head = "$SRV.";
    if (!subject.starts_with(head)) return std::nullopt;
    subject.remove_prefix(head.size());
    const auto dot = subject.find('.');
    const auto verb = subject.substr(0, dot);
    const auto behind = dot == std::string_view::npos ? std::string_view{} : subject.substr(dot + 1);
    if (!behind.empty() && behind != name && behind != name + '.' + id) return std::nullopt;
    if (verb == "PING") return codec::write_json(base(*this, "ping"));
    if (verb == "INFO") return codec::write_json(info(*this));
    if (verb == "STATS") return codec::write_json(stats(*this));
    return std::nullopt;
}

std::string nats_service_name(std::string_view text) {
    std::string name(text);
    for (auto& c : name)
        if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') c = '-';
    return name.empty() ? "-" : name;
}

} // namespace layer_cake::realm

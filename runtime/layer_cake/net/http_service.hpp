#pragma once

#include <layer_cake/core/clock.hpp>
#include <layer_cake/net/http_messages.hpp>
#include <layer_cake/object/profile.hpp>
#include <string>
#include <type_traits>
#include <vector>

/// What an HTTP service takes: values, made before listen() is called. layer-cake-http(7) has the rules.
namespace layer_cake::net {

/// Which requests become a message.
///
///     lc::http<Xy>                                           /Xy?x=2&y=2, POST /Xy with JSON or a form
///     lc::route<GetCustomer>("GET", "/customers/{id}")       {id} fills the member `id`
struct HttpRoute {
    const type::Info* message = nullptr;
    std::string method;  ///< empty for a message found by its bare name, the last part of the path
    std::string pattern; ///< `/customers/{id}`: parts in braces are members, the others stand for themselves
};

template <type::Portable T>
HttpRoute route(std::string method, std::string pattern) {
    return {&type::info_of<T>(), std::move(method), std::move(pattern)};
}

/// The routes of one listener.
struct HttpService {
    std::vector<HttpRoute> routes;
    bool takes_requests = false; ///< what no route is for arrives as HttpRequest, and is not answered 404

    /// The same with further routes: `lc::http<Xy>.with(lc::route<GetCustomer>("GET", "/customers/{id}"))`.
    template <class... Routes>
    HttpService with(Routes&&... more) const {
        HttpService service = *this;
        (service.routes.push_back(std::forward<Routes>(more)), ...);
        return service;
    }
};

/// The messages that requests may become; HttpRequest stands for all requests that become none of the others.
/// `lc::http<>` alone takes every request as HttpRequest.
template <type::Portable... Messages>
struct HttpTypes {
    template <class... Routes>
    HttpService with(Routes&&... more) const {
        HttpService service;
        (add<Messages>(service), ...);
        service.takes_requests = service.takes_requests || (sizeof...(Messages) == 0 && sizeof...(Routes) == 0);
        return service.with(std::forward<Routes>(more)...);
    }
    operator HttpService() const { return with(); } // NOLINT: `lc::http<Xy>` is written where a service is wanted

private:
    template <class T>
    static void add(HttpService& service) {
        if constexpr (std::is_same_v<T, RequestMessage>)
            service.takes_requests = true;
        else
            service.routes.push_back({&type::info_of<T>(), {}, {}});
    }
};
template <type::Portable... Messages>
inline constexpr HttpTypes<Messages...> http{};

/// How a message is written in a body.
enum class HttpForm {
    typed, ///< with its type, as the predecessor writes it: `{"value":["test_api.Xy",{"x":2,"y":2},[]]}`
    plain  ///< `{"x":2,"y":2}`
};

/// How a listener behaves.
struct HttpOptions {
    /// Of answers, where the request does not say: `Accept: application/json;form=plain` or `form=typed`.
    HttpForm form = HttpForm::typed;
    bool access_log = false;             ///< a line for each request, at level console; else at level object
    std::vector<std::string> hosts{};    ///< names that `Host` may have besides localhost and the address listened at,
                                         ///< on a loopback address; `*`: any. On other addresses all are taken
    std::size_t header_bytes = 16 << 10; ///< of a request's head; its first line may take half
    std::size_t body_bytes = 1 << 20;
    std::size_t connections = 16'384;
    Duration header_time = std::chrono::seconds(10); ///< from a request's first byte to its last header
    Duration body_time = std::chrono::seconds(30);   ///< for the whole body
    Duration idle_time = std::chrono::seconds(60);   ///< without a byte either way, between requests or in an answer
    bool shared_port = false; ///< others that say so may listen there, too, each on its thread: the system deals
                              ///< connections out among them
    Duration request_time = Duration::zero();      ///< the deadline of each message; then the answer is 504. Zero: none
    Duration drain_time = std::chrono::seconds(5); ///< how long answers in flight are waited for when it ends
};

} // namespace layer_cake::net

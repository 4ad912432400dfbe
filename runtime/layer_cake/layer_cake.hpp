#pragma once

/// Everything a service is written with, under one name: `namespace lc = layer_cake;`.
/// layer-cake-guide(7) teaches it; the headers named here are the reference.

#include <layer_cake/directory/publish.hpp>
#include <layer_cake/home/folder.hpp>
#include <layer_cake/net/http_client.hpp>
#include <layer_cake/net/http_listen.hpp>
#include <layer_cake/net/http_messages.hpp>
#include <layer_cake/net/http_service.hpp>
#include <layer_cake/net/listen.hpp>
#include <layer_cake/net/messages.hpp>
#include <layer_cake/object/concurrently.hpp>
#include <layer_cake/object/machine.hpp>
#include <layer_cake/object/named.hpp>
#include <layer_cake/object/place.hpp>
#include <layer_cake/object/profile.hpp>
#include <layer_cake/object/runtime.hpp>
#include <layer_cake/object/self.hpp>
#include <layer_cake/pool/create_pool.hpp>
#include <layer_cake/pool/publish_worker.hpp>
#include <layer_cake/process/place_of_work.hpp>
#include <layer_cake/process/run.hpp>
#include <layer_cake/type/describe.hpp>
#include <layer_cake/type/messages.hpp>
#include <layer_cake/type/retry_after.hpp>

namespace layer_cake {

// Messages and their types.
using type::Aborted;
using type::Ack;
using type::Address;
using type::Any;
using type::Anything;
using type::as_fault;
using type::Block;
using type::Busy;
using type::ByteString;
using type::ClockTime;
using type::Enquiry;
using type::Faulted;
using type::HostPort;
using type::Incognito;
using type::LocalPort;
using type::Nak;
using type::NotReady;
using type::OutOfService;
using type::Overloaded;
using type::Pause;
using type::Ping;
using type::Ready;
using type::Resume;
using type::Returned;
using type::Start;
using type::Stop;
using type::T1;
using type::T2;
using type::T3;
using type::T4;
using type::T5;
using type::T6;
using type::T7;
using type::T8;
using type::TemporarilyUnavailable;
using type::TimeDelta;
using type::TimedOut;
using type::Unknown;
using type::Uuid;
using type::Word;

// Ports and connections.
using net::Accepted;
using net::Close;
using net::Closed;
using net::connect;
using net::Connected;
using net::ConnectOptions;
using net::EndOfTransport;
using net::listen;
using net::Listening;
using net::ListenOptions;
using net::NotConnected;
using net::NotListening;

// Names.
using directory::Available;
using directory::clear_published;
using directory::clear_subscribed;
using directory::Delivered;
using directory::Dropped;
using directory::NotPublished;
using directory::NotSubscribed;
using directory::publish;
using directory::Published;
using directory::PublishedCleared;
using directory::Scope;
using directory::subscribe;
using directory::Subscribed;
using directory::SubscribedCleared;

// Programs.
using process::model_path;
using process::resource_path;
using process::run;
using process::tmp_path;

// What outlives a program.
using home::File;
using home::FileOptions;
using home::Folder;
using home::FolderOptions;
using home::Older;
using home::Upgrade;

// Pools.
using pool::create_pool;
using pool::JoinSpool;
using pool::LeaveSpool;
using pool::Placement;
using pool::PoolSettings;
using pool::publish_worker;
using type::retry_after;

// Objects.
using object::accepts;
using object::Answer;
using object::at;
using object::Concurrently;
using object::Field;
using object::here;
using object::LogLevel;
using object::Object;
using object::on_thread;
using object::own_process;
using object::own_thread;
using object::Place;
using object::program;
using object::Runtime;
using object::Self;
using object::states;

// Listening and connecting.
using net::body_text;
using net::Close;
using net::Closed;
using net::connect;
using net::Connected;
using net::EndOfTransport;
using net::http;
using net::http_response;
using net::HttpFigures;
using net::HttpForm;
using net::HttpListening;
using net::HttpOptions;
using net::HttpRoute;
using net::HttpService;
using net::listen;
using net::Listening;
using net::NotConnected;
using net::NotListening;
using net::route;
using net::text_body;
using http_client = net::HttpClient;
using HttpRequest = net::RequestMessage;
using HttpResponse = net::ResponseMessage;
using HttpStream = net::StreamHead;
using HttpPart = net::StreamPart;
using HttpEnd = net::StreamEnd;

} // namespace layer_cake

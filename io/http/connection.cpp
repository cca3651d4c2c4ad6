// SPDX-License-Identifier: MIT
// The HTTP half: a request after the other, each answered before the next is read.
#include <utility>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "io/http/connection-inl.h"

namespace nightstack::io {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

std::atomic<std::uint64_t> next_id{1};

constexpr std::size_t kReadAtOnce = 8 * 1024;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

bool contains(const std::vector<std::string>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

// What a client is told about a request that could not be read; 0: nothing, it is gone or mute.
unsigned status_of(const boost::system::error_code& error) {
    if (error == http::error::header_limit || error == http::error::buffer_overflow) return 431;
    if (error == http::error::body_limit) return 413;
    if (error == http::error::end_of_stream || error == http::error::partial_message) return 0;
    return error.category() == make_error_code(http::error::bad_method).category() ? 400 : 0;
}

}  // namespace

Connection::Connection(std::shared_ptr<Listener> listener, Listener::Tcp::socket socket, std::string peer)
    : listener_(std::move(listener)),
      stream_(std::move(socket)),
      deadline_(listener_->context()),
      buffer_(listener_->limits().header_bytes + kReadAtOnce),
      peer_(std::move(peer)),
      id_(next_id++) {}

void Connection::start() { asio::co_spawn(listener_->context(), run(shared_from_this()), asio::detached); }

asio::awaitable<void> Connection::run(std::shared_ptr<Connection> self) {
    try {
        while (co_await self->serve_request()) {
        }
    } catch (const std::exception&) {
        // the client went away, was too slow, or a handler threw
    }
    self->end();
}

void Connection::end() {
    gone_ = true;
    deadline_.cancel();
    stream_.close();
    if (socket_ && listener_->handlers().closed) {
        try {
            listener_->handlers().closed(shared_from_this());
        } catch (const std::exception&) {
            // there is nobody left to tell
        }
    }
    socket_ = false;
    listener_->forget(*this);
}

void Connection::stop() {
    if (socket_) return say_goodbye(1001, "going away", AfterQueue::end);
    if (!answering_) abort();
}

// Our half ends behind the farewell and the client's is awaited: bytes from it that nobody reads would reset the
// connection, and the farewell with it.
void Connection::leave() {
    if (!socket_) return abort();
    say_goodbye(1001, "going away", AfterQueue::half);
}

void Connection::abort() {
    gone_ = true;
    aborted_ = true;
    stream_.close();
}

// A wait without bytes ends quietly.
asio::awaitable<bool> Connection::wait_for_bytes() {
    if (buffer_.size() > 0) co_return true;
    const HttpLimits& limits = listener_->limits();
    stream_.expires_after(first_ ? limits.header_time : limits.idle_time);
    boost::system::error_code error;
    const std::size_t n = co_await stream_.async_read_some(buffer_.prepare(kReadAtOnce),
                                                           asio::redirect_error(asio::use_awaitable, error));
    buffer_.commit(n);
    first_ = false;
    co_return !error;
}

asio::awaitable<bool> Connection::serve_request() {
    if (!co_await wait_for_bytes()) co_return false;
    const HttpLimits& limits = listener_->limits();
    http::request_parser<http::string_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    parser.body_limit(limits.body_bytes);
    boost::system::error_code error;
    stream_.expires_after(limits.header_time);
    co_await http::async_read_header(stream_, buffer_, parser, asio::redirect_error(asio::use_awaitable, error));
    if (!error && !admitted(parser.get())) {
        co_await refuse(403, "this address is not called by that name, or not from there\n");
        co_return false;
    }
    if (!error && boost::beast::websocket::is_upgrade(parser.get())) co_return co_await upgrade(parser.get());
    if (!error && view(parser.get()[http::field::expect]) == "100-continue") {
        constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
        stream_.expires_after(limits.write_time);
        co_await asio::async_write(stream_, asio::buffer(kGoOn.data(), kGoOn.size()), asio::use_awaitable);
    }
    if (!error) {
        stream_.expires_after(limits.body_time);
        co_await http::async_read(stream_, buffer_, parser, asio::redirect_error(asio::use_awaitable, error));
    }
    if (!error) co_return co_await answer(parser.get());
    const unsigned status = status_of(error);
    if (status != 0) co_await refuse(status, status == 400 ? "not HTTP\n" : "too big\n");
    co_return false;
}

bool Connection::admitted(const Request& request) const {
    const auto& hosts = listener_->options().hosts;
    const auto& origins = listener_->options().origins;
    const std::string_view host = view(request[http::field::host]);
    const std::string port = ":" + std::to_string(listener_->port());
    if (hosts) {
        // Exactly: "127.example.org" begins like an address and is none.
        if (!host.ends_with(port) || !contains(*hosts, host.substr(0, host.size() - port.size()))) return false;
    }
    const auto origin = request.find(http::field::origin);
    const bool reads = (request.method() == http::verb::get || request.method() == http::verb::head) &&
                       request.find(http::field::upgrade) == request.end();
    return !origins || reads || origin == request.end() || contains(*origins, view(origin->value()));
}

HttpRequest Connection::plain(const Request& request) const {
    HttpRequest out;
    out.method = view(request.method_string());
    out.target = view(request.target());
    out.body = request.body();
    out.peer = peer_;
    for (const auto& field : request) out.headers.emplace_back(view(field.name_string()), view(field.value()));
    return out;
}

asio::awaitable<bool> Connection::answer(const Request& request) {
    std::optional<HttpResponse> response;
    answering_ = true;
    try {
        if (listener_->handlers().request)
            response = listener_->handlers().request(plain(request));
        else
            response = HttpResponse{404, "text/plain; charset=utf-8", "nothing here\n", {}};
    } catch (const std::exception&) {
        response = HttpResponse{500, "text/plain; charset=utf-8", "this request met a fault of the server\n", {}};
    }
    if (!response) co_return false;
    if (response->stream && request.method() != http::verb::head) {
        answering_ = false;  // a stream has no end that could be waited for
        streaming_ = true;
        co_await write_stream(std::move(*response));
        co_return false;
    }
    const bool keep = request.keep_alive() && !listener_->stopping();
    const bool kept = co_await write(std::move(*response), request, keep);
    answering_ = false;
    co_return kept && !listener_->stopping();
}

asio::awaitable<bool> Connection::write(HttpResponse response, const Request& request, bool keep) {
    http::response<http::string_body> message;
    message.version(request.version());
    message.result(response.status);
    message.set(http::field::content_type, response.type);
    for (const auto& [name, value] : response.headers) message.insert(name, value);
    message.keep_alive(keep);
    message.body() = std::move(response.body);
    if (!response.stream) message.prepare_payload();
    if (response.status == 304) message.erase(http::field::content_length);  // it would be that of the whole answer
    if (response.source) message.content_length(response.source->bytes);
    http::response_serializer<http::string_body> serializer(message);
    stream_.expires_after(listener_->limits().write_time);
    if (request.method() == http::verb::head || response.source) {
        co_await http::async_write_header(stream_, serializer, asio::use_awaitable);
        const bool more = request.method() != http::verb::head;
        if (more && !co_await write_source(std::move(*response.source))) co_return false;
    } else {
        co_await http::async_write(stream_, serializer, asio::use_awaitable);
    }
    if (!keep) co_await linger();
    co_return keep;
}

asio::awaitable<void> Connection::refuse(unsigned status, const char* text) {
    const Request none{http::verb::get, "/", 11};
    HttpResponse response;
    response.status = status;
    response.body = text;
    answering_ = true;
    co_await write(std::move(response), none, false);
}

// Closing while the client still sends would reset the connection, and the answer with it. So our half ends first.
asio::awaitable<void> Connection::linger() {
    boost::system::error_code error;
    stream_.socket().shutdown(Listener::Tcp::socket::shutdown_send, error);
    buffer_.consume(buffer_.size());
    set_deadline();
    while (!error) {
        stream_.expires_never();
        co_await stream_.async_read_some(buffer_.prepare(kReadAtOnce),
                                         asio::redirect_error(asio::use_awaitable, error));
    }
}

void Connection::set_deadline() {
    deadline_.expires_after(listener_->limits().close_time);
    deadline_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
        if (!error) self->abort();
    });
}

}  // namespace nightstack::io

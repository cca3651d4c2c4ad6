// SPDX-License-Identifier: MIT
// The listening half of a server.
#include "io/http/server.h"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>

#include "io/http/connection-inl.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {

namespace asio = boost::asio;

namespace {

constexpr int kBacklog = 128;
constexpr auto kBreath = std::chrono::milliseconds(100);     // when there is no descriptor for a new connection
constexpr auto kFarewell = std::chrono::milliseconds(1000);  // for answers on their way when a server ends

asio::ip::address parsed_address(const std::string& text) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(text, error);
    if (error)
        throw OptionError("'" + printable(text) + "' is no address to listen on; 127.0.0.1 for this machine only");
    return address;
}

}  // namespace

HttpServer::Listener::Listener(ServerLoop& loop, const HttpServerOptions& options, HttpHandlers handlers)
    : context_(loop.core().context),
      options_(options),
      handlers_(std::move(handlers)),
      acceptor_(context_),
      timer_(context_) {
    const Tcp::endpoint endpoint(parsed_address(options.address), options.port);
    try {
        open(endpoint);
    } catch (const boost::system::system_error& e) {
        throw IoError(
            "cannot listen on " + options.address + " port " + std::to_string(options.port) + ": " + e.code().message(),
            e.code().value());
    }
}

void HttpServer::Listener::open(const Tcp::endpoint& endpoint) {
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(Tcp::acceptor::reuse_address(true));
    acceptor_.bind(endpoint);
    acceptor_.listen(kBacklog);
    port_ = acceptor_.local_endpoint().port();
}

void HttpServer::Listener::start() {
    accepting_ = true;
    asio::co_spawn(context_, accept(shared_from_this()), asio::detached);
}

asio::awaitable<void> HttpServer::Listener::accept(std::shared_ptr<Listener> self) {
    while (self->acceptor_.is_open()) {
        boost::system::error_code error;
        Tcp::socket socket(self->context_);
        co_await self->acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
        if (!self->acceptor_.is_open()) break;
        if (error) {
            asio::steady_timer pause(self->context_, kBreath);
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
        } else {
            self->take(std::move(socket));
        }
    }
    self->accepting_ = false;
    self->end_if_empty();
}

void HttpServer::Listener::take(Tcp::socket socket) {
    boost::system::error_code error;
    const auto endpoint = socket.remote_endpoint(error);
    if (error) return;  // already gone
    const std::string peer = endpoint.address().to_string();
    if (!make_room(peer)) return;
    socket.set_option(Tcp::no_delay(true), error);
    socket.set_option(Tcp::socket::keep_alive(true), error);
    socket.set_option(Tcp::socket::send_buffer_size(limits().kernel_bytes), error);
    const auto connection = std::make_shared<Connection>(shared_from_this(), std::move(socket), peer);
    connections_.emplace(connection->id(), connection);
    ++per_address_[peer];
    connection->start();
}

// One that is aborted leaves the count at the loop's next turn; only one is accepted in each.
bool HttpServer::Listener::make_room(const std::string& peer) {
    const auto same = per_address_.find(peer);
    const bool address_full = same != per_address_.end() && same->second >= limits().connections_per_address;
    if (!address_full && connections_.size() < limits().connections) return true;
    if (!limits().newest_wins) return false;
    for (const auto& [id, connection] : connections_) {  // the oldest first
        if (!connection->idle() || (address_full && connection->peer() != peer)) continue;
        connection->abort();
        return true;
    }
    return false;
}

void HttpServer::Listener::forget(const Connection& connection) {
    const auto count = per_address_.find(connection.peer());
    if (count != per_address_.end() && --count->second == 0) per_address_.erase(count);
    connections_.erase(connection.id());
    end_if_empty();
}

void HttpServer::Listener::abort_all() {
    for (const auto& [id, connection] : connections_) connection->abort();
}

void HttpServer::Listener::shut() {
    boost::system::error_code error;
    acceptor_.close(error);
    for (const auto& [id, connection] : connections_) connection->leave();
}

void HttpServer::Listener::stop() {
    stopping_ = true;
    boost::system::error_code error;
    acceptor_.close(error);
    for (const auto& [id, connection] : connections_) connection->stop();
    timer_.expires_after(kFarewell);
    timer_.async_wait([self = shared_from_this()](const boost::system::error_code& e) {
        if (!e) self->abort_all();
    });
    end_if_empty();
}

void HttpServer::Listener::end_if_empty() {
    if (over_ || !stopping_ || accepting_ || !connections_.empty()) return;
    over_ = true;
    timer_.cancel();
    handlers_ = {};  // what they hold is the owner's and may go now
    ended_.set_value();
}

HttpServer::HttpServer(ServerLoop& loop, const HttpServerOptions& options, HttpHandlers handlers)
    : listener_(std::make_shared<Listener>(loop, options, std::move(handlers))), loop_(loop) {
    loop_.post([listener = listener_] { listener->start(); });
}

HttpServer::~HttpServer() {
    assert(!loop_.in_loop());
    auto ended = listener_->ended();
    loop_.post([listener = listener_] { listener->stop(); });
    ended.wait();
}

std::uint16_t HttpServer::port() const { return listener_->port(); }

void HttpServer::shut() {
    if (loop_.in_loop()) return listener_->shut();
    loop_.post([listener = listener_] { listener->shut(); });
}

}  // namespace nightstack::io

// SPDX-License-Identifier: MIT
// What a server and its connections share; part of the .cpp files of this folder only. Everything
// on the loop's thread.
#pragma once

#include <utility>  // before Asio, whose awaitable.hpp forgets it

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <map>

#include "io/http/loop_core-inl.h"
#include "io/http/server.h"

namespace nightstack::io {

class Connection;

class HttpServer::Listener : public std::enable_shared_from_this<Listener> {
public:
    using Tcp = boost::asio::ip::tcp;

    // Binds and listens; any thread, before start().
    Listener(ServerLoop& loop, const HttpServerOptions& options, HttpHandlers handlers);

    void start();
    void shut();  // no connection any more; WebSockets say goodbye, the others end now
    void stop();  // the same, but answers and farewells may go out
    void forget(const Connection& connection);

    boost::asio::io_context& context() { return context_; }
    const HttpServerOptions& options() const { return options_; }
    const HttpLimits& limits() const { return options_.limits; }
    const HttpHandlers& handlers() const { return handlers_; }
    std::uint16_t port() const { return port_; }
    bool stopping() const { return stopping_; }
    std::future<void> ended() { return ended_.get_future(); }

private:
    static boost::asio::awaitable<void> accept(std::shared_ptr<Listener> self);
    void open(const Tcp::endpoint& endpoint);
    void take(Tcp::socket socket);
    bool make_room(const std::string& peer);  // false: there is none for one more
    void abort_all();
    void end_if_empty();

    boost::asio::io_context& context_;
    const HttpServerOptions options_;
    HttpHandlers handlers_;
    Tcp::acceptor acceptor_;
    boost::asio::steady_timer timer_;
    std::uint16_t port_ = 0;
    bool accepting_ = false, stopping_ = false, over_ = false;
    std::map<std::uint64_t, std::shared_ptr<Connection>> connections_;
    std::map<std::string, std::size_t> per_address_;
    std::promise<void> ended_;
};

}  // namespace nightstack::io

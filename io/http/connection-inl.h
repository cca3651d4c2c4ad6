// SPDX-License-Identifier: MIT
// One TCP connection: requests and answers (connection.cpp), or after an upgrade a WebSocket
// (web_socket.cpp). Part of the .cpp files of this folder only.
#pragma once

#include <utility>  // before Asio, whose awaitable.hpp forgets it

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <deque>

#include "io/http/frames.h"
#include "io/http/listener-inl.h"

namespace nightstack::io {

class StreamSlot;

class Connection final : public WebSocket, public std::enable_shared_from_this<Connection> {
public:
    using Listener = HttpServer::Listener;
    using Request = boost::beast::http::request<boost::beast::http::string_body>;

    Connection(std::shared_ptr<Listener> listener, Listener::Tcp::socket socket, std::string peer);

    // On the loop's thread.
    void start();
    void stop();   // ends when what is under way is done
    void leave();  // the same for a WebSocket, anything else ends now
    void abort();  // ends now
    const std::string& peer() const { return peer_; }
    // Has no request whole so far: between two, or one that comes slowly.
    bool idle() const { return !answering_ && !socket_ && !streaming_ && !aborted_; }

    bool send(std::string_view bytes, bool binary) override;
    void close(std::uint16_t code, std::string_view reason) override;
    void drop() override;
    std::uint64_t id() const override { return id_; }

private:
    enum class AfterQueue { nothing, end, half };  // half: no more from us, the client may still speak
    template <class T>
    using Awaitable = boost::asio::awaitable<T>;

    static Awaitable<void> run(std::shared_ptr<Connection> self);
    void end();

    Awaitable<bool> serve_request();  // false: the connection is over
    Awaitable<bool> wait_for_bytes();
    Awaitable<bool> answer(const Request& request);
    Awaitable<bool> write(HttpResponse response, const Request& request, bool keep);
    Awaitable<bool> write_source(HttpBodySource source);
    Awaitable<void> write_stream(HttpResponse response);
    static Awaitable<void> watch_client(std::shared_ptr<Connection> self, std::shared_ptr<StreamSlot> slot);
    Awaitable<void> refuse(unsigned status, const char* text);
    Awaitable<void> linger();
    HttpRequest plain(const Request& request) const;
    bool admitted(const Request& request) const;  // by Host and Origin

    Awaitable<bool> upgrade(const Request& request);
    Awaitable<void> read_frames();
    bool take(const Received& received);  // false: nothing more is to be read
    void answer_ping(std::string_view payload);
    void say_goodbye(std::uint16_t code, std::string_view reason, AfterQueue then);
    bool queue(std::string bytes);
    void enqueue(std::string bytes);
    void then(AfterQueue what);
    void after_queue();
    static Awaitable<void> write_queue(std::shared_ptr<Connection> self);
    void set_deadline();

    const std::shared_ptr<Listener> listener_;
    boost::beast::tcp_stream stream_;
    boost::asio::steady_timer deadline_;  // for the client's half of an end
    boost::beast::flat_buffer buffer_;
    const std::string peer_;
    const std::uint64_t id_;
    bool first_ = true;  // no request so far
    bool answering_ = false;
    bool streaming_ = false;
    bool aborted_ = false;
    bool socket_ = false;  // upgraded
    bool held_ = false;    // the queue waits for the handler's yes
    bool writing_ = false;
    bool said_goodbye_ = false;
    AfterQueue after_queue_ = AfterQueue::nothing;
    std::deque<std::string> queue_;
    // Shared with senders on other threads.
    std::atomic<std::size_t> unsent_{0};
    std::atomic<bool> gone_{true};  // nothing can be sent
};

}  // namespace nightstack::io

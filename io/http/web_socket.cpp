// SPDX-License-Identifier: MIT
// The WebSocket half: one coroutine reads frames, another writes what is queued while there is any.
#include <utility>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/websocket/detail/hybi13.hpp>

#include "io/http/connection-inl.h"

namespace nightstack::io {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr std::size_t kReadAtOnce = 8 * 1024;
constexpr std::uint16_t kServerFault = 1011;

// A short frame takes more memory than it has bytes.
std::size_t cost(const std::string& bytes) { return bytes.size() + 2 * sizeof(std::string); }

// 16 bytes in base64.
bool valid_key(std::string_view key) {
    constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return key.size() == 24 && key.ends_with("==") && key.find_first_not_of(kLetters) == 22;
}

// Section 4.2.2; a test holds it against the example of RFC 6455.
std::string switching_protocols(boost::beast::string_view key) {
    boost::beast::websocket::detail::sec_ws_accept_type accept;
    boost::beast::websocket::detail::make_sec_ws_accept(accept, key);
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
           std::string(accept.data(), accept.size()) + "\r\n\r\n";
}

}  // namespace

asio::awaitable<bool> Connection::upgrade(const Request& request) {
    const HttpHandlers& handlers = listener_->handlers();
    const auto key = request[http::field::sec_websocket_key];
    if (!handlers.opened) {
        co_await refuse(404, "no WebSocket here\n");
        co_return false;
    }
    if (request[http::field::sec_websocket_version] != "13") {
        co_await refuse(426, "Sec-WebSocket-Version: 13 expected\n");
        co_return false;
    }
    if (!valid_key({key.data(), key.size()})) {
        co_await refuse(400, "Sec-WebSocket-Key: 16 bytes in base64 expected\n");
        co_return false;
    }
    held_ = true;  // what the handler sends goes out behind the answer
    gone_ = false;
    queue(switching_protocols(key));
    socket_ = handlers.opened(shared_from_this(), plain(request));
    if (!socket_) co_return false;
    held_ = false;
    enqueue({});
    co_await read_frames();
    co_return false;
}

asio::awaitable<void> Connection::read_frames() {
    FrameReader reader(listener_->limits().message_bytes);
    std::vector<Received> received;
    boost::system::error_code error;
    while (!error) {
        const auto bytes = buffer_.data();
        const bool good = reader.feed({static_cast<const char*>(bytes.data()), bytes.size()}, received);
        buffer_.consume(bytes.size());
        bool more = true;
        for (const Received& one : received) more = more && take(one);
        received.clear();
        if (more && !good) {
            say_goodbye(reader.violation()->code, reader.violation()->text, AfterQueue::half);
            more = false;
        }
        while (!more && !error) {  // only the client's end is of interest
            stream_.expires_never();
            co_await stream_.async_read_some(buffer_.prepare(kReadAtOnce),
                                             asio::redirect_error(asio::use_awaitable, error));
        }
        if (error) break;
        const auto idle = listener_->limits().socket_idle_time;
        if (idle.count() > 0)
            stream_.expires_after(idle);
        else
            stream_.expires_never();
        const std::size_t n = co_await stream_.async_read_some(buffer_.prepare(kReadAtOnce),
                                                               asio::redirect_error(asio::use_awaitable, error));
        buffer_.commit(n);
    }
}

bool Connection::take(const Received& received) {
    const HttpHandlers& handlers = listener_->handlers();
    if (received.kind == FrameKind::close) {
        say_goodbye(received.close_code == 1005 ? std::uint16_t{1000} : received.close_code, "", AfterQueue::end);
        return false;
    }
    if (gone_) return true;  // only the client's end is still awaited
    try {
        if (received.kind == FrameKind::ping) {
            answer_ping(received.bytes);
        } else if (received.kind != FrameKind::pong && handlers.message) {
            handlers.message(shared_from_this(), received.bytes, received.kind == FrameKind::binary);
        }
    } catch (const std::exception&) {
        say_goodbye(kServerFault, "a fault of the server", AfterQueue::half);
        return false;
    }
    return true;
}

void Connection::answer_ping(std::string_view payload) {
    const HttpHandlers& handlers = listener_->handlers();
    const std::optional<std::string> answer =
        handlers.pong ? handlers.pong(shared_from_this(), payload) : std::string(payload);
    if (answer) queue(make_frame(FrameKind::pong, *answer));
}

bool Connection::send(std::string_view bytes, bool binary) {
    return queue(make_frame(binary ? FrameKind::binary : FrameKind::text, bytes));
}

void Connection::close(std::uint16_t code, std::string_view reason) {
    asio::dispatch(listener_->context(), [self = shared_from_this(), code, text = std::string(reason)] {
        self->say_goodbye(code, text, AfterQueue::nothing);
    });
}

void Connection::drop() {
    asio::dispatch(listener_->context(), [self = shared_from_this()] {
        self->gone_ = true;
        self->then(AfterQueue::end);
    });
}

void Connection::say_goodbye(std::uint16_t code, std::string_view reason, AfterQueue what) {
    if (!said_goodbye_ && !gone_) queue(make_frame(FrameKind::close, close_payload(code, reason)));
    said_goodbye_ = true;
    gone_ = true;
    set_deadline();
    then(what);
}

// Counted where it is sent, so that a fast sender on another thread is bounded as well.
bool Connection::queue(std::string bytes) {
    if (gone_) return false;
    const std::size_t size = cost(bytes);
    const std::size_t unsent = unsent_.fetch_add(size) + size;
    if (unsent > listener_->limits().unsent_bytes && unsent != size) {
        gone_ = true;
        asio::dispatch(listener_->context(), [self = shared_from_this()] {
            boost::system::error_code error;
            self->stream_.socket().set_option(boost::asio::socket_base::linger(true, 0), error);
            self->abort();
        });
        return false;
    }
    asio::dispatch(listener_->context(),
                   [self = shared_from_this(), item = std::move(bytes)]() mutable { self->enqueue(std::move(item)); });
    return true;
}

void Connection::enqueue(std::string bytes) {
    if (!bytes.empty()) queue_.push_back(std::move(bytes));
    if (held_ || writing_ || queue_.empty()) return;
    writing_ = true;
    asio::co_spawn(listener_->context(), write_queue(shared_from_this()), asio::detached);
}

asio::awaitable<void> Connection::write_queue(std::shared_ptr<Connection> self) {
    boost::system::error_code error;
    while (!error && !self->queue_.empty()) {
        const std::string bytes = std::move(self->queue_.front());
        self->queue_.pop_front();
        self->stream_.expires_after(self->listener_->limits().write_time);
        co_await asio::async_write(self->stream_, asio::buffer(bytes),
                                   asio::redirect_error(asio::use_awaitable, error));
        self->unsent_ -= cost(bytes);
    }
    self->writing_ = false;
    if (error) {
        self->queue_.clear();
        self->abort();
    }
    self->after_queue();
}

void Connection::then(AfterQueue what) {
    if (after_queue_ != AfterQueue::end) after_queue_ = what;
    if (!writing_) after_queue();
}

void Connection::after_queue() {
    if (!queue_.empty() || after_queue_ == AfterQueue::nothing) return;
    if (after_queue_ == AfterQueue::end) return abort();
    boost::system::error_code error;
    stream_.socket().shutdown(Listener::Tcp::socket::shutdown_send, error);
}

}  // namespace nightstack::io

// SPDX-License-Identifier: MIT
// Bodies that come in pieces: of known size from a source, or a stream without an end.
#include <utility>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <mutex>

#include "io/http/connection-inl.h"

namespace nightstack::io {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kPiece = 128 * 1024;
constexpr std::size_t kReadAtOnce = 4 * 1024;

}  // namespace

// The place where a part waits for its turn. Shared by those who offer, on any thread, and the connection.
class StreamSlot final : public HttpStream, public std::enable_shared_from_this<StreamSlot> {
public:
    using Part = std::shared_ptr<const std::string>;

    explicit StreamSlot(asio::io_context& context) : context_(context), bell_(context) {}

    Offered offer(Part part) override {
        const std::lock_guard lock(mutex_);
        if (ended_) return Offered::gone;
        const bool replaced = waiting_ != nullptr;
        waiting_ = std::move(part);
        if (!replaced) ring();
        return replaced ? Offered::replaced : Offered::taken;
    }
    void end() override {
        const std::lock_guard lock(mutex_);
        if (!ended_) ring();
        ended_ = true;
    }
    bool open() const override {
        const std::lock_guard lock(mutex_);
        return !ended_;
    }

    // The loop's thread: the part whose turn it is; null when the stream is over.
    static asio::awaitable<Part> next(std::shared_ptr<StreamSlot> self) {
        for (;;) {
            {
                const std::lock_guard lock(self->mutex_);
                if (self->waiting_) co_return std::exchange(self->waiting_, nullptr);
                if (self->ended_) co_return nullptr;
                self->bell_.expires_at(asio::steady_timer::time_point::max());
            }
            boost::system::error_code rung;
            co_await self->bell_.async_wait(asio::redirect_error(asio::use_awaitable, rung));
        }
    }
    // The client is gone: nothing waits for it any more.
    void lose() {
        {
            const std::lock_guard lock(mutex_);
            waiting_ = nullptr;
        }
        end();
    }

private:
    void ring() {
        asio::post(context_, [self = shared_from_this()] { self->bell_.cancel(); });
    }

    asio::io_context& context_;
    asio::steady_timer bell_;  // the loop's thread
    mutable std::mutex mutex_;
    Part waiting_;
    bool ended_ = false;
};

// False: the source ended before its time, and so does the connection.
asio::awaitable<bool> Connection::write_source(HttpBodySource source) {
    std::string piece(static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, source.bytes)), '\0');
    std::uint64_t left = source.bytes;
    while (left > 0) {
        const std::size_t most = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), left));
        const std::size_t n = source.read(std::span(piece.data(), most));
        if (n == 0) co_return false;
        stream_.expires_after(listener_->limits().write_time);
        co_await asio::async_write(stream_, asio::buffer(piece.data(), n), asio::use_awaitable);
        left -= n;
    }
    co_return true;
}

// By hand, for the header has to go out before there is a part. "Connection: close" ends it instead of a length.
asio::awaitable<void> Connection::write_stream(HttpResponse response) {
    const auto slot = std::make_shared<StreamSlot>(listener_->context());
    asio::co_spawn(listener_->context(), watch_client(shared_from_this(), slot), asio::detached);
    response.stream(slot);
    std::string head = "HTTP/1.1 200 OK\r\nContent-Type: " + response.type + "\r\n";
    for (const auto& [name, value] : response.headers) head.append(name).append(": ").append(value).append("\r\n");
    StreamSlot::Part part = std::make_shared<const std::string>(head + "Connection: close\r\n\r\n");
    boost::system::error_code error;
    while (part && !error) {
        stream_.expires_after(listener_->limits().write_time);
        co_await asio::async_write(stream_, asio::buffer(*part), asio::redirect_error(asio::use_awaitable, error));
        if (!error) part = co_await StreamSlot::next(slot);
    }
    slot->lose();
    if (!error) stream_.socket().shutdown(Listener::Tcp::socket::shutdown_send, error);
    abort();
}

// Nothing is expected of the client but its end.
asio::awaitable<void> Connection::watch_client(std::shared_ptr<Connection> self, std::shared_ptr<StreamSlot> slot) {
    boost::system::error_code error;
    std::string ignored(kReadAtOnce, '\0');
    while (!error) {
        self->stream_.expires_never();
        co_await self->stream_.async_read_some(asio::buffer(ignored), asio::redirect_error(asio::use_awaitable, error));
    }
    slot->lose();
}

}  // namespace nightstack::io

// SPDX-License-Identifier: MIT
// HTTP/1.1 and WebSocket for clients of ours: the server half, on a ServerLoop. Everything a client
// can make it use is bounded: connections, header, body, messages, unsent bytes, time. Handlers are
// called on the loop's thread. A handler that throws costs its request (500) or its socket (1011).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/http/server_loop.h"

namespace nightstack::io {

struct HttpRequest {
    std::string method;  // "GET"
    std::string target;  // as sent, not decoded: "/date?date=2026-01-18%2021:04:26"
    std::string body;
    std::string peer;  // the client's address

    std::vector<std::pair<std::string, std::string>> headers;  // as sent
    // The first of that name, in any case of letters; "" when there is none.
    std::string_view header(std::string_view name) const;
    std::string_view path() const;                                      // the target before its '?'
    std::optional<std::string> parameter(std::string_view name) const;  // of the query, percent and '+' decoded
};

// A body that is fetched piece by piece while it is sent, so that memory stays small whatever its size.
struct HttpBodySource {
    std::uint64_t bytes = 0;  // Content-Length
    // Fills from the start, gives how many; 0: there is no more, and the connection ends before its time. The loop's
    // thread, never again once it gave 0 or all was sent.
    std::function<std::size_t(std::span<char>)> read;
};

// An answer without an end, part by part (multipart/x-mixed-replace). A client that reads too slowly misses parts: at
// most one waits behind the one on its way, and a newer takes its place. All calls from any thread.
class HttpStream {
public:
    enum class Offered { taken, replaced, gone };  // replaced: and one that waited is lost

    virtual ~HttpStream() = default;
    virtual Offered offer(std::shared_ptr<const std::string> part) = 0;
    virtual void end() = 0;  // after what waits
    virtual bool open() const = 0;
};
using HttpStreamPtr = std::shared_ptr<HttpStream>;

struct HttpResponse {
    unsigned status = 200;
    std::string type = "text/plain; charset=utf-8";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::optional<HttpBodySource> source = {};  // instead of `body`
    // Instead of a body: called once on the loop's thread, before the header is sent. Not for HEAD. The connection
    // ends with the stream.
    std::function<void(const HttpStreamPtr&)> stream = {};
};

// One WebSocket. All calls from any thread; after its end they do nothing.
class WebSocket {
public:
    virtual ~WebSocket() = default;
    // False when the socket is gone, or is dropped now because the client reads too slowly.
    virtual bool send(std::string_view bytes, bool binary = false) = 0;
    // The close handshake, after what was sent before.
    virtual void close(std::uint16_t code, std::string_view reason) = 0;
    // Ends the TCP connection without a close frame, after what was sent before.
    virtual void drop() = 0;
    virtual std::uint64_t id() const = 0;  // never the same twice in one process
};
using WebSocketPtr = std::shared_ptr<WebSocket>;

struct HttpHandlers {
    // Without it every request is answered by 404. Nothing as an answer: the connection is closed without a word.
    std::function<std::optional<HttpResponse>(const HttpRequest&)> request;
    // Without it no upgrade is accepted. False: the connection is closed without a word.
    std::function<bool(const WebSocketPtr&, const HttpRequest&)> opened;
    std::function<void(const WebSocketPtr&, std::string_view bytes, bool binary)> message;
    std::function<void(const WebSocketPtr&)> closed;  // exactly once after `opened` gave true
    // Payload of the pong, at most 125 bytes; without a handler that of the ping. Nothing as an answer: no pong.
    std::function<std::optional<std::string>(const WebSocketPtr&, std::string_view ping)> pong;
};

struct HttpLimits {
    std::size_t header_bytes = 8 * 1024;
    std::chrono::milliseconds header_time{10'000};  // from its first byte, and from the connection to the first byte
    std::size_t body_bytes = 64 * 1024;
    std::chrono::milliseconds body_time{10'000};
    std::size_t message_bytes = 64 * 1024;
    std::chrono::milliseconds idle_time{60'000};    // between two requests
    std::chrono::milliseconds socket_idle_time{0};  // between two frames of a WebSocket; 0: any
    std::chrono::milliseconds write_time{10'000};   // one write that makes no end
    std::chrono::milliseconds close_time{2'000};    // for the client's half of an end
    std::size_t unsent_bytes = 512 * 1024;          // waiting for one client, beyond the kernel's share
    int kernel_bytes = 128 * 1024;                  // that share
    std::size_t connections = 64;
    std::size_t connections_per_address = 8;
    // Where there are too many, the longest open one without a whole request goes, so that connections which only drip
    // keep nobody out; else the new one.
    bool newest_wins = false;
};

struct HttpServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // 0: any that is free
    HttpLimits limits;
    // Names whose "name:port" may stand in Host, exactly; others get 403. Nothing: not checked.
    std::optional<std::vector<std::string>> hosts;
    // What Origin may be, exactly, of a WebSocket and of every request but GET and HEAD; others get 403. A request
    // without Origin comes from no browser and passes. Nothing: not checked.
    std::optional<std::vector<std::string>> origins;
};

class HttpServer {
public:
    // Listens when it returns. Throws IoError with address and port, OptionError for an address that is none.
    HttpServer(ServerLoop& loop, const HttpServerOptions& options, HttpHandlers handlers);
    // Lets answers on their way out, closes WebSockets with 1001; waits at most about a second. No handler is called
    // afterwards. Not from a handler (assert).
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    std::uint16_t port() const;  // the real one
    // Takes no connection any more. WebSockets are closed with 1001 where no other close is on its way, after what
    // was sent before; other connections end at once. Handlers are still called. Any thread.
    void shut();

    class Listener;  // for this folder's own files (listener-inl.h)

private:
    std::shared_ptr<Listener> listener_;
    ServerLoop& loop_;
};

}  // namespace nightstack::io

// SPDX-License-Identifier: MIT
// WebSockets over loopback, judged by Beast's client.
#include <gmock/gmock.h>

#include <utility>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <future>
#include <thread>

#include "io/http/server.h"
#include "tests/io/http/raw_client.h"

namespace nightstack::io {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using test::RawClient;
using testing::HasSubstr;

// Echoes; the words "close", "drop" and "throw" do that.
class EchoServer {
public:
    explicit EchoServer(HttpServerOptions options = {}) { server_.emplace(loop_, options, handlers()); }
    std::uint16_t port() const { return server_->port(); }
    void end() { server_.reset(); }
    void shut() { server_->shut(); }
    WebSocketPtr socket() { return opened_.get_future().get(); }
    int closed() const { return closed_; }

private:
    HttpHandlers handlers() {
        HttpHandlers h;
        h.opened = [this](const WebSocketPtr& socket, const HttpRequest& request) {
            if (request.target == "/no") return false;
            socket->send("hello " + request.target);
            if (!known_.exchange(true)) opened_.set_value(socket);
            return true;
        };
        h.message = [](const WebSocketPtr& socket, std::string_view bytes, bool binary) {
            if (bytes == "close") return socket->close(4000, "as asked");
            if (bytes == "throw") throw std::runtime_error("a fault");
            socket->send(bytes, binary);
            if (bytes == "drop") socket->drop();
        };
        h.closed = [this](const WebSocketPtr&) { ++closed_; };
        h.pong = [](const WebSocketPtr&, std::string_view ping) {
            return ping == "none" ? std::nullopt : std::optional<std::string>(ping == "full" ? "full" : "");
        };
        return h;
    }
    ServerLoop loop_;
    std::promise<WebSocketPtr> opened_;
    std::atomic<bool> known_{false};
    std::atomic<int> closed_{0};
    std::optional<HttpServer> server_;
};

class Client {
public:
    explicit Client(std::uint16_t port, const std::string& target = "/") : stream_(context_) {
        stream_.next_layer().connect({asio::ip::make_address("127.0.0.1"), port});
        stream_.handshake("127.0.0.1:" + std::to_string(port), target);
    }
    // What arrives; "error: ..." at the end.
    std::string read() {
        boost::beast::flat_buffer buffer;
        boost::system::error_code error;
        stream_.read(buffer, error);
        return error ? "error: " + error.message() : boost::beast::buffers_to_string(buffer.data());
    }
    void write(const std::string& text) { stream_.write(asio::buffer(text)); }
    websocket::stream<asio::ip::tcp::socket>& stream() { return stream_; }

private:
    asio::io_context context_;
    websocket::stream<asio::ip::tcp::socket> stream_;
};

TEST(WebSocket, TheHandshakeIsTheStandards) {
    EchoServer server;
    RawClient client(server.port());
    EXPECT_THAT(client.upgrade(), HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    EXPECT_EQ(client.read_frame().bytes, "hello /");
}

TEST(WebSocket, MessagesOfAllSizesComeBack) {
    EchoServer server;
    Client client(server.port(), "/?client_id=7");
    EXPECT_EQ(client.read(), "hello /?client_id=7");
    for (const std::size_t size : {0, 1, 125, 126, 65535, 65536}) {
        const std::string text(size, 'x');
        client.write(text);
        EXPECT_EQ(client.read(), text);
        EXPECT_TRUE(client.stream().got_text());
    }
    client.stream().binary(true);
    client.write("\xFF");
    EXPECT_EQ(client.read(), "\xFF");
    EXPECT_TRUE(client.stream().got_binary());
}

TEST(WebSocket, FragmentsAreOneMessage) {
    EchoServer server;
    Client client(server.port());
    client.read();
    client.stream().auto_fragment(true);
    client.stream().write_buffer_bytes(64);
    const std::string text(1000, 'f');
    client.write(text);
    EXPECT_EQ(client.read(), text);
}

// RFC 6455 wants the payload back; the scope sends none, and ours as the handler says.
TEST(WebSocket, ThePongIsWhatTheHandlerSaysOrNone) {
    EchoServer server;
    Client client(server.port());
    client.read();
    std::vector<std::string> pongs;
    client.stream().control_callback([&](websocket::frame_type kind, boost::beast::string_view payload) {
        if (kind == websocket::frame_type::pong) pongs.emplace_back(payload.data(), payload.size());
    });
    client.stream().ping("four");
    client.stream().ping("none");
    client.stream().ping("full");
    client.write("x");
    EXPECT_EQ(client.read(), "x");
    EXPECT_THAT(pongs, testing::ElementsAre("", "full"));
}

TEST(WebSocket, SendsFromAnyThread) {
    EchoServer server;
    Client client(server.port());
    client.read();
    const WebSocketPtr socket = server.socket();
    std::vector<std::jthread> senders;
    for (int i = 0; i < 4; ++i)
        senders.emplace_back([socket] {
            for (int k = 0; k < 50; ++k) EXPECT_TRUE(socket->send("from outside"));
        });
    for (int i = 0; i < 200; ++i) ASSERT_EQ(client.read(), "from outside");
}

TEST(WebSocket, BothSidesCanClose) {
    EchoServer server;
    {
        Client client(server.port());
        client.read();
        client.stream().close({websocket::close_code::normal, "bye"});
    }
    Client client(server.port());
    client.read();
    client.write("close");
    EXPECT_THAT(client.read(), HasSubstr("gracefully closed"));
    EXPECT_EQ(client.stream().reason().code, 4000);
    EXPECT_EQ(client.stream().reason().reason, "as asked");
    server.end();
    EXPECT_EQ(server.closed(), 2);
}

TEST(WebSocket, DropEndsWithoutACloseFrameAfterWhatWasSent) {
    EchoServer server;
    RawClient client(server.port());
    client.upgrade();
    client.send(test::client_frame(FrameKind::text, "drop"));
    EXPECT_EQ(client.read_frame().bytes, "hello /");
    EXPECT_EQ(client.read_frame().bytes, "drop");
    EXPECT_EQ(client.read_frame().bytes, "eof");
    EXPECT_FALSE(client.was_reset());
}

TEST(WebSocket, ARefusedOneIsClosedWithoutAWord) {
    EchoServer server;
    RawClient client(server.port());
    client.send(
        "GET /no HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    EXPECT_EQ(client.read_all(), "");
    server.end();
    EXPECT_EQ(server.closed(), 0);
}

TEST(WebSocket, AHandlersFaultIs1011) {
    EchoServer server;
    Client client(server.port());
    client.read();
    client.write("throw");
    client.read();
    EXPECT_EQ(client.stream().reason().code, 1011);
}

TEST(WebSocket, WrongUpgradesAreRefusedInWords) {
    EchoServer server;
    const auto answer = [&](const std::string& headers) {
        RawClient client(server.port());
        client.send("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" + headers + "\r\n");
        return client.read_all();
    };
    EXPECT_THAT(answer("Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"),
                HasSubstr(" 426 "));
    EXPECT_THAT(answer("Sec-WebSocket-Version: 13\r\n"), HasSubstr(" 400 "));
    EXPECT_THAT(answer("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short==\r\n"), HasSubstr(" 400 "));
}

TEST(WebSocket, OriginsAreChecked) {
    HttpServerOptions options;
    options.origins.emplace();
    EchoServer server(options);
    RawClient page(server.port());
    EXPECT_THAT(page.upgrade("Origin: http://127.0.0.1\r\n"), HasSubstr(" 403 "));
    RawClient program(server.port());
    EXPECT_THAT(program.upgrade(), HasSubstr(" 101 "));
}

// Bytes that nobody reads any more must not cost the client the farewell.
TEST(WebSocket, AShutServerSaysGoodbyeToWhoStillSpeaks) {
    EchoServer server;
    RawClient client(server.port());
    client.upgrade();
    EXPECT_EQ(client.read_frame().bytes, "hello /");
    server.shut();
    for (int i = 0; i < 50; ++i) client.send(test::client_frame(FrameKind::text, "still here"));
    Received last = client.read_frame();
    while (last.bytes == "still here") last = client.read_frame();
    EXPECT_EQ(last.close_code, 1001);
    EXPECT_EQ(client.read_frame().bytes, "eof");
    EXPECT_FALSE(client.was_reset());
    EXPECT_THROW(RawClient late(server.port()), std::runtime_error);
}

TEST(WebSocket, AServersEndIs1001) {
    EchoServer server;
    Client client(server.port());
    client.read();
    const WebSocketPtr socket = server.socket();
    auto end = std::async(std::launch::async, [&] { server.end(); });
    client.read();
    EXPECT_EQ(client.stream().reason().code, 1001);
    end.wait();
    EXPECT_EQ(server.closed(), 1);
    EXPECT_FALSE(socket->send("too late"));
    socket->drop();
}

}  // namespace
}  // namespace nightstack::io

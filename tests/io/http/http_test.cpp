// SPDX-License-Identifier: MIT
// HTTP over loopback, judged by Beast's client and by bytes.
#include "io/http/server.h"

#include <gmock/gmock.h>

#include <utility>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cerrno>
#include <future>

#include "pipeline/core/error.h"
#include "tests/io/http/raw_client.h"

namespace nightstack::io {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using test::RawClient;
using testing::HasSubstr;
using testing::StartsWith;

// Answers with what it was asked; /throw throws, /mute says nothing.
std::optional<HttpResponse> echo(const HttpRequest& request) {
    if (request.path() == "/throw") throw std::runtime_error("a fault");
    if (request.path() == "/mute") return std::nullopt;
    HttpResponse response;
    response.type = "text/x-echo";
    response.body = request.method + " " + request.target + " " + request.body;
    response.headers.emplace_back("X-Peer", request.peer);
    return response;
}

HttpHandlers echoing() {
    HttpHandlers handlers;
    handlers.request = echo;
    return handlers;
}

class Client {
public:
    explicit Client(std::uint16_t port) : socket_(context_) {
        socket_.connect({asio::ip::make_address("127.0.0.1"), port});
    }
    http::response<http::string_body> call(http::verb verb, const std::string& target, const std::string& body = {}) {
        http::request<http::string_body> request{verb, target, 11, body};
        request.set(http::field::host, "127.0.0.1");
        request.prepare_payload();
        http::write(socket_, request);
        http::response_parser<http::string_body> parser;
        parser.skip(verb == http::verb::head);
        http::read(socket_, buffer_, parser);
        return parser.release();
    }

private:
    asio::io_context context_;
    asio::ip::tcp::socket socket_;
    boost::beast::flat_buffer buffer_;
};

TEST(Http, AnswersSeveralRequestsOnOneConnection) {
    ServerLoop loop;
    const HttpServer server(loop, {}, echoing());
    Client client(server.port());
    const auto first = client.call(http::verb::get, "/date?date=2026-01-18%2021:04:26");
    EXPECT_EQ(first.result_int(), 200U);
    EXPECT_EQ(first.body(), "GET /date?date=2026-01-18%2021:04:26 ");
    EXPECT_EQ(first[http::field::content_type], "text/x-echo");
    EXPECT_EQ(first["X-Peer"], "127.0.0.1");
    EXPECT_EQ(client.call(http::verb::post, "/x", std::string(60'000, 'b')).body().size(), 60'008U);
    const auto head = client.call(http::verb::head, "/x");
    EXPECT_EQ(head[http::field::content_length], "8");
    EXPECT_EQ(head.body(), "");
    EXPECT_EQ(client.call(http::verb::get, "/throw").result_int(), 500U);
    EXPECT_EQ(client.call(http::verb::get, "/still-here").result_int(), 200U);
}

TEST(Http, WithoutAHandlerIs404) {
    ServerLoop loop;
    const HttpServer server(loop, {}, {});
    Client client(server.port());
    EXPECT_EQ(client.call(http::verb::get, "/").result_int(), 404U);
}

TEST(Http, RequestsSentTogetherAreAnsweredInOrder) {
    ServerLoop loop;
    const HttpServer server(loop, {}, echoing());
    RawClient client(server.port());
    client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const std::string all = client.read_all();
    EXPECT_LT(all.find("GET /1 "), all.find("GET /2 "));
    EXPECT_NE(all.find("GET /2 "), std::string::npos);
}

TEST(Http, AClientThatWaitsForContinueIsToldSo) {
    ServerLoop loop;
    const HttpServer server(loop, {}, echoing());
    RawClient client(server.port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(client.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 100 "));
    client.send("body");
    EXPECT_THAT(client.read_all(), HasSubstr("POST / body"));
}

TEST(Http, NoAnswerEndsTheConnectionWithoutAWord) {
    ServerLoop loop;
    const HttpServer server(loop, {}, echoing());
    RawClient client(server.port());
    client.send("GET /mute HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(client.read_all(), "");
}

TEST(Http, WaitingAnswersGoOutWhenTheServerEnds) {
    ServerLoop loop;
    std::optional<HttpServer> server;
    HttpHandlers handlers;
    std::promise<void> asked;
    handlers.request = [&](const HttpRequest&) {
        asked.set_value();
        return HttpResponse{200, "text/plain", std::string(50'000, 'x'), {}};
    };
    server.emplace(loop, HttpServerOptions{}, handlers);
    RawClient client(server->port());
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    asked.get_future().wait();
    server.reset();
    EXPECT_THAT(client.read_all(), testing::EndsWith(std::string(50'000, 'x')));
}

TEST(Http, ATakenPortIsToldWithItsNumber) {
    ServerLoop loop;
    const HttpServer server(loop, {}, {});
    HttpServerOptions same;
    same.port = server.port();
    try {
        const HttpServer second(loop, same, {});
        FAIL() << "two servers on one port";
    } catch (const IoError& e) {
        EXPECT_THAT(e.what(), HasSubstr("127.0.0.1 port " + std::to_string(same.port)));
        EXPECT_EQ(e.code(), EADDRINUSE);
    }
    HttpServerOptions nowhere;
    nowhere.address = "localhost\n";
    EXPECT_THROW(HttpServer(loop, nowhere, {}), OptionError);
}

int status_with(std::uint16_t port, const std::string& method, const std::string& host, const std::string& origin) {
    RawClient client(port);
    client.send(method + " / HTTP/1.1\r\n" + (host.empty() ? "" : "Host: " + host + "\r\n") +
                (origin.empty() ? "" : "Origin: " + origin + "\r\n") + "Connection: close\r\n\r\n");
    const std::string answer = client.read_all();
    return answer.size() > 12 ? std::stoi(answer.substr(9, 3)) : 0;
}

TEST(Http, HostAndOriginAreExact) {
    ServerLoop loop;
    HttpServerOptions options;
    options.hosts = {"127.0.0.1", "localhost"};
    options.origins = {"http://scope.local"};
    const HttpServer server(loop, options, echoing());
    const std::uint16_t port = server.port();
    const std::string right = "127.0.0.1:" + std::to_string(port), tail = ":" + std::to_string(port);
    EXPECT_EQ(status_with(port, "GET", right, ""), 200);
    EXPECT_EQ(status_with(port, "GET", "localhost" + tail, ""), 200);
    for (const std::string& wrong :
         std::vector<std::string>{"", "127.0.0.1", "127.attacker.example" + tail, "127.0.0.1.attacker.example" + tail,
                                  right + "0", "127.0.0.1:1", tail})
        EXPECT_EQ(status_with(port, "GET", wrong, ""), 403) << wrong;
    EXPECT_EQ(status_with(port, "POST", right, ""), 200) << "no browser";
    EXPECT_EQ(status_with(port, "POST", right, "http://scope.local"), 200);
    EXPECT_EQ(status_with(port, "GET", right, "http://elsewhere"), 200) << "reading changes nothing";
    for (const char* wrong : {"null", "http://scope.local:80", "https://scope.local", "http://scope.local.evil"})
        EXPECT_EQ(status_with(port, "POST", right, wrong), 403) << wrong;
}

TEST(HttpRequest, ParametersAreDecoded) {
    HttpRequest request;
    request.target = "/date?a=1&date=2026-01-18%2021:04+x%2&empty=&flag";
    EXPECT_EQ(request.path(), "/date");
    EXPECT_EQ(request.parameter("date"), "2026-01-18 21:04 x%2");
    EXPECT_EQ(request.parameter("a"), "1");
    EXPECT_EQ(request.parameter("empty"), "");
    EXPECT_EQ(request.parameter("flag"), "");
    EXPECT_EQ(request.parameter("none"), std::nullopt);
    request.headers = {{"Content-Type", "x"}};
    EXPECT_EQ(request.header("content-type"), "x");
    EXPECT_EQ(request.header("content"), "");
}

TEST(ServerLoop, AlarmsRingOnceAndCanBeMovedOrTakenBack) {
    ServerLoop loop;
    std::promise<int> rung;
    int rings = 0;
    Alarm alarm(loop, [&] { rung.set_value(++rings); });
    Alarm never(loop, [&] { rings += 100; });
    loop.run([&] {
        const auto now = std::chrono::steady_clock::now();
        never.set(now);
        never.cancel();
        alarm.set(now);
        alarm.set(now + std::chrono::milliseconds(5));
    });
    EXPECT_EQ(rung.get_future().get(), 1);
    loop.stop();
    EXPECT_EQ(rings, 1);
}

}  // namespace
}  // namespace nightstack::io

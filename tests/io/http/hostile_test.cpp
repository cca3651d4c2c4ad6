// SPDX-License-Identifier: MIT
// Clients that break the rules, are slow, deaf or many: each costs itself only, and a bounded share.
#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <filesystem>
#include <fstream>
#include <thread>

#include "io/http/server.h"
#include "tests/io/http/raw_client.h"

namespace nightstack::io {
namespace {

using namespace std::chrono_literals;
using test::client_frame;
using test::client_header;
using test::RawClient;
using testing::HasSubstr;
using testing::StartsWith;

class Server {
public:
    explicit Server(const HttpLimits& limits = {}) {
        HttpServerOptions options;
        options.limits = limits;
        HttpHandlers handlers;
        handlers.request = [](const HttpRequest& request) {
            return HttpResponse{200, "text/plain", "got " + std::to_string(request.body.size()), {}};
        };
        handlers.opened = [this](const WebSocketPtr& socket, const HttpRequest&) {
            ++open_;
            last_ = socket;
            return true;
        };
        handlers.message = [](const WebSocketPtr& socket, std::string_view bytes, bool) { socket->send(bytes); };
        handlers.closed = [this](const WebSocketPtr&) { --open_; };
        server_.emplace(loop_, options, handlers);
    }
    // A socket must not outlive its loop.
    ~Server() {
        server_.reset();
        loop_.run([this] { last_.reset(); });
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    std::uint16_t port() const { return server_->port(); }
    int open() const { return open_; }
    bool empties_within(std::chrono::milliseconds time) const {
        const auto end = std::chrono::steady_clock::now() + time;
        while (open_ != 0 && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(1ms);
        return open_ == 0;
    }
    WebSocketPtr last() {
        WebSocketPtr socket;
        loop_.run([&] { socket = last_; });
        return socket;
    }

private:
    std::atomic<int> open_{0};
    WebSocketPtr last_;
    ServerLoop loop_;
    std::optional<HttpServer> server_;
};

void expect_served(const Server& server) {
    RawClient client(server.port(), 99);
    client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 200 "));
}

int close_code_for(const Server& server, const std::string& bytes) {
    RawClient client(server.port());
    client.upgrade();
    client.send(bytes);
    const Received frame = client.read_frame();
    EXPECT_EQ(client.read_frame().bytes, "eof");
    EXPECT_FALSE(client.was_reset());
    return frame.close_code;
}

TEST(Hostile, BrokenFramesAreToldWhyAndEnd) {
    const Server server;
    EXPECT_EQ(close_code_for(server, client_frame(FrameKind::text, "x", true, false)), 1002);
    EXPECT_EQ(close_code_for(server, client_header(0x81, std::uint64_t{1} << 63, 8)), 1002);
    EXPECT_EQ(close_code_for(server, client_header(0x82, std::uint64_t{1} << 62, 8)), 1009);
    EXPECT_EQ(close_code_for(server, client_frame(FrameKind::text, "\xC0\xAF")), 1007);
    EXPECT_EQ(close_code_for(server, client_frame(FrameKind::text, "a", false) + client_frame(FrameKind::text, "b")),
              1002);
    // The rest of what is too big is read away, so that the answer is not lost in a reset.
    EXPECT_EQ(close_code_for(server, client_frame(FrameKind::text, std::string(200'000, 'x'))), 1009);
    expect_served(server);
}

// False when it could send for ten seconds.
bool is_cut_off(RawClient& client) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (client.send(std::string(1000, 'x'))) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(1ms);
    }
    return true;
}

TEST(Hostile, AClientThatKeepsSendingAfterItsEndIsCutOff) {
    HttpLimits limits;
    limits.close_time = 50ms;
    const Server server(limits);
    RawClient socket(server.port()), page(server.port());
    socket.upgrade();
    socket.send(client_frame(FrameKind::text, "x", true, false));
    EXPECT_TRUE(is_cut_off(socket));
    EXPECT_TRUE(server.empties_within(5s));
    page.send("nonsense\r\n\r\n");
    EXPECT_TRUE(is_cut_off(page));
}

TEST(Hostile, NoHttpAtAll) {
    const Server server;
    RawClient client(server.port());
    constexpr char kTls[] = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 not for us \r\n\r\n";
    client.send({kTls, sizeof kTls - 1});
    EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 400 "));
    RawClient gone(server.port());
    gone.send("GET / HT");
    gone.end_sending();
    EXPECT_EQ(gone.read_all(), "");
}

TEST(Hostile, HeaderAndBodyHaveLimits) {
    HttpLimits limits;
    limits.body_bytes = 1000;
    const Server server(limits);
    const auto answer = [&](const std::string& bytes) {
        RawClient client(server.port());
        client.send(bytes);
        const std::string all = client.read_all();
        EXPECT_FALSE(client.was_reset()) << all;
        return all;
    };
    EXPECT_THAT(answer("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(9000, 'x') + "\r\n\r\n"), HasSubstr(" 431 "));
    EXPECT_THAT(answer("GET /" + std::string(200'000, 'x')), HasSubstr(" 431 "));
    EXPECT_THAT(answer("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n" + std::string(1001, 'x')),
                HasSubstr(" 413 "));
    EXPECT_THAT(answer("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n"),
                HasSubstr(" 400 "));
    EXPECT_THAT(answer("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n7FFFFFFF\r\nx"),
                HasSubstr(" 413 "));
    EXPECT_THAT(answer("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n" +
                       std::string(1000, 'x')),
                HasSubstr("got 1000"));
}

TEST(Hostile, SlowOnesEndAndOthersAreServed) {
    HttpLimits limits;
    limits.header_time = 150ms;
    limits.body_time = 150ms;
    limits.idle_time = 150ms;
    limits.socket_idle_time = 150ms;
    Server server(limits);
    RawClient mute(server.port(), 2), header(server.port(), 3), body(server.port(), 4), idle(server.port(), 5),
        socket(server.port(), 6);
    header.send("GET / HTTP/1.1\r\nHo");
    body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345");
    idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    idle.read_until("got 0");
    socket.upgrade();
    expect_served(server);
    for (RawClient* client : {&mute, &header, &body, &idle, &socket}) EXPECT_TRUE(client->ends_within(10s));
    EXPECT_TRUE(server.empties_within(5s));
}

// A byte now and then must not buy more time: the header's time counts from its first byte.
TEST(Hostile, TricklingDoesNotHelp) {
    HttpLimits limits;
    limits.header_time = 200ms;
    const Server server(limits);
    std::vector<RawClient> slow;
    for (int i = 0; i < 56; ++i) slow.emplace_back(server.port(), 2 + i / 8);
    const auto begin = std::chrono::steady_clock::now();
    bool any = true;
    for (int round = 0; any && round < 1000; ++round) {
        any = false;
        for (RawClient& client : slow) any = client.send("x") || any;
        if (round < 5) expect_served(server);
        std::this_thread::sleep_for(10ms);
    }
    EXPECT_FALSE(any);
    EXPECT_GT(std::chrono::steady_clock::now() - begin, 190ms);
}

TEST(Hostile, AHalfClosedClientGetsItsAnswer) {
    const Server server;
    RawClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    client.end_sending();
    EXPECT_THAT(client.read_all(), HasSubstr("got 0"));
    RawClient socket(server.port());
    socket.upgrade();
    socket.end_sending();
    EXPECT_EQ(socket.read_all(), "");
    EXPECT_TRUE(server.empties_within(5s));
}

std::size_t resident_kb() {
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);) {
        if (line.rfind("VmRSS:", 0) == 0) return std::stoul(line.substr(6));
    }
    return 0;
}

TEST(Hostile, AClientThatNeverReadsIsDroppedAndCostsLittle) {
    Server server;
    RawClient deaf(server.port());
    deaf.upgrade();
    const WebSocketPtr socket = server.last();
    const std::size_t before = resident_kb();
    const std::string message(60'000, 'x');
    int sent = 0;
    while (socket->send(message) && sent < 10'000) ++sent;
    EXPECT_LT(sent, 1000);
    EXPECT_TRUE(server.empties_within(5s));
    EXPECT_FALSE(socket->send(message));
    EXPECT_LT(resident_kb(), before + 30'000);
    expect_served(server);
}

// Each ping asks for a frame back; small frames count with what they take in memory.
TEST(Hostile, PingsWithoutReadingAreDropped) {
    HttpLimits limits;
    limits.unsent_bytes = 20'000;
    Server server(limits);
    RawClient deaf(server.port());
    deaf.upgrade();
    std::string pings;
    for (int i = 0; i < 500; ++i) pings += client_frame(FrameKind::ping, std::string(125, 'p'));
    int rounds = 0;
    while (deaf.send(pings) && rounds < 1000) ++rounds;
    EXPECT_LT(rounds, 1000);
    EXPECT_TRUE(server.empties_within(5s));
}

TEST(Hostile, AClientThatReadsTooSlowlyHasATimeLimit) {
    HttpLimits limits;
    limits.write_time = 100ms;
    limits.unsent_bytes = 100'000'000;
    Server server(limits);
    RawClient deaf(server.port());
    deaf.upgrade();
    const WebSocketPtr socket = server.last();
    for (int i = 0; i < 200; ++i) socket->send(std::string(60'000, 'x'));
    EXPECT_TRUE(server.empties_within(10s));
}

std::ptrdiff_t descriptors() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
}

TEST(Hostile, ManyVisitsLeaveNothingOpen) {
    const Server server;
    std::ptrdiff_t before = 0;
    for (int i = 0; i < 210; ++i) {
        if (i == 10) before = descriptors();
        RawClient client(server.port());
        client.upgrade();
        if (i % 3 == 0) client.send(client_frame(FrameKind::close, "\x03\xE8"));
        if (i % 3 == 1) client.send(client_header(0x81, 100, 0));  // and away in the middle of a frame
        if (i % 3 == 0) {
            EXPECT_EQ(client.read_frame().close_code, 1000);
        }
        while (server.open() > 4) std::this_thread::sleep_for(1ms);
    }
    EXPECT_TRUE(server.empties_within(5s));
    // Our own ends are closed; the server's follow at once.
    for (int i = 0; i < 1000 && descriptors() > before; ++i) std::this_thread::sleep_for(1ms);
    EXPECT_LE(descriptors(), before);
    expect_served(server);
}

TEST(Hostile, ConnectionsAreCounted) {
    HttpLimits limits;
    limits.connections = 10;
    limits.connections_per_address = 4;
    const Server server(limits);
    std::deque<RawClient> clients;
    for (int i = 0; i < 12; ++i) {
        clients.emplace_back(server.port(), 2 + i / 4);
        const std::string answer = clients.back().upgrade();
        EXPECT_EQ(answer.empty(), i >= 10) << i << answer;
    }
    for (int i = 0; i < 6; ++i) clients.pop_front();
    for (int i = 0; i < 1000 && server.open() > 4; ++i) std::this_thread::sleep_for(1ms);
    RawClient third(server.port(), 4), fourth(server.port(), 4), fifth(server.port(), 4);
    EXPECT_THAT(third.upgrade(), HasSubstr(" 101 "));
    EXPECT_THAT(fourth.upgrade(), HasSubstr(" 101 "));
    EXPECT_EQ(fifth.upgrade(), "") << "a fifth of one address";
}

// Of one address and of all together: who has asked nothing yet makes room, who is being served does not.
TEST(Hostile, WhereTheNewestWinsDrippingClientsKeepNobodyOut) {
    HttpLimits limits;
    limits.connections = 10;
    limits.connections_per_address = 4;
    limits.newest_wins = true;
    const Server server(limits);
    std::deque<RawClient> sockets;
    for (int i = 0; i < 3; ++i) EXPECT_THAT(sockets.emplace_back(server.port(), 2).upgrade(), HasSubstr(" 101 "));
    std::deque<RawClient> dripping;
    for (int i = 0; i < 60; ++i) {
        dripping.emplace_back(server.port(), 2 + i % 4);
        dripping.back().send("GET / HT");
    }
    for (int i = 0; i < 20; ++i) {
        RawClient client(server.port(), 2);
        client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 200 "));
    }
    for (RawClient& socket : sockets) {
        socket.send(client_frame(FrameKind::text, "still here"));
        EXPECT_EQ(socket.read_frame().bytes, "still here");
    }
    std::deque<RawClient> more;
    EXPECT_THAT(more.emplace_back(server.port(), 2).upgrade(), HasSubstr(" 101 "));
    EXPECT_EQ(more.emplace_back(server.port(), 2).upgrade(), "") << "four of one address, all in use";
    EXPECT_TRUE(dripping.front().ends_within(1s));
}

}  // namespace
}  // namespace nightstack::io

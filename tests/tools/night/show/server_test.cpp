// SPDX-License-Identifier: MIT
#include "tools/night/show/night_server.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>

#include "pipeline/core/error.h"
#include "tests/io/http/raw_client.h"
#include "tests/tools/night/show/made_night.h"
#include "tools/night/show/night_access.h"
#include "tools/night/show/night_routes.h"

namespace nightstack::tools {
namespace {

using namespace std::chrono_literals;
using io::test::RawClient;
using nlohmann::json;
using test::made_frame;
using test::made_state;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kToken = "00112233445566778899aabbccddeeff";

class Night : public testing::Test {
protected:
    void serve(const std::string& token = "", const std::string& address = "127.0.0.1") {
        server_.emplace(board_, NightServerOptions{address, 0, token, {}});
    }
    std::string host() const { return "127.0.0.1:" + std::to_string(server_->port()); }
    // The whole answer to one request on a connection of its own.
    std::string ask(const std::string& method, const std::string& target, const std::string& headers = "") const {
        return ask_as(host(), method, target, headers);
    }
    std::string ask_as(const std::string& host, const std::string& method, const std::string& target,
                       const std::string& headers = "") const {
        RawClient client(server_->port());
        client.send(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n" + headers +
                    "\r\n");
        return client.read_all();
    }
    static std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }
    static int status_of(const std::string& answer) { return answer.size() < 12 ? 0 : std::stoi(answer.substr(9, 3)); }
    static std::string header_of(const std::string& answer, const std::string& name) {
        const std::size_t at = answer.find("\r\n" + name + ": ");
        if (at == std::string::npos) return "";
        const std::size_t begin = at + name.size() + 4;
        return answer.substr(begin, answer.find("\r\n", begin) - begin);
    }
    void show_picture(std::uint64_t rev, std::size_t bytes, int value = 7) {
        board_.show(std::make_shared<NightPicture>(
            NightPicture{rev, std::vector<std::byte>(bytes, static_cast<std::byte>(value))}));
    }

    NightBoard board_;
    std::optional<NightServer> server_;
};

TEST_F(Night, TellsHowItStands) {
    board_.update([](NightState& s) { s = made_state(); });
    serve();
    const std::string health = ask("GET", "/healthz");
    EXPECT_THAT(health, StartsWith("HTTP/1.1 200 "));
    EXPECT_EQ(body_of(health), "ok\n");
    const std::string state = ask("GET", "/api/state");
    EXPECT_EQ(header_of(state, "Content-Type"), "application/json");
    EXPECT_EQ(json::parse(body_of(state))["counts"]["stacked"], 118);
    EXPECT_EQ(server_->url(), "http://" + host() + "/");
    EXPECT_EQ(server_->private_url(), server_->url());
}

TEST_F(Night, GivesFramesInPortions) {
    for (std::uint64_t seq = 1; seq <= 2500; ++seq) board_.add(made_frame(seq));
    serve();
    const auto frames = [&](const std::string& query) {
        return json::parse(body_of(ask("GET", "/api/frames" + query)));
    };
    EXPECT_EQ(frames("").at("frames").size(), 500u);
    EXPECT_EQ(frames("").at("more"), true);
    const json some = frames("?since=2490&most=4");
    EXPECT_EQ(some["frames"].size(), 4u);
    EXPECT_EQ(some["frames"][0]["seq"], 2491);
    EXPECT_EQ(some["more"], true);
    EXPECT_EQ(frames("?since=2490&most=10").at("more"), false);
    EXPECT_EQ(frames("?since=2500").at("frames").size(), 0u);
    EXPECT_EQ(frames("?since=18446744073709551615").at("frames").size(), 0u);
    EXPECT_EQ(frames("?most=18446744073709551615").at("frames").size(), kMostFramesAnswered);
    EXPECT_EQ(frames("?most=0").at("frames").size(), 0u);
    EXPECT_EQ(frames("?last=3").at("frames").front().at("seq"), 2498);
    EXPECT_EQ(frames("?last=3").at("frames").back().at("seq"), 2500);
    EXPECT_EQ(frames("?last=18446744073709551615").at("frames").size(), kMostFramesAnswered);
    for (const char* wrong :
         {"?since=-1", "?since=x", "?since=", "?most=1e3", "?last=no", "?since=18446744073709551616"})
        EXPECT_EQ(status_of(ask("GET", std::string("/api/frames") + wrong)), 400) << wrong;
    const json charts = json::parse(body_of(ask("GET", "/api/charts")));
    EXPECT_EQ(charts["frames_of"], 2500);
    EXPECT_EQ(charts["frames"]["seq"].size(), 1250u);
    EXPECT_EQ(charts["frames"]["seq"].back(), 2500);
}

TEST_F(Night, PictureHasItsTag) {
    serve();
    const std::string none = ask("GET", "/picture.png");
    EXPECT_EQ(status_of(none), 503);
    EXPECT_THAT(body_of(none), HasSubstr("no picture yet"));
    show_picture(5, 300'000);
    const std::string first = ask("GET", "/picture.png");
    EXPECT_EQ(status_of(first), 200);
    EXPECT_EQ(header_of(first, "Content-Type"), "image/png");
    EXPECT_EQ(body_of(first), std::string(300'000, '\7'));
    const std::string tag = header_of(first, "ETag");
    EXPECT_THAT(tag, StartsWith("\"5-"));
    for (const std::string& same : {tag, "W/" + tag, "\"x\", " + tag, std::string("*")}) {
        const std::string again = ask("GET", "/picture.png", "If-None-Match: " + same + "\r\n");
        EXPECT_EQ(status_of(again), 304) << same;
        EXPECT_EQ(body_of(again), "");
        EXPECT_EQ(header_of(again, "Content-Length"), "");  // that would be the picture's
        EXPECT_EQ(header_of(again, "ETag"), tag);
    }
    EXPECT_EQ(status_of(ask("GET", "/picture.png", "If-None-Match: \"5\"\r\n")), 200);
    show_picture(6, 10);
    EXPECT_EQ(body_of(ask("GET", "/picture.png", "If-None-Match: " + tag + "\r\n")), std::string(10, '\7'));
    show_picture(5, 300'000, 8);  // another session: the same revision, another picture
    EXPECT_EQ(status_of(ask("GET", "/picture.png", "If-None-Match: " + tag + "\r\n")), 200);
}

TEST_F(Night, PageNeedsNothingFromElsewhere) {
    serve();
    for (const char* path : {"/", "/night.css", "/night.js"}) {
        const std::string answer = ask("GET", path);
        EXPECT_EQ(status_of(answer), 200) << path;
        EXPECT_THAT(header_of(answer, "Content-Security-Policy"),
                    AllOf(HasSubstr("default-src 'none'"), Not(HasSubstr("unsafe")), Not(HasSubstr("http"))));
        EXPECT_EQ(header_of(answer, "X-Content-Type-Options"), "nosniff");
        EXPECT_THAT(body_of(answer), AllOf(Not(HasSubstr("://")), Not(HasSubstr("innerHTML"))));
    }
    EXPECT_THAT(body_of(ask("GET", "/")), HasSubstr("data-test=\"view\""));
    EXPECT_EQ(status_of(ask("GET", "/?x=1")), 200);
}

TEST_F(Night, OnlyItsOwnPathsAndGet) {
    serve();
    for (const char* path : {"/api", "/api/state/", "/../etc/passwd", "/%2e%2e/etc/passwd", "//", "/night.JS",
                             "/picture", "/api/state%00", "http://other/api/state", "*"})
        EXPECT_EQ(status_of(ask("GET", path)), 404) << path;
    for (const char* method : {"POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "TRACE"}) {
        const std::string answer = ask(method, "/api/state");
        EXPECT_EQ(status_of(answer), 405) << method;
        EXPECT_EQ(header_of(answer, "Allow"), "GET");
    }
    EXPECT_NE(status_of(ask("GET", "/api/state",
                            "Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: 13\r\n"
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")),
              101);
}

// Who may ask: Host, Origin, method and token in all their combinations that differ.
struct Caller {
    const char* host;    // PORT stands for the port
    const char* origin;  // "": none
    const char* method;
    const char* path;
    const char* authorization;  // TOKEN stands for it
    int without_token, with_token;
};

const Caller kCallers[] = {
    {"127.0.0.1:PORT", "", "GET", "/api/state", "", 200, 401},
    {"localhost:PORT", "", "GET", "/api/state", "", 200, 401},
    {"127.0.0.1:PORT", "", "GET", "/api/state", "Bearer TOKEN", 200, 200},
    {"localhost:PORT", "", "GET", "/picture.png", "Bearer TOKEN", 503, 503},
    {"127.0.0.1:PORT", "", "GET", "/picture.png", "", 503, 401},
    {"127.0.0.1:PORT", "", "GET", "/api/frames", "Bearer 00112233445566778899aabbccddeefe", 200, 401},
    {"127.0.0.1:PORT", "", "GET", "/api/frames", "Bearer 00112233445566778899aabbccddeef", 200, 401},
    {"127.0.0.1:PORT", "", "GET", "/api/charts", "Basic TOKEN", 200, 401},
    {"127.0.0.1:PORT", "", "GET", "/api/state?token=TOKEN", "", 200, 401},
    {"127.0.0.1:PORT", "", "GET", "/healthz", "", 200, 200},
    {"127.0.0.1:PORT", "", "GET", "/", "", 200, 200},
    {"127.0.0.1:PORT", "", "GET", "/night.js", "", 200, 200},
    {"127.0.0.1:PORT", "", "GET", "/no/such", "", 404, 401},
    {"127.0.0.1:PORT", "", "GET", "/no/such", "Bearer TOKEN", 404, 404},
    {"127.attacker.example:PORT", "", "GET", "/api/state", "Bearer TOKEN", 403, 403},
    {"127.0.0.1.attacker.example:PORT", "", "GET", "/healthz", "", 403, 403},
    {"attacker.example:PORT", "", "GET", "/", "", 403, 403},
    {"localhost.:PORT", "", "GET", "/", "", 403, 403},
    {"LOCALHOST@attacker.example:PORT", "", "GET", "/", "", 403, 403},
    {"127.0.0.1", "", "GET", "/", "", 403, 403},
    {"127.0.0.1:1", "", "GET", "/", "", 403, 403},
    {"127.0.0.1:PORT0", "", "GET", "/", "", 403, 403},
    {"", "", "GET", "/", "", 403, 403},
    {"127.0.0.2:PORT", "", "GET", "/", "", 403, 403},
    {"[::1]:PORT", "", "GET", "/", "", 403, 403},
    {"127.0.0.1:PORT", "http://attacker.example", "GET", "/api/state", "Bearer TOKEN", 200, 200},
    {"127.0.0.1:PORT", "http://attacker.example", "POST", "/api/state", "Bearer TOKEN", 403, 403},
    {"127.0.0.1:PORT", "null", "POST", "/api/state", "Bearer TOKEN", 403, 403},
    {"127.0.0.1:PORT", "https://127.0.0.1:PORT", "POST", "/api/state", "Bearer TOKEN", 403, 403},
    {"127.0.0.1:PORT", "http://localhost:PORT", "POST", "/api/state", "Bearer TOKEN", 403, 403},
    {"127.0.0.1:PORT", "http://127.0.0.1:PORT", "POST", "/api/state", "Bearer TOKEN", 405, 405},
    {"127.0.0.1:PORT", "http://127.0.0.1:PORT", "POST", "/api/state", "", 405, 401},
    {"127.0.0.1:PORT", "", "POST", "/api/state", "", 405, 401},
    {"127.0.0.1:PORT", "", "DELETE", "/", "Bearer TOKEN", 405, 405},
};

TEST_F(Night, WhoMayAsk) {
    for (const bool with_token : {false, true}) {
        serve(with_token ? kToken : "");
        const auto filled = [&](std::string text) {
            for (const auto& [mark, value] : {std::pair("PORT", std::to_string(server_->port())), {"TOKEN", kToken}}) {
                const std::size_t at = text.find(mark);
                if (at != std::string::npos) text.replace(at, std::string(mark).size(), value);
            }
            return text;
        };
        for (const Caller& c : kCallers) {
            std::string headers;
            if (*c.origin != '\0') headers += "Origin: " + filled(c.origin) + "\r\n";
            if (*c.authorization != '\0') headers += "Authorization: " + filled(c.authorization) + "\r\n";
            const std::string answer = ask_as(filled(c.host), c.method, filled(c.path), headers);
            EXPECT_EQ(status_of(answer), with_token ? c.with_token : c.without_token)
                << c.method << " " << c.host << c.path << " " << c.origin << " " << c.authorization << " "
                << with_token;
            EXPECT_EQ(header_of(answer, "WWW-Authenticate"), status_of(answer) == 401 ? "Bearer" : "");
            EXPECT_EQ(header_of(answer, "Access-Control-Allow-Origin"), "");
        }
        server_.reset();
    }
}

TEST_F(Night, OthersNeedAToken) {
    for (const char* address : {"0.0.0.0", "::", "192.168.88.2", "localhost", "nonsense", ""})
        EXPECT_THROW(serve("", address), OptionError) << address;
    EXPECT_THROW(serve("short", "127.0.0.1"), OptionError);
    EXPECT_THROW(serve(kToken, "nonsense"), OptionError);
    serve(kToken, "0.0.0.0");
    EXPECT_EQ(status_of(ask("GET", "/api/state")), 401);
    EXPECT_EQ(status_of(ask("GET", "/api/state", "Authorization: Bearer " + kToken + "\r\n")), 200);
    EXPECT_EQ(status_of(ask_as("0.0.0.0:" + std::to_string(server_->port()), "GET", "/healthz")), 403);
    EXPECT_THAT(server_->private_url(), testing::EndsWith("/#token=" + kToken));
    EXPECT_THAT(server_->url(), Not(HasSubstr(kToken)));
}

TEST_F(Night, TwoCannotHaveOnePort) {
    serve();
    EXPECT_THROW(NightServer(board_, {"127.0.0.1", server_->port(), "", {}}), IoError);
}

// Milliseconds of the second slowest of 100 questions.
double nearly_slowest_ms(const std::function<void(int)>& ask) {
    std::vector<double> times;
    for (int i = 0; i < 100; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        ask(i);
        times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    }
    std::ranges::sort(times);
    return times[98];
}

// Clients that ask for a large picture and never read it: others do not wait.
TEST_F(Night, DeafClientsHoldUpNobody) {
    board_.update([](NightState& s) { s = made_state(); });
    show_picture(1, 20 << 20);
    serve();
    std::deque<RawClient> deaf;
    for (int i = 0; i < 24; ++i) {
        deaf.emplace_back(server_->port(), 2 + i / 8);
        deaf.back().send("GET /picture.png HTTP/1.1\r\nHost: " + host() + "\r\n\r\n");
    }
    EXPECT_LT(nearly_slowest_ms(
                  [&](int i) { EXPECT_EQ(status_of(ask("GET", i % 2 == 0 ? "/api/state" : "/healthz")), 200); }),
              100);
}

// 200 connections of the same address that send a byte now and then.
TEST_F(Night, DrippingClientsHoldUpNobody) {
    board_.update([](NightState& s) { s = made_state(); });
    serve();
    std::deque<RawClient> dripping;
    for (int i = 0; i < 200; ++i) dripping.emplace_back(server_->port()).send("GET /api/state HTTP/1.1\r\nHo");
    EXPECT_LT(nearly_slowest_ms([&](int i) {
                  dripping[static_cast<std::size_t>(2 * i)].send("x");
                  dripping[static_cast<std::size_t>(2 * i + 1)].send("x");
                  EXPECT_EQ(status_of(ask("GET", i % 2 == 0 ? "/api/state" : "/healthz")), 200);
              }),
              100);
}

// Readers and a writer at once; every answer is whole and adds up.
TEST_F(Night, AnswersWhileTheNightGoesOn) {
    serve();
    std::jthread writer([&](const std::stop_token& stop) {
        for (std::uint64_t seq = 1; !stop.stop_requested(); ++seq) {
            board_.update([](NightState& s) { ++s.counts.in, ++s.counts.under_way; });
            board_.add(made_frame(seq));
            board_.update([](NightState& s) { --s.counts.under_way, ++s.counts.stacked, ++s.rev; });
            show_picture(seq, 1000 + seq);
            std::this_thread::sleep_for(100us);
        }
    });
    std::vector<std::jthread> readers;
    for (int r = 0; r < 4; ++r) {
        readers.emplace_back([&] {
            for (int i = 0; i < 60; ++i) {
                const json counts = json::parse(body_of(ask("GET", "/api/state")))["counts"];
                EXPECT_EQ(counts["in"], counts["stacked"].get<int>() + counts["under_way"].get<int>());
                const std::string picture = ask("GET", "/picture.png");
                if (status_of(picture) != 200) continue;
                const std::string tag = header_of(picture, "ETag");
                EXPECT_EQ(body_of(picture).size(), 1000 + std::stoul(tag.substr(1)));
            }
        });
    }
    readers.clear();
}

TEST_F(Night, EndsWithClientsThatHangOn) {
    show_picture(1, 20 << 20);
    serve();
    std::deque<RawClient> slow;
    for (int i = 0; i < 8; ++i) {
        slow.emplace_back(server_->port());
        slow.back().send("GET /picture.png HTTP/1.1\r\nHost: " + host() + "\r\n\r\n");
    }
    slow.front().read_until("\7");
    const auto begin = std::chrono::steady_clock::now();
    server_.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

}  // namespace
}  // namespace nightstack::tools

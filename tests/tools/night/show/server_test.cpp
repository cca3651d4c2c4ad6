// SPDX-License-Identifier: MIT
#include "tools/night/show/night_server.h"

#include <gmock/gmock.h>

#include <mutex>
#include <nlohmann/json.hpp>

#include "pipeline/core/error.h"
#include "tests/tools/night/show/made_night.h"
#include "tests/tools/night/show/served_night.h"
#include "tools/night/show/night_routes.h"

namespace nightstack::tools {
namespace {

using nlohmann::json;
using test::made_frame;
using test::made_state;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Night : public test::ServedNight {};

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
    for (std::uint64_t seq = 1; seq <= 2500; ++seq) board_.put(made_frame(seq));
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

// Handed on as it came; asked for with what is known of the scope, and only by those who may ask.
TEST_F(Night, ShowsTheScopesOwnVideo) {
    std::mutex mutex;
    std::optional<NightVideo> newest;
    std::vector<bool> asked;  // each time: whether the board says that RAW frames are taken
    video_ = [&](const std::optional<NightScope>& scope) {
        const std::scoped_lock lock(mutex);
        asked.push_back(scope && scope->raw);
        return newest;
    };
    serve();
    const std::string none = ask("GET", "/stream.jpg");
    EXPECT_EQ(status_of(none), 404);
    EXPECT_EQ(body_of(none), "no new picture of the scope's video\n");
    EXPECT_EQ(header_of(none, "Cache-Control"), "no-store");
    EXPECT_TRUE(json::parse(body_of(ask("GET", "/api/state")))["view"].is_null());
    board_.update([](NightState& s) {
        s.scope.emplace();
        s.scope->raw = true;
    });
    {
        const std::scoped_lock lock(mutex);
        newest = NightVideo{"rawstream", 7, std::chrono::milliseconds(1500),
                            std::make_shared<const std::vector<std::byte>>(300'000, std::byte{0x42})};
    }
    const std::string shown = ask("GET", "/stream.jpg?x=1");
    EXPECT_EQ(status_of(shown), 200);
    EXPECT_EQ(header_of(shown, "Content-Type"), "image/jpeg");
    EXPECT_EQ(header_of(shown, "Cache-Control"), "no-store");
    EXPECT_EQ(header_of(shown, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(body_of(shown), std::string(300'000, '\x42'));
    EXPECT_EQ(json::parse(body_of(ask("GET", "/api/state")))["view"],
              json::parse(R"({"stream":"rawstream","pictures":7,"age_s":1.5})"));
    EXPECT_EQ(header_of(ask("GET", "/api/state"), "Cache-Control"), "no-cache");
    ask("GET", "/healthz");
    ask("GET", "/picture.png");
    ask_as("attacker.example", "GET", "/stream.jpg");
    const std::scoped_lock lock(mutex);
    EXPECT_EQ(asked, (std::vector<bool>{false, false, true, true, true})) << "who may not ask does not wake it";
}

TEST_F(Night, HasNoVideoWithoutAScope) {
    serve();
    const std::string none = ask("GET", "/stream.jpg");
    EXPECT_EQ(status_of(none), 404);
    EXPECT_EQ(body_of(none), "no video goes with this night\n");
    EXPECT_TRUE(json::parse(body_of(ask("GET", "/api/state")))["view"].is_null());
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
    EXPECT_THAT(body_of(ask("GET", "/")), AllOf(HasSubstr("data-test=\"view\""), HasSubstr("data-test=\"stream\"")));
    EXPECT_EQ(status_of(ask("GET", "/?x=1")), 200);
}

TEST_F(Night, OnlyItsOwnPathsAndGet) {
    serve();
    for (const char* path : {"/api", "/api/state/", "/../etc/passwd", "/%2e%2e/etc/passwd", "//", "/night.JS",
                             "/picture", "/api/state%00", "http://other/api/state", "*"})
        EXPECT_EQ(status_of(ask("GET", path)), 404) << path;
    for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"}) {
        const std::string answer = ask(method, "/api/state");
        EXPECT_EQ(status_of(answer), 405) << method;
        EXPECT_EQ(header_of(answer, "Allow"), "GET");
    }
    EXPECT_NE(status_of(ask("GET", "/api/state",
                            "Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: 13\r\n"
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")),
              101);
}

TEST_F(Night, TwoCannotHaveOnePort) {
    serve();
    EXPECT_THROW(NightServer(board_, {"127.0.0.1", server_->port(), "", {}}), IoError);
}

}  // namespace
}  // namespace nightstack::tools

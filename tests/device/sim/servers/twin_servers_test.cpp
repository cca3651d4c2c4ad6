// SPDX-License-Identifier: MIT
// The servers over loopback, around a device that does as told.
#include "device/sim/servers/twin_servers.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "pipeline/core/error.h"
#include "tests/device/sim/servers/fake_device.h"
#include "tests/io/http/raw_client.h"

namespace nightstack::device::sim {
namespace {

using namespace std::chrono_literals;
using io::FrameKind;
using io::test::client_frame;
using io::test::RawClient;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
using Json = nlohmann::json;

class Sim {
public:
    explicit Sim(SimTime delay = 0ms, double speed = 1) {
        auto device = std::make_unique<test::FakeDevice>();
        device->delay = delay;
        TwinServersOptions options;
        options.ports = {0, 0, 0, 0};
        options.speed = speed;
        servers_.emplace(std::move(device), options);
    }
    ServerPorts ports() const { return servers_->ports(); }
    TwinServers& servers() { return *servers_; }

    // The whole answer of a port; "" when it ended without one.
    static std::string call(std::uint16_t port, const std::string& method, const std::string& target,
                            const std::string& body = "", const std::string& headers = "") {
        RawClient client(port);
        client.send(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                    "\r\nConnection: close\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
                    "\r\n\r\n" + body);
        return client.read_all();
    }
    std::string control(const std::string& method, const std::string& target, const std::string& body = "") const {
        return call(ports().control, method, target, body);
    }
    Json json(const std::string& target) const {
        const std::string answer = control("GET", target);
        return Json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
    }
    bool has_clients_within(int count, std::chrono::milliseconds time) const {
        const auto end = std::chrono::steady_clock::now() + time;
        while (json("/sim/state")["clients"] != count) {
            if (std::chrono::steady_clock::now() > end) return false;
            std::this_thread::sleep_for(1ms);
        }
        return true;
    }

private:
    std::optional<TwinServers> servers_;
};

class App {
public:
    explicit App(const Sim& sim) : client_(sim.ports().ws) { answer_ = client_.upgrade(); }
    void say(std::string_view text, FrameKind kind = FrameKind::text) { client_.send(client_frame(kind, text)); }
    io::Received hear() { return client_.read_frame(); }
    const std::string& answer() const { return answer_; }
    RawClient& raw() { return client_; }

private:
    RawClient client_;
    std::string answer_;
};

TEST(TwinServers, CarryFramesBothWays) {
    Sim sim;
    App app(sim);
    app.say("hello");
    EXPECT_EQ(app.hear().bytes, "hello");
    app.say("binary \x01\x02");
    const io::Received binary = app.hear();
    EXPECT_EQ(binary.kind, FrameKind::binary);
    EXPECT_EQ(binary.bytes, "\x01\x02");
    app.say("\x08\xFF", FrameKind::binary);
    EXPECT_EQ(app.hear().bytes, "\x08\xFF");
}

TEST(TwinServers, PushesGoToEverySocketAnswersToOne) {
    Sim sim;
    App one(sim), two(sim);
    one.say("mine");
    EXPECT_EQ(one.hear().bytes, "mine");
    one.say("all ours");
    EXPECT_EQ(one.hear().bytes, "ours");
    EXPECT_EQ(two.hear().bytes, "ours");
}

TEST(TwinServers, APingWithPayloadHasAPongWithout) {
    Sim sim;
    App app(sim);
    app.say("four", FrameKind::ping);
    const io::Received pong = app.hear();
    EXPECT_EQ(pong.kind, FrameKind::pong);
    EXPECT_EQ(pong.bytes, "");
}

TEST(TwinServers, WhatIsDueComesByItselfAtTheSpeedAsked) {
    Sim sim(5000ms, 100);
    App app(sim);
    const auto begin = std::chrono::steady_clock::now();
    app.say("later");
    EXPECT_EQ(app.hear().bytes, "later");
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_GE(took, 49ms);
    EXPECT_LT(took, 3s);
}

TEST(TwinServers, CloseHasACloseFrameAndDropNone) {
    Sim sim;
    App closed(sim), dropped(sim);
    closed.say("close");
    EXPECT_EQ(closed.hear().close_code, 1000);
    dropped.say("drop");
    EXPECT_EQ(dropped.hear().bytes, "eof");
    closed.say("\x03\xE8", FrameKind::close);
    EXPECT_TRUE(sim.has_clients_within(0, 5s));
}

TEST(TwinServers, ADeviceThatIsAwayEndsConnectionsAtOnce) {
    Sim sim;
    App app(sim);
    app.say("refuse");
    app.hear();
    EXPECT_EQ(App(sim).answer(), "");
    EXPECT_EQ(Sim::call(sim.ports().http, "GET", "/date"), "");
}

TEST(TwinServers, HttpServicesAreTheDevices) {
    const Sim sim;
    const std::string date = Sim::call(sim.ports().http, "GET", "/date?date=2026-01-18%2021:04:26");
    EXPECT_THAT(date, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(date, HasSubstr("Content-Type: text/x-fake\r\n"));
    EXPECT_THAT(date, EndsWith("control /date?date=2026-01-18%2021:04:26"));
    EXPECT_THAT(Sim::call(sim.ports().version, "GET", "/get_version"), EndsWith("version /get_version"));
    EXPECT_THAT(Sim::call(sim.ports().version, "GET", "/none"), StartsWith("HTTP/1.1 404 "));
    EXPECT_THAT(Sim::call(sim.ports().http, "POST", "/date"), StartsWith("HTTP/1.1 405 "));
}

TEST(TwinServers, APingCanHaveNoPong) {
    Sim sim;
    App app(sim);
    app.say("mute");
    EXPECT_EQ(app.hear().bytes, "mute");
    app.say("four", FrameKind::ping);
    app.say("after");
    EXPECT_EQ(app.hear().bytes, "after");
}

// 11004: the twin closes by 1000 before its ports go.
TEST(TwinServers, WhoIsConnectedAtTheShutDownSeesAClose) {
    TwinOptions twin;
    twin.scenario = "[[fault]]\nname = \"ws.noise_push\"\nprobability = 0\n";
    TwinServersOptions options;
    options.ports = {0, 0, 0, 0};
    options.speed = 100;
    TwinServers servers(make_twin(twin), options);
    RawClient asker(servers.ports().ws), other(servers.ports().ws);
    asker.upgrade();
    other.upgrade();
    asker.send(client_frame(FrameKind::text, R"({"interface":11004})"));
    EXPECT_EQ(asker.read_frame().bytes, R"({"interface":11004,"code":0})");
    EXPECT_EQ(asker.read_frame().close_code, 1000);
    EXPECT_EQ(other.read_frame().close_code, 1000);
    EXPECT_EQ(other.read_frame().bytes, "eof");
}

TEST(TwinServers, ShutDownClosesTheDevicesPortsOnly) {
    Sim sim;
    App app(sim), other(sim);
    app.say("off");
    EXPECT_EQ(other.hear().close_code, 1001);
    EXPECT_TRUE(app.raw().ends_within(5s));
    EXPECT_TRUE(other.raw().ends_within(5s));
    for (const std::uint16_t port : {sim.ports().ws, sim.ports().http, sim.ports().version})
        EXPECT_THROW(RawClient client(port), std::runtime_error);
    EXPECT_EQ(sim.json("/sim/state")["off"], true);
}

TEST(ControlPlane, StateEventsAndFaults) {
    const Sim sim;
    EXPECT_EQ(sim.json("/sim/events?since=7"), Json::parse("[7]"));
    EXPECT_EQ(sim.json("/sim/events"), Json::parse("[0]"));
    EXPECT_THAT(sim.control("POST", "/sim/fault", R"({"name":"ws.close"})"), StartsWith("HTTP/1.1 200 "));
    EXPECT_EQ(sim.json("/sim/state")["faults"], R"({"name":"ws.close"})");
    EXPECT_THAT(sim.control("POST", "/sim/fault", "no"), HasSubstr("is no name"));
    EXPECT_THAT(sim.control("POST", "/sim/fault"), StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(sim.control("POST", "/sim/power", R"({"charging":2})"), HasSubstr(R"("ok":true)"));
    EXPECT_EQ(sim.json("/sim/state")["power"], R"({"charging":2})");
    EXPECT_THAT(sim.control("GET", "/sim/power"), StartsWith("HTTP/1.1 405 "));
    for (const char* since : {"x", "-1", "1x", "99999999999999999999", ""})
        EXPECT_THAT(sim.control("GET", std::string("/sim/events?since=") + since), StartsWith("HTTP/1.1 400 "))
            << since;
}

TEST(ControlPlane, TheClockCanBeSetAndStopped) {
    const Sim sim;
    EXPECT_EQ(sim.json("/sim/clock")["speed"], 1.0);
    EXPECT_THAT(sim.control("POST", "/sim/clock", R"({"speed":0})"), HasSubstr(R"("speed":0.0)"));
    const auto stopped = sim.json("/sim/clock")["time_ms"];
    EXPECT_EQ(sim.json("/sim/clock")["time_ms"], stopped);
    sim.control("POST", "/sim/clock", R"({"speed":50000})");
    std::this_thread::sleep_for(2ms);
    EXPECT_GE(sim.json("/sim/clock")["time_ms"], stopped.get<int>() + 100);
    for (const char* wrong : {"", "{}", "[1]", R"({"speed":"1"})", R"({"speed":-1})", R"({"speed":1e9})",
                              R"({"speed":1,"x":2})", R"({"speed":1)", "\xFF"})
        EXPECT_THAT(sim.control("POST", "/sim/clock", wrong), StartsWith("HTTP/1.1 400 ")) << wrong;
    EXPECT_THAT(sim.control("POST", "/sim/clock", std::string(60'000, '[')), StartsWith("HTTP/1.1 400 "));
}

TEST(ControlPlane, OtherPathsAndMethodsAreRefused) {
    const Sim sim;
    EXPECT_THAT(sim.control("GET", "/"), StartsWith("HTTP/1.1 404 "));
    EXPECT_THAT(sim.control("GET", "/sim/quit"), StartsWith("HTTP/1.1 405 "));
    EXPECT_THAT(sim.control("POST", "/sim/state"), HasSubstr("Allow: GET, HEAD\r\n"));
    EXPECT_THAT(sim.control("DELETE", "/sim/clock"), HasSubstr("Allow: GET, HEAD, POST\r\n"));
}

// A page in a browser on this machine is not its user.
TEST(ControlPlane, PagesMayNotTouchIt) {
    const Sim sim;
    EXPECT_THAT(Sim::call(sim.ports().control, "POST", "/sim/quit", "", "Origin: http://127.0.0.1\r\n"),
                StartsWith("HTTP/1.1 403 "));
    RawClient rebound(sim.ports().control);
    rebound.send("GET /sim/state HTTP/1.1\r\nHost: evil.example:" + std::to_string(sim.ports().control) + "\r\n\r\n");
    EXPECT_THAT(rebound.read_all(), StartsWith("HTTP/1.1 403 "));
}

TEST(ControlPlane, QuitEndsTheWaitAndIsAnswered) {
    Sim sim;
    App app(sim);
    std::string answer;
    std::jthread asker([&] { answer = sim.control("POST", "/sim/quit"); });
    sim.servers().wait({}, {20s, {}});
    asker.join();
    EXPECT_THAT(answer, EndsWith("{\"ok\":true}\n"));
}

TEST(TwinServers, WaitEndsWithItsTimeOrAStop) {
    Sim sim;
    sim.servers().wait({}, {1ms, {}});
    std::stop_source stop;
    stop.request_stop();
    sim.servers().wait(stop.get_token(), {});
}

TEST(TwinServers, ATakenPortIsToldAndLeavesNothing) {
    const Sim sim;
    TwinServersOptions options;
    options.ports = {0, 0, sim.ports().version, 0};
    EXPECT_THROW(TwinServers(std::make_unique<test::FakeDevice>(), options), IoError);
    options.ports = {0, 0, 0, 0};
    options.bind = "everywhere";
    EXPECT_THROW(TwinServers(std::make_unique<test::FakeDevice>(), options), OptionError);
}

TEST(TwinServers, AreSlowedWhereTheDeviceTakesLong) {
    auto device = std::make_unique<test::FakeDevice>();
    device->work = 1ms;
    for (int i = 0; i < 400; ++i) device->schedule(SimTime(i), {0, Outgoing::What::text, ""});
    TwinServersOptions options;
    options.ports = {0, 0, 0, 0};
    options.speed = 100;
    TwinServers servers(std::move(device), options);
    const std::string answer = Sim::call(servers.ports().control, "GET", "/sim/clock");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 ")) << "served in between";
    std::this_thread::sleep_for(300ms);
    const std::string later = Sim::call(servers.ports().control, "GET", "/sim/clock");
    EXPECT_GT(Json::parse(later.substr(later.find("\r\n\r\n") + 4))["lost_ms"], 100);
}

}  // namespace
}  // namespace nightstack::device::sim

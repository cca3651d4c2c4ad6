// SPDX-License-Identifier: MIT
// The darkroom by itself, and behind the servers: who draws slowly holds the twin, not its sockets.
#include "device/sim/servers/darkroom.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "device/sim/servers/twin_servers.h"
#include "pipeline/core/error.h"
#include "tests/device/sim/servers/fake_device.h"
#include "tests/io/http/raw_client.h"

namespace nightstack::device::sim {
namespace {

using namespace std::chrono_literals;
using io::FrameKind;
using io::test::client_frame;
using io::test::RawClient;
using testing::ElementsAre;

// Develops when it is let.
class SlowDeveloper final : public Developer {
public:
    explicit SlowDeveloper(bool open = false) : open_(open) {}
    void develop(const Exposed& exposed, bool more_waiting) override {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return open_; });
        if (exposed.index == 13) throw IoError("no room");
        done_.push_back(exposed.index);
        more_.push_back(more_waiting);
        changed_.notify_all();
    }
    void show_card(bool visible) override {
        const std::lock_guard lock(mutex_);
        visible_ = visible;
        changed_.notify_all();
    }
    void hurry() override { open(); }
    int frames() const override {
        const std::lock_guard lock(mutex_);
        return static_cast<int>(done_.size());
    }
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    // What was done when there were so many, or after 20 s.
    std::vector<int> wait_for(std::size_t count) const {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, 20s, [&] { return done_.size() >= count; });
        return done_;
    }
    bool is_visible_within(bool visible, std::chrono::milliseconds time) const {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, time, [&] { return visible_ == visible; });
    }
    std::vector<bool> more() const {
        const std::lock_guard lock(mutex_);
        return more_;
    }

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    bool open_, visible_ = true;
    std::vector<int> done_;
    std::vector<bool> more_;
};

std::vector<Exposed> numbered(std::initializer_list<int> indices) {
    std::vector<Exposed> all(indices.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i].index = indices.begin()[i];
    return all;
}

TEST(Darkroom, WorksInOrderAndTellsWhatWaits) {
    const auto developer = std::make_shared<SlowDeveloper>();
    Darkroom room(developer, {});
    room.add(numbered({1}));
    EXPECT_FALSE(room.behind());
    room.add(numbered({2, 3, 4}));
    EXPECT_TRUE(room.behind());
    developer->open();
    EXPECT_THAT(developer->wait_for(4), ElementsAre(1, 2, 3, 4));
    EXPECT_FALSE(room.behind());
    EXPECT_FALSE(developer->more().back());
    EXPECT_TRUE(developer->more()[1]);
}

TEST(Darkroom, WhatCannotBeWrittenIsToldAndTheNextOneTried) {
    const auto developer = std::make_shared<SlowDeveloper>(true);
    std::string why;
    {
        Darkroom room(developer, {{}, [&](const std::string& text) { why = text; }});
        room.add(numbered({13, 14}));
        EXPECT_THAT(developer->wait_for(1), ElementsAre(14));
    }
    EXPECT_EQ(why, "no room");
}

TEST(Darkroom, EndsWithWhatIsInWork) {
    const auto developer = std::make_shared<SlowDeveloper>();
    {
        Darkroom room(developer, {});
        room.add(numbered({1, 2, 3, 4, 5, 6}));
        while (!room.behind()) std::this_thread::yield();
    }
    EXPECT_LE(developer->frames(), 1);
}

class Sim {
public:
    explicit Sim(std::shared_ptr<Developer> developer) {
        TwinServersOptions options;
        options.ports = {0, 0, 0, 0};
        options.developer = std::move(developer);
        servers.emplace(std::make_unique<test::FakeDevice>(), options);
    }
    long time_ms() {
        RawClient client(servers->ports().control);
        client.send("GET /sim/clock HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(servers->ports().control) +
                    "\r\nConnection: close\r\n\r\n");
        const std::string answer = client.read_all();
        return nlohmann::json::parse(answer.substr(answer.find("\r\n\r\n") + 4))["time_ms"];
    }
    std::optional<TwinServers> servers;
};

TEST(Darkroom, HoldsTheTwinButNotItsSockets) {
    const auto developer = std::make_shared<SlowDeveloper>();
    Sim sim(developer);
    RawClient app(sim.servers->ports().ws);
    app.upgrade();
    for (int i = 1; i <= 3; ++i) {
        app.send(client_frame(FrameKind::text, "expose " + std::to_string(i)));
        EXPECT_EQ(app.read_frame().bytes, "expose " + std::to_string(i)) << "the twin still goes";
    }
    // One is in work, two wait: the twin stands still, and a word to it waits as well.
    app.send(client_frame(FrameKind::text, "hello"));
    const long stands = sim.time_ms();
    std::this_thread::sleep_for(60ms);
    EXPECT_LE(sim.time_ms() - stands, 15) << "no more than since the last look";
    app.send(client_frame(FrameKind::ping, "x"));
    EXPECT_EQ(app.read_frame().kind, FrameKind::pong);
    developer->open();
    EXPECT_EQ(app.read_frame().bytes, "hello");
    EXPECT_THAT(developer->wait_for(3), ElementsAre(1, 2, 3));
}

TEST(Darkroom, WaitEndsWithTheFrames) {
    const auto developer = std::make_shared<SlowDeveloper>(true);
    Sim sim(developer);
    RawClient app(sim.servers->ports().ws);
    app.upgrade();
    std::jthread client([&] {
        for (int i = 1; i <= 2; ++i) app.send(client_frame(FrameKind::text, "expose " + std::to_string(i)));
    });
    sim.servers->wait({}, {20s, 2});
    EXPECT_EQ(developer->frames(), 2);
}

TEST(Darkroom, TheCardGoesAndComesBack) {
    const auto developer = std::make_shared<SlowDeveloper>(true);
    Sim sim(developer);
    RawClient app(sim.servers->ports().ws);
    app.upgrade();
    app.send(client_frame(FrameKind::text, "card"));
    EXPECT_TRUE(developer->is_visible_within(false, 20s));
    app.send(client_frame(FrameKind::text, "card"));
    EXPECT_TRUE(developer->is_visible_within(true, 20s));
}

// The real brain with a darkroom that stands still.
class Capture {
public:
    explicit Capture(std::shared_ptr<Developer> developer) {
        TwinOptions twin;
        twin.scenario =
            "[[fault]]\nname = \"ws.noise_push\"\nprobability = 0\n"
            "[[fault]]\nname = \"ws.lose_push\"\nprobability = 0\n";
        twin.tell_exposures = twin.counts_wait = true;
        TwinServersOptions options;
        options.ports = {0, 0, 0, 0};
        options.speed = 30;
        options.developer = std::move(developer);
        servers.emplace(make_twin(twin), options);
        app.emplace(servers->ports().ws);
        app->upgrade();
        ask(R"({"interface":10000,"camId":0,"binning":1})");
        ask(R"({"interface":10011,"camId":0,"exp":1,"gain":80,"binning":1,"count":9,"name":"DWARF_RAW_1"})");
    }
    void ask(const char* text) {
        app->send(client_frame(FrameKind::text, text));
        EXPECT_EQ(nlohmann::json::parse(app->read_frame().bytes)["code"], 0);
    }
    // The frames counted so far, by what lies in the socket; each a 10014.
    int last_count() {
        app->send(client_frame(FrameKind::ping, ""));
        for (io::Received one = app->read_frame(); one.kind == FrameKind::text; one = app->read_frame()) {
            const auto message = nlohmann::json::parse(one.bytes);
            if (message["interface"] == 10014) counted_ = message["currentCount"];
        }
        return counted_;
    }

    std::optional<TwinServers> servers;
    std::optional<RawClient> app;

private:
    int counted_ = 0;
};

TEST(Darkroom, NoFrameIsCountedBeforeItIsOnTheCard) {
    const auto developer = std::make_shared<SlowDeveloper>();
    Capture capture(developer);
    std::this_thread::sleep_for(300ms);  // nine seconds of the twin's, four frames
    EXPECT_EQ(capture.last_count(), 0);
    developer->open();
    int told = 0;
    while (told < 9) {
        const auto frame = nlohmann::json::parse(capture.app->read_frame().bytes);
        if (frame["interface"] != 10014) continue;
        told = frame["currentCount"];
        EXPECT_LE(told, developer->frames());
    }
}

TEST(Darkroom, TheEndFinishesWhatWaitsAndNothingCountedIsLost) {
    const auto developer = std::make_shared<SlowDeveloper>();
    Capture capture(developer);
    std::this_thread::sleep_for(300ms);
    std::jthread later([&] {
        std::this_thread::sleep_for(50ms);
        developer->open();
    });
    EXPECT_EQ(capture.servers->finish(10s), 0);
    const int told = capture.last_count();
    EXPECT_GE(told, 3) << "one was in work, two waited";
    EXPECT_EQ(told, developer->frames());
}

TEST(Darkroom, TheEndHasALimitAndWhatIsLeftWasNeverCounted) {
    const auto developer = std::make_shared<SlowDeveloper>();
    Capture capture(developer);
    std::this_thread::sleep_for(300ms);
    EXPECT_GE(capture.servers->finish(50ms), 1);
    EXPECT_EQ(capture.last_count(), 0);
}

}  // namespace
}  // namespace nightstack::device::sim

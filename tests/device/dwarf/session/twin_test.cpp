// SPDX-License-Identifier: MIT
// The session against the twin's brain: the twin decides what is said, the scripted server carries it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/dwarf/protocol/json.h"
#include "device/dwarf/session/scope.h"
#include "device/sim/twin/twin.h"
#include "pipeline/core/error.h"
#include "tests/device/dwarf/session/scope_server.h"

namespace nightstack::device::dwarf {
namespace {

using Fate = Reply::Fate;
constexpr Milliseconds kLong{5000};

// A second of the twin's time passes with each request; what falls due in it leaves at once.
class TwinServer {
public:
    explicit TwinServer(sim::Persona persona, const std::string& scenario = "")
        : twin_(options(persona, scenario)),
          server_([this](int connection, const Message& request) { return hear(connection, encode(request)); }) {}

    int port() const { return server_.port(); }
    ScopeServer& server() { return server_; }

private:
    static sim::TwinOptions options(sim::Persona persona, const std::string& scenario) {
        sim::TwinOptions options;
        options.persona = persona;
        options.scenario = scenario;
        return options;
    }

    Acts hear(int connection, const std::string& bytes) {
        if (connection != connection_) {
            connection_ = connection;
            client_ = twin_.connect(now_).value_or(sim::kEveryClient);
        }
        twin_.receive(client_, bytes, false, now_);
        now_ += sim::SimTime(1000);
        Acts acts;
        for (const sim::Outgoing& out : twin_.take(now_)) {
            const Act::Do what = out.what == sim::Outgoing::What::text     ? Act::Do::text
                                 : out.what == sim::Outgoing::What::binary ? Act::Do::binary
                                 : out.what == sim::Outgoing::What::close  ? Act::Do::close
                                                                           : Act::Do::cut;
            acts.push_back({what, out.bytes, Milliseconds(0)});
        }
        return acts;
    }

    sim::Twin twin_;
    sim::SimTime now_{};
    int connection_ = -1;
    sim::ClientId client_ = sim::kEveryClient;
    ScopeServer server_;  // last: its thread uses the rest
};

TEST(ScopeAndTwin, AnEveningOfCommandsAmongNoise) {
    TwinServer twin(sim::Persona::v1, "[[fault]]\nname = \"ws.noise_push\"\nprobability = 0.7\n");
    Scope scope(at(twin.port()), quick());
    const auto code = [&](const Message& message) {
        const Reply reply = scope.ask(message, kLong);
        return reply.message ? reply.message->integer("code").value_or(-999) : -1000;
    };
    EXPECT_EQ(code(request(10000).set("binning", 1)), 0);
    EXPECT_EQ(code(request(10000).set("binning", 1)), -1) << "open already";
    EXPECT_EQ(code(request(10004).set("mode", 1)), 0);
    EXPECT_EQ(code(request(10005).set("value", 80)), 0);
    EXPECT_EQ(code(request(10203).set("value", 0)), 0);
    const Reply state = scope.ask(request(10022), kLong);
    ASSERT_TRUE(state.message);
    EXPECT_EQ(state.message->integer("camState"), 1);
    EXPECT_EQ(code(request(10017)), 0);
    EXPECT_EQ(scope.counters().connections, 1u);
}

TEST(ScopeAndTwin, CopiesAndClosedConnectionsChangeNoAnswer) {
    TwinServer twin(sim::Persona::v1,
                    "[[fault]]\nname = \"ws.dup_reply\"\nprobability = 0.5\n"
                    "[[fault]]\nname = \"ws.close\"\nprobability = 0.05\n");
    ScopeOptions options = quick();
    options.pauses.same_gap = Milliseconds(20);
    Scope scope(at(twin.port()), options);
    int answered = 0;
    for (int i = 0; i < 40; ++i) {
        const Reply reply = scope.ask(Message(11410), kLong);
        answered += reply.fate == Fate::answered;
        EXPECT_TRUE(!reply.message || reply.message->text("version") == "1.5.2");
    }
    EXPECT_GE(answered, 35);
}

TEST(ScopeAndTwin, NewFirmwareIsSaidInWords) {
    TwinServer twin(sim::Persona::v2);
    Scope scope(at(twin.port()), quick());
    try {
        scope.ask(Message(11003), kLong);
        FAIL() << "an answer";
    } catch (const DeviceError& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("firmware 2.0 or newer"));
    }
}

}  // namespace
}  // namespace nightstack::device::dwarf

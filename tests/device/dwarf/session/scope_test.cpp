// SPDX-License-Identifier: MIT
// The session against a scripted server: what a scope may do to an answer.
#include "device/dwarf/session/scope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <thread>

#include "device/dwarf/protocol/json.h"
#include "pipeline/core/error.h"
#include "tests/device/dwarf/session/scope_server.h"

namespace nightstack::device::dwarf {
namespace {

using testing::HasSubstr;
using Fate = Reply::Fate;
using Kind = Event::Kind;

constexpr Milliseconds kLong{5000};

std::int64_t code_of(const Reply& reply) {
    return reply.message ? reply.message->integer("code").value_or(-999) : -1000;
}

// The next event of that kind, pushes skipped.
std::optional<Event> next_of(Scope& scope, Kind kind, Milliseconds within = kLong) {
    const Moment until = scope.now() + within;
    while (auto event = scope.next_event(until, {})) {
        if (event->kind == kind) return event;
    }
    return {};
}

std::vector<int> pushes(Scope& scope, Milliseconds within) {
    std::vector<int> numbers;
    const Moment until = scope.now() + within;
    while (const auto event = scope.next_event(until, {})) {
        if (event->kind == Kind::push) numbers.push_back(event->message->interface());
    }
    return numbers;
}

// Answers state queries, and everything else as `script` says.
Script script(std::function<Acts(int connection, const Message& request)> rest) {
    return [rest = std::move(rest)](int connection, const Message& request) {
        return is_state_query(request) ? friendly(request) : rest(connection, request);
    };
}

TEST(Scope, FindsAnswersAmongPushes) {
    ScopeServer server(script([](int, const Message& request) {
        return Acts{text(R"({"interface":11003,"value":90,"code":0})"), text(R"({"interface":11011,"value":1})"),
                    text(code(request, -41)), text(R"({"interface":10014,"currentCount":1})")};
    }));
    Scope scope(at(server.port()), quick());
    const Reply reply = scope.ask(capture("DWARF_RAW_20230901210500"), kLong);
    EXPECT_EQ(reply.fate, Fate::answered);
    EXPECT_EQ(code_of(reply), -41);
    EXPECT_TRUE(scope.connected());
    // The state comes as events too.
    EXPECT_EQ(pushes(scope, Milliseconds(100)), (std::vector<int>{10215, 10022, 11407, 11003, 11011, 10014}));
}

TEST(Scope, UnknownCodesAndUnknownFieldsPass) {
    ScopeServer server(script([](int, const Message& request) { return Acts{text(code(request, -12345))}; }));
    Scope scope(at(server.port()), quick());
    EXPECT_EQ(code_of(scope.ask(request(11405), kLong)), -12345);
    EXPECT_EQ(code_of(scope.ask(request(12345), kLong)), -12345);
}

TEST(Scope, AWrongInterfaceIsNoAnswer) {
    ScopeServer server(script([](int, const Message&) { return Acts{text(R"({"interface":10006,"code":0})")}; }));
    Scope scope(at(server.port()), quick());
    EXPECT_EQ(scope.ask(request(11405), Milliseconds(150)).fate, Fate::unknown);
    EXPECT_THAT(pushes(scope, Milliseconds(50)), testing::Contains(10006));
}

TEST(Scope, AnAnswerAfterTheTimeoutBelongsToNobody) {
    std::atomic<int> asked{0};
    ScopeServer server(script([&](int, const Message& request) {
        const int n = asked++;
        return Acts{text(code(request, n), n == 0 ? 200 : 0)};
    }));
    Scope scope(at(server.port()), quick());
    ASSERT_TRUE(soon([&] { return scope.connected(); }));
    EXPECT_EQ(scope.ask(request(11405), Milliseconds(100)).fate, Fate::unknown);
    const Reply second = scope.ask(request(11405), kLong);
    EXPECT_EQ(code_of(second), 1);
    EXPECT_EQ(scope.counters().late, 1u);
}

TEST(Scope, CopiesOfAnAnswerDoNotAnswerWhatComesNext) {
    std::atomic<int> asked{0};
    ScopeServer server(script([&](int, const Message& request) {
        const std::string reply = code(request, asked++);
        return Acts{text(reply), text(reply), text(reply)};
    }));
    ScopeOptions options = quick();
    options.pauses.same_gap = Milliseconds(60);
    Scope scope(at(server.port()), options);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(code_of(scope.ask(request(11405), kLong)), i);
}

TEST(Scope, SettingsOfThePictureAreKeptApart) {
    ScopeServer server([](int, const Message& request) { return friendly(request); });
    ScopeOptions options = quick();
    options.pauses.isp_gap = Milliseconds(150);
    Scope scope(at(server.port()), options);
    ASSERT_TRUE(soon([&] { return scope.connected(); }));
    const Moment begun = scope.now();
    for (const int number : {10004, 10005, 10001})
        scope.ask(request(number).set(number == 10005 ? "value" : "mode", number == 10005 ? 80 : 1), kLong);
    EXPECT_GE(scope.now() - begun, Milliseconds(300));
}

TEST(Scope, ADeafServerIsNoConnection) {
    const MuteServer mute;
    Scope scope(at(mute.port()), quick());
    EXPECT_EQ(scope.ask(request(11003), Milliseconds(600)).fate, Fate::unsent);
    const auto lost = next_of(scope, Kind::lost);
    ASSERT_TRUE(lost);
    EXPECT_THAT(lost->text, HasSubstr("WebSocket handshake: no answer in time"));
    EXPECT_FALSE(next_of(scope, Kind::lost, Milliseconds(300))) << "told once";
}

TEST(Scope, NobodyThereIsSaidInWords) {
    int port = 0;
    {
        const MuteServer gone;
        port = gone.port();
    }
    Scope scope(at(port), quick());
    const auto lost = next_of(scope, Kind::lost);
    ASSERT_TRUE(lost);
    EXPECT_THAT(lost->text, HasSubstr("refused"));
    EXPECT_EQ(scope.ask(request(11003), Milliseconds(100)).fate, Fate::unsent);
}

TEST(Scope, FindsHostsByName) {
    ScopeServer server([](int, const Message& request) { return friendly(request); });
    ScopeAddress address = at(server.port());
    address.host = "localhost";
    Scope scope(address, quick());
    EXPECT_EQ(scope.ask(request(11003), kLong).fate, Fate::answered);
    address.host = "no-such-host.invalid";
    Scope other(address, quick());
    const auto lost = next_of(other, Kind::lost, Milliseconds(10000));
    ASSERT_TRUE(lost);
    EXPECT_THAT(lost->text, HasSubstr("no-such-host.invalid: "));
}

TEST(Scope, SilenceIsNoticedAndPingsAreEmpty) {
    ScopeServer server(script([](int connection, const Message& request) {
        return connection == 0 ? Acts{{Act::Do::stall, "", {}}} : friendly(request);
    }));
    ScopeOptions options = quick();
    options.silence = Milliseconds(300);
    Scope scope(at(server.port()), options);
    ASSERT_TRUE(soon([&] { return scope.connected(); }));
    std::this_thread::sleep_for(Milliseconds(700));
    EXPECT_TRUE(scope.connected()) << "pongs are a sign of life";
    EXPECT_GE(server.pings(), 3);
    EXPECT_TRUE(server.pings_were_empty());

    const Moment begun = scope.now();
    EXPECT_EQ(scope.ask(capture("DWARF_RAW_20230901210500"), kLong).fate, Fate::unknown);
    EXPECT_LT(scope.now() - begun, Milliseconds(1000));
    const auto lost = next_of(scope, Kind::lost);
    ASSERT_TRUE(lost);
    EXPECT_THAT(lost->text, HasSubstr("nothing was heard for 0.3 s"));
    EXPECT_TRUE(next_of(scope, Kind::back));
}

TEST(Scope, AConnectionThatEndsIsToldAndComesBack) {
    for (const Act::Do end : {Act::Do::cut, Act::Do::close}) {
        ScopeServer server(script([&](int connection, const Message& request) {
            return connection == 0 ? Acts{{end, "", {}}} : friendly(request);
        }));
        Scope scope(at(server.port()), quick());
        const Moment begun = scope.now();
        EXPECT_EQ(scope.ask(capture("DWARF_RAW_20230901210500"), kLong).fate, Fate::unknown);
        EXPECT_LT(scope.now() - begun, Milliseconds(1500));
        const auto lost = next_of(scope, Kind::lost);
        ASSERT_TRUE(lost);
        EXPECT_THAT(lost->text, HasSubstr(end == Act::Do::cut ? "without a word" : "code 1001 (good night)"));
        const auto back = next_of(scope, Kind::back);
        ASSERT_TRUE(back);
        EXPECT_THAT(back->text, HasSubstr("connected again after"));
        EXPECT_EQ(server.most_at_once(), 1);
    }
}

TEST(Scope, ASafeRequestIsAskedOnceMoreAfterAReconnect) {
    ScopeServer server(script([](int connection, const Message& request) {
        return connection == 0 ? Acts{{Act::Do::cut, "", {}}} : friendly(request);
    }));
    Scope scope(at(server.port()), quick());
    EXPECT_EQ(scope.ask(request(11405), kLong).fate, Fate::answered);
    EXPECT_EQ(scope.counters().resent, 1u);

    ScopeServer never(script([](int, const Message&) { return Acts{{Act::Do::cut, "", {}}}; }));
    Scope other(at(never.port()), quick());
    EXPECT_EQ(other.ask(request(11405), kLong).fate, Fate::unknown);
    EXPECT_EQ(other.counters().resent, 1u);
}

TEST(Scope, FramesThatAreNoMessagesCostOnlyThemselves) {
    const std::vector<std::string> frames = {"pong",
                                             "",
                                             "{",
                                             "[]",

                                             R"({"interface":"x"})",
                                             R"({"interface":1,"interface":2})",
                                             std::string(60000, '[')};
    ScopeServer server(script([&](int, const Message& request) {
        Acts acts;
        for (const std::string& frame : frames) acts.push_back(text(frame));
        acts.push_back(text(code(request, 0)));
        return acts;
    }));
    std::mutex mutex;
    std::string notes;
    Scope scope(at(server.port()), quick(), [&](const WireRecord& record) {
        const std::lock_guard lock(mutex);
        if (record.way == WireRecord::Way::note) notes += record.bytes + "\n";
    });
    EXPECT_EQ(scope.ask(request(11405), kLong).fate, Fate::answered);
    EXPECT_EQ(scope.counters().bad_frames, frames.size());
    EXPECT_EQ(scope.counters().connections, 1u);
    const std::lock_guard lock(mutex);
    EXPECT_THAT(notes, HasSubstr("a frame was no message: "));
}

TEST(Scope, TextThatIsNoUtf8EndsTheConnectionInWords) {
    ScopeServer server(script([](int connection, const Message& request) {
        return connection == 0 ? Acts{text("\xff\xfe")} : friendly(request);
    }));
    Scope scope(at(server.port()), quick());
    EXPECT_EQ(scope.ask(request(11405), kLong).fate, Fate::answered);
    const auto lost = next_of(scope, Kind::lost);
    ASSERT_TRUE(lost);
    EXPECT_THAT(lost->text, HasSubstr("broken WebSocket frames"));
}

TEST(Scope, AFrameBeyondTheLimitEndsTheConnectionInWords) {
    ScopeServer server(script([](int connection, const Message& request) {
        return connection == 0 ? Acts{text(std::string(16 << 20, 'x'))} : friendly(request);
    }));
    Scope scope(at(server.port()), quick());
    EXPECT_EQ(scope.ask(capture("DWARF_RAW_20230901210500"), kLong).fate, Fate::unknown);
    const auto lost = next_of(scope, Kind::lost);
    ASSERT_TRUE(lost);
    EXPECT_THAT(lost->text, HasSubstr("a frame of more than 65536 bytes"));
    EXPECT_TRUE(next_of(scope, Kind::back));
}

TEST(Scope, ABinaryFrameIsNewFirmwareAndSaidSo) {
    ScopeServer server([](int, const Message&) { return Acts{{Act::Do::binary, "\x08\x01\x10\x02", {}}}; });
    Scope scope(at(server.port()), quick());
    try {
        scope.ask(request(11003), kLong);
        FAIL() << "an answer";
    } catch (const DeviceError& error) {
        EXPECT_THAT(error.what(), HasSubstr("firmware 2.0 or newer"));
        EXPECT_THAT(error.what(), HasSubstr("still work"));
    }
    EXPECT_THROW(scope.ask(request(11003), kLong), DeviceError) << "and stays so, without waiting";
    EXPECT_FALSE(scope.connected());
}

TEST(Scope, NoMessageInJsonIsNewFirmwareUntilOneComes) {
    std::atomic<bool> talks{false};
    ScopeServer server([&](int, const Message& request) { return talks ? friendly(request) : Acts{}; });
    ScopeOptions options = quick();
    options.proof = Milliseconds(200);
    Scope scope(at(server.port()), options);
    EXPECT_THROW(scope.ask(request(11003), kLong), DeviceError);
    std::vector<int> asked;
    for (const Seen& seen : server.seen()) asked.push_back(seen.message.interface());
    EXPECT_THAT(asked, testing::ElementsAre(10215, 11410));
    // It may only have been starting.
    talks = true;
    ASSERT_TRUE(soon([&] { return scope.connected(); }));
    EXPECT_EQ(scope.ask(request(11003), kLong).fate, Fate::answered);
}

TEST(Scope, TheTapSeesAllOfTheTraffic) {
    ScopeServer server([](int, const Message& request) { return friendly(request); });
    std::mutex mutex;
    std::vector<std::string> sent, received;
    Scope scope(at(server.port()), quick(), [&](const WireRecord& record) {
        const std::lock_guard lock(mutex);
        if (record.way == WireRecord::Way::sent) sent.push_back(record.bytes);
        if (record.way == WireRecord::Way::received) received.push_back(record.bytes);
    });
    EXPECT_EQ(scope.ask(Message(11003), kLong).fate, Fate::answered);
    const std::lock_guard lock(mutex);
    EXPECT_THAT(sent, testing::ElementsAre(R"({"interface":10215,"camId":0})", R"({"interface":10022,"camId":0})",
                                           R"({"interface":11407})", R"({"interface":11003})"));
    EXPECT_EQ(received.size(), 4u);
}

TEST(Scope, RefusesBeforeSending) {
    ScopeServer server([](int, const Message& request) { return friendly(request); });
    Scope scope(at(server.port()), quick());
    EXPECT_THROW(scope.ask(request(10005).set("value", 1000), kLong), OptionError);
    EXPECT_THROW(scope.ask(request(11400), kLong), OptionError);
    EXPECT_THROW(scope.get(HttpPort::version, "/update?version=1.3.20", kLong), OptionError);
    for (const Seen& seen : server.seen()) EXPECT_TRUE(is_state_query(seen.message));
    EXPECT_THROW(Scope(at(0), quick()), OptionError);
    for (const char* host : {"", "http://192.168.88.1", "a b", "x\r\ny"}) {
        ScopeAddress address;
        address.host = host;
        EXPECT_THROW(Scope(address, quick()), OptionError) << host;
    }
}

TEST(Scope, EndsWithinASecondWhateverItDoes) {
    ScopeServer stalls(script([](int, const Message&) { return Acts{{Act::Do::stall, "", {}}}; }));
    const MuteServer mute;
    for (const int port : {stalls.port(), mute.port()}) {
        ScopeOptions options = quick();
        options.connect_timeout = options.silence = kLong;
        auto scope = std::make_unique<Scope>(at(port), options);
        auto reply = std::async(std::launch::async, [&] { return scope->ask(request(11405), std::chrono::hours(1)); });
        auto event = std::async(std::launch::async, [&] { return next_of(*scope, Kind::lost, std::chrono::hours(1)); });
        auto body = std::async(std::launch::async, [&] { return scope->get(HttpPort::control, "/date?date=", kLong); });
        std::this_thread::sleep_for(Milliseconds(200));
        const auto begun = std::chrono::steady_clock::now();
        scope.reset();
        EXPECT_LT(std::chrono::steady_clock::now() - begun, Milliseconds(1000));
        EXPECT_EQ(reply.get().fate, port == mute.port() ? Fate::unsent : Fate::unknown);
        EXPECT_FALSE(event.get());
        EXPECT_FALSE(body.get());
    }
}

TEST(ScopeHttp, GetsTheBodyOfA200AndNothingElse) {
    const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"result\":0}";
    const std::vector<std::pair<std::string, bool>> cases = {
        {ok, true},
        {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"result\":0}", true},  // no length: ends with the connection
        {"HTTP/1.1 404 Not Found\r\nContent-Length: 12\r\n\r\n{\"result\":0}", false},
        {"HTTP/1.1 302 Found\r\nLocation: /update\r\nContent-Length: 0\r\n\r\n", false},
        {"HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n" + std::string(70000, 'x'), false},
        {"HTTP/1.1 200 OK\r\nX: " + std::string(10000, 'x') + "\r\n\r\n", false},
        {"HTTP/1.1 200 OK\r\nContent-Length: 4611686018427387904\r\n\r\n" + std::string(3000, 'x'), false},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11170\r\n" + std::string(70000, 'x') + "\r\n0\r\n\r\n",
         false},
        {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(200000, 'x'), false},
        {"SSH-2.0-dropbear\r\n\r\n", false},
        {"", false},  // silent
    };
    const MuteServer mute;
    for (const auto& [response, good] : cases) {
        SCOPED_TRACE(response.substr(0, 60));
        const HttpStub stub(response);
        ScopeAddress address = at(mute.port());
        address.http_port = stub.port();
        Scope scope(address, quick());
        const Moment begun = scope.now();
        const auto body = scope.get(HttpPort::control, "/date?date=2023-09-01 21:05:00", Milliseconds(300));
        EXPECT_LT(scope.now() - begun, Milliseconds(1000));
        EXPECT_EQ(body.has_value(), good);
        EXPECT_TRUE(!good || body == R"({"result":0})");
        EXPECT_THAT(stub.lines(), testing::ElementsAre("GET /date?date=2023-09-01%2021:05:00 HTTP/1.1"));
    }
}

}  // namespace
}  // namespace nightstack::device::dwarf

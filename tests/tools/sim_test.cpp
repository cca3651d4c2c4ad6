// SPDX-License-Identifier: MIT
// nightstack sim as a program: its ports, its first line, its end, and clients that are not ours.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/io/http/raw_client.h"
#include "tests/support/small_night.h"
#include "tests/support/temp_folder.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

using io::FrameKind;
using io::test::client_frame;
using io::test::RawClient;
using nlohmann::json;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kAnyPorts = "ws=0,http=0,version=0,control=0";

// The twin in a process of its own, ready when made.
class Sim {
public:
    explicit Sim(Words words = {}) {
        words.insert(words.begin(), {"sim", "--json", "--ports", kAnyPorts});
        if (std::ranges::find(words, "--card") == words.end()) words.insert(words.end(), {"--card", "none"});
        pid_ = world_.start(words, "sim");
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (out().find('\n') == std::string::npos && std::chrono::steady_clock::now() < end)
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        ready_ = json::parse(lines_of(out()).at(0));
    }
    ~Sim() {
        if (!over_) end(SIGTERM);
    }
    Finished end(int signal) {
        if (signal != 0) ::kill(pid_, signal);
        over_ = true;
        return world_.wait(pid_, "sim");
    }
    const json& ready() const { return ready_; }
    pid_t pid() const { return pid_; }
    std::uint16_t port(const std::string& name) const { return ready_["ports"][name]; }
    std::string call(const std::string& service, const std::string& method, const std::string& target,
                     const std::string& body = "") const {
        RawClient client(port(service));
        client.send(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port(service)) +
                    "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
        return client.read_all();
    }
    json state() const {
        const std::string answer = call("control", "GET", "/sim/state");
        return json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
    }
    const World& world() const { return world_; }

private:
    std::string out() const { return read_bytes(world_ / "sim.out"); }
    World world_;
    pid_t pid_ = 0;
    bool over_ = false;
    json ready_;
};

class App {
public:
    explicit App(const Sim& sim) : client_(sim.port("ws")) { client_.upgrade(); }
    // The answer of that number among whatever else comes; null at the connection's end.
    json ask(const std::string& request) {
        client_.send(client_frame(FrameKind::text, request));
        for (;;) {
            const io::Received frame = client_.read_frame();
            if (frame.kind != FrameKind::text || frame.bytes == "eof") return nullptr;
            json answer = json::parse(frame.bytes);
            if (answer["interface"] == json::parse(request)["interface"]) return answer;
        }
    }
    RawClient& raw() { return client_; }

private:
    RawClient client_;
};

TEST(SimProgram, TellsItsPortsFirstAndEndsWithZeroOnASignal) {
    for (const int signal : {SIGTERM, SIGINT}) {
        Sim sim;
        EXPECT_EQ(sim.ready()["event"], "ready");
        EXPECT_EQ(sim.ready()["pid"], sim.pid());
        for (const char* name : {"ws", "http", "version", "control"}) EXPECT_GT(sim.port(name), 0) << name;
        const App app(sim);
        const Finished done = sim.end(signal);
        EXPECT_EQ(done.code, 0) << done.err;
    }
}

TEST(SimProgram, ACameraIsOpenedAndSeenBehindTheScenes) {
    const Sim sim;
    App app(sim);
    EXPECT_EQ(sim.state()["tele"]["open"], false);
    EXPECT_EQ(app.ask(R"({"interface":10000,"camId":0,"binning":1})")["code"], 0);
    EXPECT_EQ(sim.state()["tele"]["open"], true);
    EXPECT_THAT(sim.call("control", "GET", "/sim/events?since=0"), HasSubstr("10000"));
}

TEST(SimProgram, ClockZoneAndVersionAreSetByHttp) {
    const Sim sim({"--time", "2026-01-18T21:04:26Z"});
    EXPECT_THAT(sim.call("http", "GET", "/date?date=2026-01-18%2021:04:30"), EndsWith(R"({"result":0})"));
    EXPECT_THAT(sim.call("http", "GET", "/timezone?timezone=Europe/Paris"), EndsWith(R"({"result":0})"));
    EXPECT_EQ(sim.state()["clock"]["zone"], "Europe/Paris");
    EXPECT_LT(std::abs(sim.state()["clock"]["error_s"].get<double>()), 30);
    EXPECT_THAT(sim.call("version", "GET", "/get_version"), EndsWith(R"({"result":"1.5.2"})"));
}

TEST(SimProgram, FirmwareTwoSpeaksBinaryOnly) {
    const Sim sim({"--persona", "v2"});
    App app(sim);
    app.raw().send(client_frame(FrameKind::text, R"({"interface":10215,"camId":0})"));
    EXPECT_EQ(app.raw().read_frame().kind, FrameKind::binary);
    EXPECT_THAT(sim.call("version", "GET", "/get_version"), HasSubstr("\"2."));
}

TEST(SimProgram, SpeedShortensWhatTakesLong) {
    const Sim sim({"--speed", "200"});
    App app(sim);
    app.ask(R"({"interface":10000,"camId":0,"binning":1})");
    const auto begin = std::chrono::steady_clock::now();  // before the twin is asked, whose answer may take its time
    const double before = sim.state()["now_s"];
    while (sim.state()["now_s"].get<double>() < before + 60) {
        ASSERT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_GT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(290));
}

TEST(SimProgram, AFaultOfTheControlPlaneIsSeenByTheApp) {
    const Sim sim;
    App app(sim);
    EXPECT_THAT(sim.call("control", "POST", "/sim/fault", R"({"name":"ws.close","interface":10022})"),
                StartsWith("HTTP/1.1 200 "));
    EXPECT_EQ(app.ask(R"({"interface":10022,"camId":0})"), nullptr);
    EXPECT_THAT(sim.call("control", "POST", "/sim/fault", R"({"name":"no.such"})"), StartsWith("HTTP/1.1 400 "));
}

TEST(SimProgram, ShutDownClosesTheScopesPortsAndQuitEndsTheProgram) {
    Sim sim;
    App app(sim);
    app.raw().send(client_frame(FrameKind::text, R"({"interface":11004})"));
    EXPECT_TRUE(app.raw().ends_within(std::chrono::seconds(30)));
    EXPECT_THROW(RawClient again(sim.port("ws")), std::runtime_error);
    EXPECT_EQ(sim.state()["shut_down"], true);
    EXPECT_THAT(sim.call("control", "POST", "/sim/quit"), HasSubstr("\"ok\":true"));
    EXPECT_EQ(sim.end(0).code, 0);
}

TEST(SimProgram, ManyClientsLeaveNoDescriptorBehind) {
    const Sim sim;
    const auto descriptors = [&] {
        const std::filesystem::path folder = "/proc/" + std::to_string(sim.pid()) + "/fd";
        return std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator());
    };
    const auto settle = [&](std::ptrdiff_t wanted) {
        for (int i = 0; i < 2000 && descriptors() > wanted; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return descriptors();
    };
    const std::ptrdiff_t before = descriptors();
    for (int i = 0; i < 200; ++i) {
        {
            App app(sim);
            if (i % 2 == 0) app.raw().send(client_frame(FrameKind::text, R"({"interface":10022,"camId":0})"));
        }
        if (i % 20 == 19) {
            EXPECT_LE(settle(before), before) << i;
        }
    }
    EXPECT_EQ(sim.state()["network"]["clients"], json::array());
}

TEST(SimProgram, ATakenPortIsToldInWords) {
    const Sim sim;
    const World world;
    const std::string port = std::to_string(sim.port("version"));
    const Finished done = world.run({"sim", "--ports", "ws=0,http=0,control=0,version=" + port});
    EXPECT_EQ(done.code, 1);
    EXPECT_THAT(done.err, HasSubstr("port " + port));
    EXPECT_THAT(done.err, HasSubstr("--ports ws=0"));
}

TEST(SimProgram, ServesItsCardAndItsPictures) {
    const World folder;
    std::filesystem::create_directories(folder / "DWARF_II");
    std::ofstream(folder / "DWARF_II/a.txt") << "on the card";
    const Sim sim({"--card", (folder / "").string()});
    EXPECT_THAT(sim.call("file", "GET", "/file/DWARF_II/a.txt"), EndsWith("on the card"));
    RawClient ftp(sim.port("ftp"));
    EXPECT_THAT(ftp.read_until("\r\n"), StartsWith("220 "));
    RawClient ssh(sim.port("sftp"));
    EXPECT_THAT(ssh.read_until("\r\n"), StartsWith("SSH-2.0-"));
    App app(sim);
    EXPECT_EQ(app.ask(R"({"interface":10000,"camId":0,"binning":1})")["code"], 0);
    RawClient stream(sim.port("http"));
    stream.send("GET /mainstream HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(stream.read_until("\xff\xd9\r\n"), HasSubstr("--dwarf\r\nContent-Type: image/jpeg\r\n"));
    sim.call("control", "POST", "/sim/fault", R"({"name":"card.removed"})");
    EXPECT_THAT(sim.call("file", "GET", "/file/DWARF_II/a.txt"), HasSubstr("404"));
    sim.call("control", "POST", "/sim/fault", R"({"name":"net.drop","for_s":60})");
    EXPECT_TRUE(stream.ends_within(std::chrono::seconds(10)));
    EXPECT_TRUE(ssh.ends_within(std::chrono::seconds(10)));
}

TEST(SimProgram, WithoutJsonItTellsAPersonWhereToConnect) {
    const World world;
    const Finished done = world.run({"sim", "--ports", std::string(kAnyPorts) + ",file=0", "--until", "seconds=0.05"});
    EXPECT_EQ(done.code, 0);
    EXPECT_THAT(done.out, HasSubstr("ws://127.0.0.1:"));
    EXPECT_THAT(done.out, HasSubstr("/sim/state"));
    EXPECT_THAT(done.out, HasSubstr("/file/"));
    EXPECT_THAT(done.out, HasSubstr("sftp://root@127.0.0.1:"));
    EXPECT_THAT(done.err, HasSubstr("Ctrl-C"));
}

TEST(SimProgram, LocalhostIsThisMachine) {
    const World world;
    const Finished done = world.run({"sim", "--ports", kAnyPorts, "--until", "seconds=0.05", "--bind", "localhost",
                                     "--time", "2200-12-31T23:59:59Z", "--seed", "18446744073709551615"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.err.find("--bind"), std::string::npos) << "nobody else reaches it";
}

TEST(SimProgram, WhatCannotBeIsUsage) {
    const World world;
    const auto refused = [&](const std::string& option, const std::string& value) {
        const Finished done = world.run({"sim", "--ports", kAnyPorts, "--until", "seconds=0", option, value});
        EXPECT_EQ(done.code, 2) << option << value << done.err;
        return done.err;
    };
    for (const char* site : {"", "48", "91,9,300", "48,181,300", "48,9,x", "48,9,300,1", "nan,9,300", "4 8,9"})
        EXPECT_THAT(refused("--site", site), HasSubstr("LAT,LON,H")) << site;
    EXPECT_THAT(refused("--time", "yesterday"), HasSubstr("UTC"));
    for (const char* time : {"9999-01-01T00:00:00Z", "2201-01-01T00:00:00Z", "1969-12-31T23:59:59Z"})
        EXPECT_THAT(refused("--time", time), HasSubstr("1970 to 2200")) << time;
    for (const char* seed : {"-1", "1.5", "x", "", "18446744073709551616"})
        EXPECT_THAT(refused("--seed", seed), HasSubstr("whole number")) << seed;
    EXPECT_THAT(refused("--speed", "-1"), HasSubstr("speed"));
    EXPECT_THAT(refused("--persona", "v3"), HasSubstr("v1"));
    EXPECT_THAT(refused("--layout", "v4"), HasSubstr("dwarf3"));
    EXPECT_THAT(refused("--pixels", "8bit"), HasSubstr("x16"));
    EXPECT_EQ(world.run({"sim", "--ports", kAnyPorts, "--until", "frames=3", "--card", "none"}).code, 2);
    EXPECT_EQ(world.run({"sim", "--ports", kAnyPorts, "--truth", "t", "--card", "none"}).code, 2);
    EXPECT_THAT(refused("--bind", "my-laptop"), HasSubstr("my-laptop"));
    for (const char* ports : {"ws", "ws=", "ws=x", "ws=65536", "ws=-1", "usb=1", "ws=0,"})
        EXPECT_EQ(world.run({"sim", "--ports", ports, "--until", "seconds=0"}).code, 2) << ports;
    for (const char* until : {"3", "seconds=", "seconds=-1", "seconds=nan", "frames=0", "frames=x"})
        EXPECT_EQ(world.run({"sim", "--ports", kAnyPorts, "--until", until}).code, 2) << until;
    write_bytes(world / "deep.toml", "a=" + std::string(10'000, '['));
    EXPECT_THAT(refused("--scenario", (world / "deep.toml").string()), HasSubstr("nested deeper"));
    write_bytes(world / "night.toml", "seed = 1\n[[fault]]\nname = \"no.such\"\n");
    EXPECT_THAT(refused("--scenario", (world / "night.toml").string()), HasSubstr("night.toml"));
}

TEST(SimProgram, FillsItsCardAndEndsWithTheFrames) {
    const TempFolder folder;
    Sim sim({"--card", (folder / "card").string(), "--truth", (folder / "truth").string(), "--layout", "2024",
             "--speed", "50", "--time", "2026-01-18T21:04:26Z", "--until", "frames=2"});
    EXPECT_EQ(sim.ready()["card"], (folder / "card").string());
    App app(sim);
    EXPECT_EQ(app.ask(R"({"interface":10000,"camId":0,"binning":1})")["code"], 0);
    EXPECT_EQ(app.ask(R"({"interface":10011,"camId":0,"target":"M 1","exp":10,"gain":80,"binning":1,"count":2,)"
                      R"("name":"DWARF_RAW_1","format":0})")["code"],
              0);
    EXPECT_EQ(sim.end(0).code, 0);
    const std::string session = "DWARF_RAW_M 1_EXP_10_GAIN_80_2023-09-01-00-00-";
    std::filesystem::path found;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "card/DWARF_II/Astronomy")) {
        if (entry.path().filename().string().starts_with(session)) found = entry.path();
    }
    EXPECT_EQ(std::filesystem::file_size(found / "0001.fits"), 4'150'080U);
    EXPECT_EQ(json::parse(read_bytes(found / "shotsInfo.json"))["shotsTaken"], 2);
    EXPECT_TRUE(std::filesystem::exists(found / "stacked.jpg"));
    EXPECT_TRUE(std::filesystem::exists(folder / "card/DWARF_II/Astronomy/DWARF_DARK/exp_10_gain_80_bin_2/0009.fits"));
    const std::filesystem::path truth = folder / "truth" / found.filename();
    EXPECT_EQ(json::parse(read_bytes(truth / "0001.json"))["file"],
              "DWARF_II/Astronomy/" + found.filename().string() + "/0001.fits");
    EXPECT_TRUE(std::filesystem::exists(truth / "truth.npz"));
}

TEST(SimProgram, ACardOfItsOwnGoesWithIt) {
    std::filesystem::path card;
    {
        Sim sim({"--card", ""});
        card = sim.ready()["card"].get<std::string>();
        EXPECT_TRUE(std::filesystem::exists(card / "DWARF_II/Astronomy/test_vega.jpeg"));
        EXPECT_EQ(sim.end(SIGTERM).code, 0);
    }
    EXPECT_FALSE(std::filesystem::exists(card));
    EXPECT_FALSE(Sim().ready().contains("card")) << "--card none";
}

// The scenario that docs/sim.md shows, word for word.
TEST(SimProgram, TheDocumentedScenarioIsTaken) {
    const std::string page = read_bytes(std::filesystem::path(NIGHTSTACK_SOURCE_DIR) / "docs/sim.md");
    const std::size_t begin = page.find("    seed = "), end = page.find("\n|", begin);
    ASSERT_NE(end, std::string::npos);
    const World world;
    write_bytes(world / "docs.toml", page.substr(begin, end - begin));
    const Sim sim({"--scenario", (world / "docs.toml").string(), "--speed", "600"});
    EXPECT_EQ(sim.state()["faults"].size(), 2U);
    EXPECT_EQ(sim.state()["seed"], 3);
    App app(sim);
    EXPECT_TRUE(app.raw().ends_within(std::chrono::seconds(30))) << "the access point goes away";
}

// python3-websockets, a test package.
TEST(SimProgram, AnIndependentClientFindsTheEmptyPong) {
    const Sim sim;
    const std::string out = (sim.world() / "python").string();
    const int status = std::system(("/usr/bin/python3 '" NIGHTSTACK_SOURCE_DIR "/tests/tools/sim_client.py' " +
                                    std::to_string(sim.port("ws")) + " > '" + out + "' 2>&1")
                                       .c_str());
    EXPECT_EQ(status, 0);
    EXPECT_EQ(read_bytes(out), "as the real scope\n");
}

}  // namespace
}  // namespace nightstack::test

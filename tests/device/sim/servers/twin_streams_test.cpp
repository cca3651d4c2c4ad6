// SPDX-License-Identifier: MIT
// Streams and card of a twin on the network, seen by ffmpeg, curl and bytes.
#include "device/sim/servers/twin_streams.h"

#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "device/sim/servers/card_servers.h"
#include "device/sim/servers/test_card.h"
#include "tests/io/http/raw_client.h"
#include "tests/io/served/shell.h"
#include "tests/support/temp_folder.h"

namespace nightstack::device::sim {
namespace {

using io::test::RawClient;
using testing::HasSubstr;
using testing::Not;

// Everything on the loop's thread but construction.
class Streams {
public:
    explicit Streams(StreamState at_first = {})
        : state(at_first),
          streams(loop, {[this] { return state; }, [this](std::string_view name) { return strikes(name); },
                         [this] { return now; }, [this] { return frames; }, nullptr}),
          server(std::in_place, loop, io::HttpServerOptions{}, handlers()) {}
    ~Streams() {
        server.reset();
        loop.stop();
    }
    void set(const std::function<void()>& change) { loop.run(change); }
    std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(server->port()) + path;
    }
    // All of a stream that shows so many pictures and ends then.
    std::string look(const std::string& path, int pictures) {
        set([&] { pictures_left = pictures; });
        RawClient client = open(path);
        for (int left = 1; left > 0; std::this_thread::sleep_for(std::chrono::milliseconds(5)))
            set([&] { left = pictures_left; });
        set([&] { state.reachable = false; });
        const std::string all = client.read_all();
        set([&] { state.reachable = true; });
        return all;
    }
    RawClient open(const std::string& path) const {
        RawClient client(server->port());
        client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
        return client;
    }

    io::ServerLoop loop;
    StreamState state;
    std::set<std::string> faults;
    SimTime now{0};
    int frames = 0;
    int pictures_left = 1'000'000;  // then it stalls
    TwinStreams streams;
    std::optional<io::HttpServer> server;

private:
    bool strikes(std::string_view name) {
        if (name == "mjpeg.stall" && pictures_left-- <= 0) return true;
        return faults.contains(std::string(name));
    }
    io::HttpHandlers handlers() {
        io::HttpHandlers out;
        out.request = [this](const io::HttpRequest& request) -> std::optional<io::HttpResponse> {
            auto answer = streams.answer(request.path());
            return answer ? std::move(*answer) : io::HttpResponse{404, "text/plain", "", {}};
        };
        return out;
    }
};

StreamState both_open() {
    StreamState state;
    state.tele_open = state.wide_open = true;
    return state;
}

TEST(TwinStreams, FfmpegReadsTenPictures) {
    if (!io::test::has_program("ffmpeg")) GTEST_SKIP() << "no ffmpeg";
    const Streams s(both_open());
    for (const char* path : {"/mainstream", "/thirdstream"}) {
        const auto said = io::test::shell("ffmpeg -v error -i " + s.url(path) + " -frames:v 10 -f framemd5 -");
        EXPECT_EQ(said.status, 0) << said.output;
        std::set<std::string> sums;
        std::istringstream lines(said.output);
        for (std::string line; std::getline(lines, line);)
            if (line.starts_with("0,")) sums.insert(line.substr(line.rfind(',')));
        EXPECT_EQ(sums.size(), 10U) << said.output;  // every one another picture
        EXPECT_THAT(said.output, HasSubstr("480x270"));
    }
}

TEST(TwinStreams, NothingComesBeforeTheCameraIsOpen) {
    Streams s;
    RawClient client = s.open("/mainstream");
    EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("multipart/x-mixed-replace; boundary=dwarf"));
    EXPECT_FALSE(client.ends_within(std::chrono::milliseconds(150)));
    s.set([&] {
        s.state.tele_open = true;
        s.pictures_left = 1;
    });
    EXPECT_THAT(client.read_until("\xff\xd9\r\n"),
                HasSubstr("--dwarf\r\nContent-Type: image/jpeg\r\nContent-Length: "));
}

TEST(TwinStreams, WhichPathIsWhichDependsOnTheFirmware) {
    Streams s(both_open());
    EXPECT_THAT(s.open("/secondstream").read_until("\r\n\r\n"), HasSubstr("404"));
    EXPECT_THAT(s.open("/rawstream").read_until("\r\n\r\n"), HasSubstr("200"));
    s.set([&] {
        s.state.v2 = true;
        s.state.sockets = 1;
    });
    EXPECT_THAT(s.open("/thirdstream").read_until("\r\n\r\n"), HasSubstr("404"));
    EXPECT_THAT(s.open("/rawstream").read_until("\r\n\r\n"), HasSubstr("404"));
    RawClient client = s.open("/secondstream");
    EXPECT_FALSE(client.ends_within(std::chrono::milliseconds(150)));
    s.set([&] {
        s.state.sockets = 0;
        s.now = SimTime(60'500);
    });
    EXPECT_TRUE(client.ends_within(std::chrono::seconds(10)));  // a minute after the last WebSocket
}

TEST(TwinStreams, RawShowsOnePictureForEachFrame) {
    Streams s(both_open());
    RawClient client = s.open("/rawstream");
    client.read_until("\r\n\r\n");
    EXPECT_FALSE(client.ends_within(std::chrono::milliseconds(120)));
    for (int i = 1; i <= 3; ++i) {
        s.set([&] { s.frames = i; });
        const std::string part = client.read_until("\xff\xd9\r\n");
        EXPECT_EQ(part.find("--dwarf"), part.rfind("--dwarf"));
    }
}

TEST(TwinStreams, ShowsTheHabitsItIsToldTo) {
    Streams s(both_open());
    s.set([&] { s.faults = {"mjpeg.no_length", "mjpeg.size"}; });
    const std::string part = s.look("/mainstream", 1);
    EXPECT_THAT(part, Not(HasSubstr("Content-Length")));
    EXPECT_THAT(part, HasSubstr(std::string("\xff\xc0\x00\x11\x08\x02\xd0\x05\x00", 9)));  // SOF0: 720 rows of 1280
    EXPECT_THAT(part, testing::EndsWith("\xff\xd9\r\n"));
    s.set([&] { s.faults = {"mjpeg.truncate"}; });
    const std::string cut = s.look("/thirdstream", 1);
    EXPECT_THAT(cut, Not(testing::EndsWith("\xff\xd9\r\n")));
    EXPECT_LT(cut.size(), test_card(480, 270, 1, 0, SimTime(0)).size() * 3 / 4);
    s.set([&] { s.faults = {"mjpeg.empty"}; });
    EXPECT_THAT(s.open("/mainstream").read_all(), testing::EndsWith("\r\n\r\n"));
    s.set([&] { s.faults = {"mjpeg.stall"}; });
    RawClient stalled = s.open("/thirdstream");
    EXPECT_THAT(stalled.read_until("\r\n\r\n"), HasSubstr("200 OK"));
    EXPECT_FALSE(stalled.ends_within(std::chrono::milliseconds(120)));
    s.set([&] { s.state.reachable = false; });
    EXPECT_TRUE(stalled.ends_within(std::chrono::seconds(10)));
}

TEST(CardServers, ShowTheSameCardOnThreePortsWhileItIsIn) {
    nightstack::test::TempFolder root;
    std::filesystem::create_directories(root / "DWARF_II");
    std::ofstream(root / "DWARF_II/a.fits") << "0123456789";
    io::ServerLoop loop;
    CardServersOptions options;
    options.folder = root.path();
    options.file = options.sftp = options.ftp = 0;
    CardServers card(loop, options);
    const auto http = [&] {
        RawClient client(card.file());
        client.send("GET /file/DWARF_II/a.fits HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        return client.read_all();
    };
    const auto ftp = [&] {
        RawClient client(card.ftp());
        client.send("USER ftp\r\nPASS rockchip\r\nSIZE DWARF_II/a.fits\r\nQUIT\r\n");
        return client.read_all();
    };
    EXPECT_THAT(http(), testing::EndsWith("0123456789"));
    EXPECT_THAT(ftp(), HasSubstr("213 10"));
    RawClient ssh(card.sftp());
    EXPECT_THAT(ssh.read_until("\r\n"), HasSubstr("SSH-2.0-"));
    card.show(false);
    EXPECT_THAT(http(), HasSubstr("404"));
    EXPECT_THAT(ftp(), HasSubstr("550"));
    card.show(true);
    card.reach(false);
    EXPECT_EQ(http(), "");
    EXPECT_TRUE(ssh.ends_within(std::chrono::seconds(10)));
    // Nobody is there: that is not a card without files.
    EXPECT_EQ(RawClient(card.ftp()).read_all(), "");
    EXPECT_EQ(RawClient(card.sftp()).read_all(), "");
    card.reach(true);
    EXPECT_THAT(ftp(), HasSubstr("213 10"));
}

}  // namespace
}  // namespace nightstack::device::sim

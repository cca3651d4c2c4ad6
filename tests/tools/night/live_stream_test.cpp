// SPDX-License-Identifier: MIT
// `nightstack live --stream` by servers that are not ours: ffmpeg, and Python's http.server.
#include <gmock/gmock.h>

#include <sys/wait.h>
#include <unistd.h>
#include <chrono>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "tests/support/real_data.h"
#include "tests/support/small_night.h"
#include "tests/tools/night/live_calls.h"
#include "tests/tools/night/stream/star_stream.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

// Another program, as long as this lives.
class Beside {
public:
    explicit Beside(const std::string& command) : pid_(::fork()) {
        if (pid_ != 0) return;
        ::setpgid(0, 0);
        ::execl("/bin/sh", "sh", "-c", ("exec " + command).c_str(), nullptr);
        ::_exit(127);
    }
    ~Beside() { end(); }
    void end() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }
    void stand_still() const { ::kill(pid_, SIGSTOP); }
    void go_on() const { ::kill(pid_, SIGCONT); }

private:
    pid_t pid_;
};

class LiveStream : public testing::Test {
protected:
    fs::path session() const { return world_ / "night"; }
    Words live(const std::string& url, const Words& more = {}) const {
        return with({"live", "--stream", url, "--session", session().string(), "--threads", "2"}, more);
    }
    nlohmann::json report() const { return read_json(result_of(session(), ".json")); }

    // Python's own server: the JPEGs of a folder in turn, without end, one every `pace` seconds.
    std::string python(const fs::path& folder, double pace, int port = 0) const {
        std::ofstream(world_ / "server.py") << R"(
import http.server, pathlib, sys, time
folder, pace, port, told = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
pictures = [p.read_bytes() for p in sorted(pathlib.Path(folder).iterdir())]
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header('Content-Type', 'multipart/x-mixed-replace; boundary=frame')
        self.end_headers()
        try:
            while True:
                for picture in pictures:
                    self.wfile.write(b'--frame\r\nContent-Type: image/jpeg\r\n\r\n' + picture + b'\r\n')
                    time.sleep(pace)
        except OSError:
            pass
    def log_message(self, *words): pass
http.server.ThreadingHTTPServer.allow_reuse_address = True
server = http.server.ThreadingHTTPServer(('127.0.0.1', port), Answer)
pathlib.Path(told + '.new').write_text(str(server.server_address[1]))
pathlib.Path(told + '.new').rename(told)
server.serve_forever()
)";
        fs::remove(world_ / "port");
        return "/usr/bin/python3 '" + (world_ / "server.py").string() + "' '" + folder.string() + "' " +
               std::to_string(pace) + " " + std::to_string(port) + " '" + (world_ / "port").string() + "'";
    }
    int port() const {
        EXPECT_TRUE(eventually([&] { return fs::exists(world_ / "port"); }));
        return std::stoi(read_bytes(world_ / "port"));
    }
    fs::path folder_of(int pictures) const {
        fs::create_directories(world_ / "pictures");
        int number = 100;
        for (const std::string& jpeg : star_pictures(pictures))
            write_bytes(world_ / "pictures" / (std::to_string(number++) + ".jpg"), jpeg);
        return world_ / "pictures";
    }
    std::string address() const { return "http://127.0.0.1:" + std::to_string(port()) + "/video"; }
    bool told(const std::string& name, const std::string& words) const {
        return eventually([&] { return read_bytes(world_ / (name + ".err")).find(words) != std::string::npos; });
    }

    World world_;
};

// A port that nobody has at the moment.
int free_port() {
    const io::test::StreamServer server([](io::test::StreamPeer&) {});
    return server.port();
}

TEST_F(LiveStream, TheRealSequenceByFfmpegIsTheStackOfItsFilm) {
    const auto data = real_data_folder();
    if (!data) GTEST_SKIP() << kNoRealData;
    const fs::path set = *data / "ols-sim-jpeg";
    const Finished film = world_.stack({set.string(), "--method", "stream", "--group", "3", "--threads", "2"});
    ASSERT_EQ(film.code, 0) << film.err;
    const std::string url = "http://127.0.0.1:" + std::to_string(free_port()) + "/";
    const Beside ffmpeg("ffmpeg -hide_banner -loglevel error -re -framerate 6 -start_number 0 -i '" + set.string() +
                        "/frame_%08d.jpeg' -c:v copy -f mpjpeg -content_type "
                        "'multipart/x-mixed-replace;boundary=ffmpeg' -listen 1 " +
                        url);
    const Finished done = world_.run(live(url, {"--group", "3", "--until", "frames=9"}));
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(sha256_of(result_of(session(), ".fits")), sha256_of(world_.result()));
    EXPECT_EQ(report()["counts"], world_.report()["counts"]);
    EXPECT_EQ(report()["groups"], world_.report()["groups"]);
    EXPECT_EQ(report()["stream"]["missed"], 0);
    EXPECT_FALSE(result_of(session(), ".html").empty());
    EXPECT_FALSE(result_of(session(), ".png").empty());
}

TEST_F(LiveStream, CtrlCEndsItWithItsProducts) {
    const Beside server(python(folder_of(12), 0.02));
    const pid_t pid = world_.start(live(address(), {"--group", "4", "--json", "--target", "M 42"}), "live");
    ASSERT_TRUE(
        eventually([&] { return read_bytes(world_ / "live.out").find(R"("event":"stack")") != std::string::npos; }));
    ::kill(pid, SIGINT);
    const Finished done = world_.wait(pid, "live");
    EXPECT_EQ(done.code, 130) << done.err;
    const nlohmann::json last = nlohmann::json::parse(lines_of(done.out).back());
    EXPECT_EQ(last["event"], "done");
    const nlohmann::json& c = last["counts"];
    EXPECT_GT(c["stacked"], 0);
    EXPECT_EQ(c["under_way"], 0);
    EXPECT_EQ(c["in"].get<int>(),
              c["stacked"].get<int>() + c["rejected"].get<int>() + c["dropped"].get<int>() + c["failed"].get<int>());
    for (const char* counted : {"in", "stacked", "rejected", "dropped", "failed"})
        EXPECT_EQ(report()["counts"][counted], c[counted]) << counted;
    EXPECT_THAT(result_of(session(), ".fits").filename().string(), testing::StartsWith("M_42_"));
    const Finished again = world_.run({"live", "--resume", session().string()});
    EXPECT_EQ(again.code, 2);
    EXPECT_THAT(again.err, HasSubstr("finished"));
}

// It is known at once, or within 5 s where nothing tells of it, and gone on with within 10 s.
TEST_F(LiveStream, AServerThatDiesAndOneThatStandsStillAreWaitedFor) {
    const fs::path pictures = folder_of(30);
    std::optional<Beside> server;
    server.emplace(python(pictures, 0.03));
    const int at = port();
    const pid_t pid = world_.start(live(address(), {"--group", "5", "--lost-after", "2", "--json"}), "live");
    ASSERT_TRUE(told("live", "stacked"));
    server->end();
    ASSERT_TRUE(told("live", "the stream broke off"));
    server.emplace(python(pictures, 0.03, at));
    ASSERT_TRUE(told("live", "the stream is there, after"));
    server->stand_still();
    ASSERT_TRUE(told("live", "the stream is silent"));
    std::this_thread::sleep_for(2s);
    server->go_on();
    EXPECT_TRUE(
        eventually([&] { return count_lines(read_bytes(world_ / "live.err"), "the stream is there, after") == 2; }));
    const auto grown = [&] { return count_lines(read_bytes(world_ / "live.out"), R"("event":"stack")"); };
    EXPECT_TRUE(eventually([&, before = grown()] { return grown() > before; }));
    ::kill(pid, SIGTERM);
    EXPECT_EQ(world_.wait(pid, "live").code, 143);
    EXPECT_GE(report()["stream"]["connections"], 2);
}

TEST_F(LiveStream, WithoutAPictureThereIsAReportOfThat) {
    const std::string url = "http://127.0.0.1:" + std::to_string(free_port()) + "/";
    const Finished done = world_.run(live(url, {"--until", "seconds=1"}));
    EXPECT_EQ(done.code, 3) << done.err;
    EXPECT_THAT(done.err, HasSubstr("no stream yet: connecting: Connection refused"));
    EXPECT_EQ(report()["counts"]["in"], 0);
}

TEST_F(LiveStream, ANightThatWasKilledIsNotTakenForOneThatGoesOn) {
    const Beside server(python(folder_of(12), 0.02));
    const pid_t pid = world_.start(live(address()), "live");
    ASSERT_TRUE(told("live", "the night:"));
    ::kill(pid, SIGKILL);
    world_.wait(pid, "live");
    for (const Words& words : {Words{"live", "--resume", session().string()}, live(address())}) {
        const Finished done = world_.run(words);
        EXPECT_EQ(done.code, 2) << done.err;
        EXPECT_THAT(done.err, HasSubstr("cannot be played again"));
    }
}

TEST_F(LiveStream, RefusesInALineWhatItCannotDo) {
    const std::string url = "http://127.0.0.1:9/";
    const std::vector<Words> calls = {live(url, {"--finish"}),
                                      live(url, {"--darks", "x"}),
                                      live(url, {"--no-drive"}),
                                      live(url, {"--count", "5"}),
                                      live(url, {"--checkpoint", "5"}),
                                      live(url, {"--until", "now"}),
                                      live(url, {"--watch", world_.path().string()}),
                                      live(url, {"--scope", "127.0.0.1"}),
                                      live(url, {"--memory", "60M"}),
                                      live(url, {"--lucky", "0"}),
                                      live("rtsp://cam/"),
                                      {"live", "--resume", session().string(), "--stream", url},
                                      {"live", "--replay", world_.path().string(), "--group", "4"}};
    for (const Words& words : calls) {
        const Finished done = world_.run(words);
        EXPECT_EQ(done.code, 2) << words.back() << ": " << done.err;
        EXPECT_EQ(lines_of(done.err).size(), 1U) << done.err;
        EXPECT_FALSE(fs::exists(session())) << words.back();
    }
}

}  // namespace
}  // namespace nightstack::test

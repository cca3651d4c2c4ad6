// SPDX-License-Identifier: MIT
// `nightstack fetch` against a real OpenSSH server, with a card as a DWARF II writes it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <thread>

#include "tests/io/fetch/memory_card.h"
#include "tests/support/remote/sshd.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using io::test::everything_below;
using io::test::fits_bytes;
using io::test::MemoryCard;
using io::test::shots_info;
using nlohmann::json;
using testing::HasSubstr;
using namespace std::chrono_literals;

const std::string kNight = "DWARF_RAW_M1_EXP_15_GAIN_80_2024-01-18-21-04-26-954";
const std::string kFolder = "DWARF_II/Astronomy/" + kNight + "/";

void write_file(const fs::path& path, const std::string& bytes) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

struct FetchProgram : testing::Test {
    Words words(Words more) const {
        Words all{"fetch",
                  "--host",
                  "127.0.0.1",
                  "--protocol",
                  "sftp",
                  "--port",
                  std::to_string(server.port()),
                  "--root",
                  card.string(),
                  "--sftp-user",
                  test_user(),
                  "--sftp-key",
                  server.client_key().string()};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    Finished fetch(const Words& more, CallOptions options = {}) const {
        Words all{"--to", mirror.string(), "--json"};
        all.insert(all.end(), more.begin(), more.end());
        options.environment.emplace_back("NIGHTSTACK_RESERVE", "0");
        return world.run(words(all), options);
    }
    void put_session(int frames, int width, int height) {
        io::test::add_session(memory, kNight, frames, width, height);
        memory.files["DWARF_II/Astronomy/DWARF_DARK/exp_15_gain_80_bin_1/0000.fits"] = {fits_bytes(40, 30, 99)};
        memory.files["DWARF_II/Normal_Photos/DWARF_TELE_2024-01-18-20-04-26-954.jpg"] = {io::test::noise(3000, 3)};
        for (const auto& [name, file] : memory.files) write_file(card / name, file.bytes);
        write_file(card / "DWARF_II/data/device.db", "not wanted");
    }
    // Of one kind of event.
    static std::vector<json> events(const Finished& done, const std::string& kind) {
        std::vector<json> found;
        for (const std::string& line : lines_of(done.out))
            if (json event = json::parse(line); event["event"] == kind) found.push_back(std::move(event));
        return found;
    }
    void expect_mirrored() const {
        const auto there = everything_below(card), here = everything_below(mirror);
        for (const auto& [name, bytes] : there) {
            if (name.find("data") != std::string::npos) continue;
            EXPECT_TRUE(here.contains(name) && here.at(name) == bytes) << name;
        }
    }

    const World world;
    const Sshd server;
    const fs::path card = server.home() / "card", mirror = world / "mirror";
    MemoryCard memory;
};

TEST_F(FetchProgram, AllIsNewThenAllIsSame) {
    put_session(5, 200, 100);
    const Finished first = fetch({});
    ASSERT_EQ(first.code, 0) << first.err;
    const auto files = events(first, "file");
    ASSERT_EQ(files.size(), memory.files.size());
    std::set<std::string> names;
    for (const json& file : files) {
        EXPECT_EQ(file.size(), 5U);  // event, name, bytes, sha256, state
        EXPECT_EQ(file["state"], "new");
        names.insert(file["name"]);
        const fs::path there = card / std::string(file["name"]);
        EXPECT_EQ(file["bytes"], fs::file_size(there));
        EXPECT_EQ(file["sha256"], sha256_of(there));
    }
    EXPECT_EQ(names.size(), files.size());
    expect_mirrored();
    EXPECT_FALSE(fs::exists(mirror / "DWARF_II/data"));
    EXPECT_THAT(first.err, HasSubstr("is trusted from now on"));
    const Finished second = fetch({"--once"});
    ASSERT_EQ(second.code, 0) << second.err;
    for (const json& file : events(second, "file")) EXPECT_EQ(file["state"], "same");
    const json last = events(second, "fetch").at(0);
    EXPECT_EQ(last["same"], memory.files.size());
    EXPECT_EQ(last["received_bytes"], 0);
    const Finished listed = world.run(words({"--list"}));
    EXPECT_EQ(listed.code, 0) << listed.err;
    EXPECT_THAT(listed.out, HasSubstr(kNight));
    EXPECT_EQ(lines_of(listed.out).size(), 3U);
    EXPECT_THAT(listed.out, testing::Not(HasSubstr("here")));
}

TEST_F(FetchProgram, TheListTellsWhatIsNew) {
    put_session(3, 200, 100);
    const auto listed = [&] { return world.run(words({"--list", "--to", mirror.string()})); };
    const auto night = [&] {
        for (const json& group : events(world.run(words({"--list", "--json", "--to", mirror.string()})), "group"))
            if (group["kind"] == "session") return group;
        return json();
    };
    EXPECT_THAT(listed().out, HasSubstr("8 new"));
    EXPECT_FALSE(fs::exists(mirror));  // looking makes nothing
    ASSERT_EQ(fetch({}).code, 0);
    const Finished all = listed();
    EXPECT_EQ(all.code, 0) << all.err;
    EXPECT_EQ(count_lines(all.out, "all here"), 3U) << all.out;
    EXPECT_THAT(all.err, HasSubstr("10 files are here already; 0 are new"));
    EXPECT_EQ(night()["new"], 0);
    EXPECT_EQ(night()["here"], 8);
    write_file(card / (kFolder + "0003.fits"), fits_bytes(200, 100, 55));
    EXPECT_EQ(night()["new"], 1);
    EXPECT_EQ(night()["new_bytes"], fs::file_size(card / (kFolder + "0003.fits")));
    EXPECT_THAT(listed().out, HasSubstr("1 new"));
    const pid_t follower = world.start(words({"--to", mirror.string(), "--reserve", "0", "--follow"}), "follow");
    std::this_thread::sleep_for(500ms);
    EXPECT_EQ(listed().code, 0);  // also while another one fetches into it
    ::kill(follower, SIGINT);
    world.wait(follower, "follow");
}

TEST_F(FetchProgram, ExitCodesTellWhatWentWrong) {
    put_session(1, 40, 30);
    EXPECT_EQ(world.run(words({})).code, 2);  // no --to
    EXPECT_EQ(world.run({"fetch", "--to", mirror.string(), "--protocol", "gopher"}).code, 2);
    EXPECT_EQ(fetch({"--until", "whenever"}).code, 2);
    EXPECT_EQ(fetch({"--session", "nobody"}).code, 2);
    const Finished reserved = fetch({"--reserve", "1000000G"});
    EXPECT_EQ(reserved.code, 6) << reserved.err;
    EXPECT_THAT(reserved.err, HasSubstr("are kept free"));
    write_file(card / (kFolder + "0008.fits"), fits_bytes(300, 300, 8));
    CallOptions small;
    small.file_size_limit = 100'000;
    const Finished full = fetch({}, small);
    EXPECT_EQ(full.code, 6) << full.err;
    EXPECT_EQ(events(full, "fetch").at(0)["ending"], "disk full");
    write_file(card / (kFolder + "0009.fits"), "this is no frame at all, whatever it is called");
    const Finished some = fetch({});
    EXPECT_EQ(some.code, 4) << some.err;
    EXPECT_THAT(some.err, HasSubstr("0009.fits"));
    EXPECT_FALSE(fs::exists(mirror / (kFolder + "0009.fits")));
    CallOptions wrong;
    wrong.environment = {{"NIGHTSTACK_SFTP_PASSWORD", "not this one"}};
    const Finished refused =
        world.run({"fetch", "--to", mirror.string(), "--host", "127.0.0.1", "--ports",
                   "sftp=" + std::to_string(server.port()), "--root", card.string(), "--sftp-user", test_user()},
                  wrong);
    EXPECT_EQ(refused.code, 5) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("password refused for " + test_user() + "@127.0.0.1"));
}

TEST_F(FetchProgram, NoScopeAtAllIsSaidSoon) {
    const auto begin = std::chrono::steady_clock::now();
    const Finished nobody = world.run(
        {"fetch", "--to", mirror.string(), "--host", "127.0.0.1", "--ports", "sftp=" + std::to_string(free_port())});
    EXPECT_EQ(nobody.code, 5);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 30s);
}

TEST_F(FetchProgram, TheScopesProfileIsFound) {
    put_session(1, 40, 30);
    write_file(world.config(),
               "[scope]\nprofile = \"garden\"\nsite = \"48,11\"\n[scope.garden]\nhost = \"127.0.0.1\"\n"
               "ports = \"sftp=" +
                   std::to_string(server.port()) + "\"\n[fetch]\nroot = \"" + card.string() + "\"\nsftp-user = \"" +
                   test_user() + "\"\nsftp-key = \"" + server.client_key().string() + "\"\n");
    const Finished listed = world.run({"fetch", "--list", "--json"});
    EXPECT_EQ(listed.code, 0) << listed.err;
    EXPECT_EQ(events(listed, "group").size(), 3U);
    EXPECT_EQ(world.run({"fetch", "--list", "--profile", "attic"}).code, 2);
}

// A capture in a process of its own: frames that grow, and the scope's account of them.
pid_t start_capture(const fs::path& card, int frames) {
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    for (int i = 0; i < frames; ++i) {
        const std::string bytes = fits_bytes(400, 300, static_cast<unsigned>(i + 7));
        std::ofstream frame(card / (kFolder + "010" + std::to_string(i) + ".fits"), std::ios::binary);
        frame << bytes.substr(0, 100'000) << std::flush;
        ::usleep(150'000);
        frame << bytes.substr(100'000) << std::flush;
        frame.close();
        std::ofstream(card / (kFolder + "shotsInfo.json")) << shots_info(i + 1, frames);
        ::usleep(250'000);
    }
    ::_exit(0);
}

TEST_F(FetchProgram, FollowsACaptureAndEndsWithCtrlC) {
    put_session(2, 40, 30);
    Words all{"--to", mirror.string(), "--reserve", "0", "--json", "--follow", "--until", "never"};
    const pid_t follower = world.start(words(all), "follow");
    const pid_t writer = start_capture(card, 6);
    const auto end = std::chrono::steady_clock::now() + 40s;
    const auto whole = [&](int i) {
        const fs::path frame = mirror / (kFolder + "010" + std::to_string(i) + ".fits");
        return fs::exists(frame) && sha256_of(frame) == sha256_of(card / (kFolder + frame.filename().string()));
    };
    while (!whole(5) && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(50ms);
    ::waitpid(writer, nullptr, 0);
    ::kill(follower, SIGINT);
    const Finished done = world.wait(follower, "follow");
    EXPECT_EQ(done.code, 130) << done.err;
    for (int i = 0; i < 6; ++i) EXPECT_TRUE(whole(i)) << i;
    EXPECT_THAT(events(done, "fetch").at(0)["ending"], "interrupted");
    EXPECT_EQ(fetch({}).code, 0);
    expect_mirrored();
}

TEST_F(FetchProgram, FollowsUntilTheCaptureIsOver) {
    put_session(1, 40, 30);
    Words all{"--to", mirror.string(), "--reserve", "0", "--json", "--follow"};
    const pid_t follower = world.start(words(all), "follow");
    std::this_thread::sleep_for(1s);
    const pid_t writer = start_capture(card, 3);
    ::waitpid(writer, nullptr, 0);
    const Finished done = world.wait(follower, "follow");
    EXPECT_EQ(done.code, 0) << done.err;
    expect_mirrored();
}

// Whatever moment it dies in: no file that is not whole has its name, and the next run makes all of it whole.
TEST_F(FetchProgram, KilledAtAnyMomentItGoesOn) {
    put_session(30, 700, 500);
    std::mt19937 random(11);
    std::size_t resumed = 0;
    for (int i = 0; i < 8; ++i) {
        const pid_t pid = world.start(words({"--to", mirror.string(), "--reserve", "0", "--json"}), "killed");
        std::this_thread::sleep_for(std::chrono::milliseconds(100 + random() % 900));
        ::kill(pid, SIGKILL);
        world.wait(pid, "killed");
        fs::create_directories(mirror);
        for (const auto& [name, bytes] : everything_below(mirror)) {
            const auto there = memory.files.find(name);
            ASSERT_TRUE(there == memory.files.end() || there->second.bytes == bytes) << name;
        }
    }
    const Finished last = fetch({});
    EXPECT_EQ(last.code, 0) << last.err;
    for (const json& file : events(last, "file")) resumed += file["state"] == "resumed";
    EXPECT_LE(resumed, 2U);
    expect_mirrored();
    EXPECT_TRUE(files_ending(mirror, ".part").empty());
    EXPECT_TRUE(files_ending(mirror, ".kept-1").empty());
}

}  // namespace
}  // namespace nightstack::test

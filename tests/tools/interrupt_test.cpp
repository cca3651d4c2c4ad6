// SPDX-License-Identifier: MIT
// Signals and full disks in the middle of a run: the right exit code, and nothing half-written.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::SizeIs;

bool ended(pid_t pid) {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

// Stops the program as soon as `seen` says so, then sends the signal; false when it was too quick.
template <class Seen>
bool signal_when(pid_t pid, int signal, const Seen& seen) {
    while (!ended(pid)) {
        if (seen()) {
            ::kill(pid, SIGSTOP);
            const bool still = seen() && !ended(pid);
            ::kill(pid, signal);
            ::kill(pid, SIGCONT);
            return still;
        }
        std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    return false;
}

// The program needs up to 50 ms to hear a signal, so the night must last longer than that.
SmallNightOptions long_night() {
    SmallNightOptions o;
    o.width = 960;
    o.height = 640;
    o.frames = 8;
    o.darks = 4;
    return o;
}

// A file of this name and some more is being written.
bool being_written(const World& world, const std::string& name) {
    const auto parts = files_ending(world.path(), ".part");
    return std::any_of(parts.begin(), parts.end(),
                       [&](const fs::path& p) { return p.string().find(name) != std::string::npos; });
}

// `phase`: a word on stderr, or the name of a product that is being written.
void expect_clean_end(int signal, const std::string& phase) {
    const World world;
    const SmallNight night = write_small_night(world.path(), long_night());
    for (int attempt = 0; attempt < 8; ++attempt) {
        const pid_t pid = world.start({"stack", night.session.string(), "--output", world.result().string(), "--force",
                                       "--threads", "1", "--warp", "lanczos", "--tiff"},
                                      "call");
        const bool caught = signal_when(pid, signal, [&] {
            if (phase.find("result.") == 0) return being_written(world, phase);
            return read_bytes(world / "call.err").find(phase) != std::string::npos;
        });
        const Finished done = world.wait(pid, "call");
        EXPECT_THAT(files_ending(world.path(), ".part"), SizeIs(0));
        if (!caught || done.code == 0) continue;  // it was done before it heard
        EXPECT_EQ(done.code, 128 + signal) << done.err;
        EXPECT_THAT(done.err, HasSubstr("interrupted"));
        for (const char* ending : {"result.fits", "result.png", "result.tif", "result.json"}) {
            if (attempt > 0) continue;  // of a run that was too quick
            EXPECT_THAT(files_ending(world.path(), ending), SizeIs(0));
        }
        return;
    }
    FAIL() << "the run was always over before the signal came";
}

TEST(Interrupt, TermWhileMeasuring) { expect_clean_end(SIGTERM, "measuring"); }

TEST(Interrupt, CtrlCWhileWriting) { expect_clean_end(SIGINT, "result.fits"); }

TEST(Interrupt, TermWhileWriting) { expect_clean_end(SIGTERM, "result.fits"); }

TEST(Interrupt, CtrlCWhileWritingThePng) { expect_clean_end(SIGINT, "result.png"); }

TEST(Interrupt, TermWhileWritingTheTiff) { expect_clean_end(SIGTERM, "result.tif"); }

// Large files of nothing take long to hash and no room.
TEST(Interrupt, CtrlCWhileHashing) {
    const World world;
    fs::create_directories(world / "night");
    for (const char* name : {"night/a.fits", "night/b.fits", "night/c.fits"}) {
        write_bytes(world / name, "SIMPLE");
        fs::resize_file(world / name, std::uintmax_t{16} << 30);
    }
    const pid_t pid = world.start({"stack", (world / "night").string(), "--output", world.result().string()}, "call");
    while (read_bytes(world / "call.err").find("session") == std::string::npos && !ended(pid))
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    const auto sent = std::chrono::steady_clock::now();
    ::kill(pid, SIGINT);
    const Finished done = world.wait(pid, "call");
    EXPECT_LT(std::chrono::steady_clock::now() - sent, std::chrono::seconds(2));
    EXPECT_EQ(done.code, 130) << done.err;
}

TEST(DiskFull, AFileThatMayNotGrowIsExitSixAndLeavesNothing) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    CallOptions small;
    small.file_size_limit = 300'000;
    const Finished done = world.stack({night.session.string()}, small);
    EXPECT_EQ(done.code, 6) << done.err;
    EXPECT_EQ(count_lines(done.err, "result.fits"), 1u) << done.err;
    EXPECT_FALSE(fs::exists(world.result()));
    EXPECT_THAT(files_ending(world.path(), ".part"), SizeIs(0));
}

TEST(DiskFull, WhatStoodThereBeforeStays) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    ASSERT_EQ(world.stack({night.session.string()}).code, 0);
    const std::string before = sha256_of(world.result());
    CallOptions small;
    small.file_size_limit = 300'000;
    EXPECT_EQ(world.stack({night.session.string(), "--force"}, small).code, 6);
    EXPECT_EQ(sha256_of(world.result()), before);
}

// A real small disk, where the system lets us make one (root in a mount namespace); elsewhere the two above stand
// for it.
TEST(DiskFull, ARealFullDisk) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    fs::create_directories(world / "disk");
    const std::string script = "mount -t tmpfs -o size=1m tmpfs '" + (world / "disk").string() +
                               "' 2>/dev/null || exit 77\n'" + program_path() + "' stack '" + night.session.string() +
                               "' --out '" + (world / "disk").string() + "' 2>'" + (world / "err").string() +
                               "'\ncode=$?\nls -A '" + (world / "disk").string() + "'\nexit $code\n";
    write_bytes(world / "run.sh", script);
    const int status = std::system(
        ("unshare -m sh '" + (world / "run.sh").string() + "' > '" + (world / "left").string() + "' 2>/dev/null")
            .c_str());
    if (WEXITSTATUS(status) == 77 || WEXITSTATUS(status) == 1 || WEXITSTATUS(status) == 127) return;
    EXPECT_EQ(WEXITSTATUS(status), 6) << read_bytes(world / "err");
    EXPECT_EQ(read_bytes(world / "left"), "");
}

}  // namespace
}  // namespace nightstack::test

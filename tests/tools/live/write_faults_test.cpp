// SPDX-License-Identifier: MIT
// Killed while it writes, or out of space: the name stands for the old state or for the new one.
#include <gtest/gtest.h>

#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include "pipeline/core/error.h"
#include "tests/support/soak.h"
#include "tests/support/temp_folder.h"
#include "tests/tools/live/made_states.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;

void save(const fs::path& path, const LiveState& state) {
    SerialRunner serial;
    save_state(path, state.stack, state.ledger, io::Overwrite::yes, serial);
}

TEST(StateWriting, KilledAtAnyMomentLeavesTheOldOrTheNew) {
    const test::TempFolder folder;
    const fs::path path = folder / "night.nst";
    const LiveState one = made_state({}, 0, 20), two = made_state({}, 0, 40);
    const auto begin = std::chrono::steady_clock::now();
    save(path, two);
    const std::string new_bytes = bytes_of(path);
    save(path, one);
    const std::string old_bytes = bytes_of(path);
    const auto both_us =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin).count();
    std::mt19937 random(5);
    int old_ones = 0, new_ones = 0;
    const int kills = test::soaked(40);
    for (int i = 0; i < kills; ++i) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            for (;;) {
                save(path, two);
                save(path, one);
            }
        }
        std::this_thread::sleep_for(std::chrono::microseconds(static_cast<std::int64_t>(random()) % (2 * both_us)));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        const std::string now = bytes_of(path);
        ASSERT_TRUE(now == old_bytes || now == new_bytes) << now.size();
        ++(now == old_bytes ? old_ones : new_ones);
    }
    EXPECT_GT(old_ones, 0);
    EXPECT_GT(new_ones, 0);
    EXPECT_GE(loaded(path).stack.frames(), 20U);
}

// In a child: what it returns becomes the exit code.
template <class Work>
int in_child(Work&& work) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(work());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(StateWriting, AtTheSizeLimitTheOldOneStays) {
    const test::TempFolder folder;
    const fs::path path = folder / "night.nst";
    save(path, made_state({}, 0, 20));
    const std::string before = bytes_of(path);
    const LiveState larger = made_state({}, 0, 40);
    const int code = in_child([&] {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{20'000, 20'000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        try {
            save(path, larger);
        } catch (const IoError&) {
            return 7;
        }
        return 0;
    });
    EXPECT_EQ(code, 7);
    EXPECT_EQ(bytes_of(path), before);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

TEST(StateWriting, OnAFullDiskTheOldOneStays) {
    const test::TempFolder folder;
    const fs::path disk = folder / "disk";
    fs::create_directory(disk);
    if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=1m") != 0) return;  // not for everybody; see the test before
    const fs::path path = disk / "night.nst";
    save(path, small_state());
    const std::string before = bytes_of(path);
    bool full = false;
    MadeNight wide;
    wide.width = 500;
    wide.height = 400;
    try {
        save(path, made_state(wide, 0, 6));
    } catch (const IoError& e) {
        full = e.disk_full();
    }
    EXPECT_TRUE(full);
    EXPECT_EQ(bytes_of(path), before);
    EXPECT_EQ(std::distance(fs::directory_iterator(disk), fs::directory_iterator()), 1);
    ::umount(disk.c_str());
}

}  // namespace
}  // namespace nightstack::tools

// SPDX-License-Identifier: MIT
// A disk that is really full: a small tmpfs in a mount namespace. Where that is not allowed, a limit on the size of
// files ends the write instead; the test says which it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <thread>

#include "tests/support/remote/enclosure.h"
#include "tests/tools/fetch/twin_card.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr int kFull = 6;  // the exit code

struct DiskFull : testing::Test {
    DiskFull() {
        std::string why_not;
        enclosure = Enclosure::make(Enclosure::Own::network_and_disks, why_not);
        fs::create_directories(disk);
        std::cout << (enclosure ? "a small tmpfs" : "a limit on the size of files: " + why_not) << "\n";
        const bool loopback = !enclosure || enclosure->run({"/sbin/ip", "link", "set", "lo", "up"});
        EXPECT_TRUE(loopback);
        card.switch_on(enclosure ? enclosure->prefix() : Words());
    }
    void mount(const std::string& options) const {
        ASSERT_TRUE(enclosure->run({"/bin/mount", "-t", "tmpfs", "-o", options, "none", disk.string()})) << options;
    }
    // The disk as the program sees it.
    fs::path seen() const { return enclosure ? enclosure->path(disk) : disk; }
    Words words() const { return card.fetch_words("sftp", disk); }
    CallOptions options() const {
        CallOptions o;
        if (enclosure) o.before = enclosure->prefix();
        return o;
    }
    Finished fetch() const { return card.world().run(words(), options()); }
    // All that is free but `leave` bytes goes into a file of somebody else.
    void fill(std::uint64_t leave = 0) const {
        std::ofstream out(seen() / "filler", std::ios::binary);
        const std::string block(4096, 'x');
        while (fs::space(seen()).free > leave && out << block << std::flush) continue;
    }
    // The same with names.
    void fill_with_files(int leave) const {
        fs::create_directories(seen() / "fillers");
        const auto file = [&](int i) { return seen() / "fillers" / std::to_string(i); };
        int made = 0;
        while (std::ofstream(file(made)).is_open()) ++made;
        for (int i = 0; i < leave; ++i) fs::remove(file(i));
    }
    // What is there under its own name is whole.
    void expect_nothing_half() const {
        for (const auto& [name, sum] : sums_of(seen())) {
            if (name.ends_with(".nightstack.part") || name.starts_with("filler") || name == ".nightstack-mirror.new")
                continue;
            ASSERT_TRUE(card.sums().contains(name)) << name;
            EXPECT_EQ(sum, card.sums().at(name)) << name;
        }
    }
    // One line for people; the rest is progress and the greeting of a new key.
    static void expect_said(const Finished& done, const std::string& what) {
        EXPECT_EQ(done.code, kFull) << done.err;
        EXPECT_EQ(count_lines(done.err, what), 1U) << done.err;
    }
    // With room again all the rest comes, and what had begun is gone on with.
    void expect_goes_on(std::size_t resumed) const {
        fs::remove(seen() / "filler");
        fs::remove_all(seen() / "fillers");
        const Finished done = fetch();
        EXPECT_EQ(done.code, 0) << done.err;
        EXPECT_GE(last_event(done, "fetch")["resumed"], resumed);
        EXPECT_EQ(sums_of(seen()), card.sums());
    }

    TwinCard card{4, 2000, 1500};  // 6 MB each
    const fs::path disk = card.world() / "disk";
    std::unique_ptr<Enclosure> enclosure;
};

TEST_F(DiskFull, TooSmallForAllThatIsThere) {
    if (!enclosure) {  // the same end by another cause
        CallOptions small;
        small.file_size_limit = 3'000'000;
        expect_said(card.world().run(words(), small), "File too large");
        expect_nothing_half();
        return expect_goes_on(1);
    }
    mount("size=64m");
    fill(std::uint64_t{16} << 20);
    const Finished done = fetch();
    expect_said(done, "are kept free");
    EXPECT_EQ(last_event(done, "fetch")["ending"], "disk full");
    EXPECT_EQ(last_event(done, "fetch")["new"], 2);
    EXPECT_EQ(last_event(done, "fetch")["left"], 2);
    expect_nothing_half();
    expect_goes_on(0);
}

// Somebody else fills it while a frame comes in.
TEST_F(DiskFull, FilledMeanwhile) {
    if (!enclosure) return;  // TooSmallForAllThatIsThere has shown the other way
    mount("size=64m");
    const pid_t pid = card.world().start(words(), "fetch", options());
    for (const auto end = std::chrono::steady_clock::now() + 30s;
         bytes_below(seen()) < 7'000'000 && std::chrono::steady_clock::now() < end;)
        std::this_thread::sleep_for(1ms);
    card.freeze();
    fill();
    card.thaw();
    const Finished done = card.world().wait(pid, "fetch");
    expect_said(done, "nightstack: ");
    EXPECT_THAT(done.err, testing::AnyOf(HasSubstr("No space left on device"), HasSubstr("are kept free")));
    EXPECT_EQ(last_event(done, "fetch")["failed"], 0);  // the disk's fault, not the file's
    expect_nothing_half();
    const Finished still = fetch();  // and it stays full
    expect_said(still, "nightstack: ");
    EXPECT_LE(lines_of(still.err).size(), 3U) << still.err;
    expect_nothing_half();
    expect_goes_on(0);
}

// Free bytes without end, but no file more can be made.
TEST_F(DiskFull, NoFilesLeft) {
    if (!enclosure) return;
    mount("size=64m,nr_inodes=40");
    fill_with_files(6);  // three folders, the record: two more
    const Finished done = fetch();
    expect_said(done, "No space left on device");
    EXPECT_EQ(last_event(done, "fetch")["failed"], 0);
    expect_nothing_half();
    expect_goes_on(0);
}

}  // namespace
}  // namespace nightstack::test

// SPDX-License-Identifier: MIT
#include "io/files/leftovers.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>

#include "io/files/file.h"
#include "io/files/output_file.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io {
namespace {

namespace fs = std::filesystem;

// Another program that writes a file, until it is killed.
class Writer {
public:
    explicit Writer(const fs::path& path) {
        int ready[2];
        if (::pipe(ready) != 0) return;
        pid_ = ::fork();
        if (pid_ == 0) {
            OutputFile file(path);
            file.append("half");
            [[maybe_unused]] const auto written = ::write(ready[1], "x", 1);
            for (;;) ::pause();
        }
        ::close(ready[1]);
        char c = 0;
        began_ = ::read(ready[0], &c, 1) == 1;
        ::close(ready[0]);
    }
    ~Writer() { kill(); }
    bool began() const { return began_; }
    void kill() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }

private:
    pid_t pid_ = 0;
    bool began_ = false;
};

long count_files(const fs::path& folder) {
    return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

TEST(Leftovers, OfAKilledProgramGoOfALivingOneStay) {
    const test::TempFolder temp;
    Writer lives(temp / "a.fits");
    Writer killed(temp / "b.fits");
    ASSERT_TRUE(lives.began() && killed.began());
    OutputFile ours(temp / "c.fits");
    EXPECT_EQ(remove_leftovers(temp.path()), 0U);
    EXPECT_EQ(count_files(temp.path()), 3);
    killed.kill();
    EXPECT_EQ(remove_leftovers(temp.path()), 1U);
    EXPECT_EQ(count_files(temp.path()), 2);
    lives.kill();
    EXPECT_EQ(remove_leftovers(temp.path()), 1U);
    ours.append("whole");
    ours.publish();
    EXPECT_EQ(read_text_file(temp / "c.fits", 10), "whole");
    EXPECT_EQ(count_files(temp.path()), 1);
}

TEST(Leftovers, NothingElseIsTouched) {
    const test::TempFolder temp;
    const std::string name = temporary_file_name("x.fits", 12, 3);
    for (const char* other :
         {"x.fits", ".x.fits.12-3.part", ".x.fits.12-.nightstack.part", "x.fits.12-3.nightstack.part",
          ".12-3.nightstack.part", ".x.fits.a-3.nightstack.part", ".x.fits.12-3.nightstack.part.gz"})
        std::ofstream(temp / other) << other;
    fs::create_directory(temp / temporary_file_name("folder", 12, 4));
    fs::create_directory(temp / "below");
    std::ofstream(temp / "below" / name) << "in a folder of its own";
    fs::create_symlink(temp / "x.fits", temp / temporary_file_name("link", 12, 5));
    EXPECT_EQ(remove_leftovers(temp.path()), 0U);
    EXPECT_EQ(count_files(temp.path()), 10);
    std::ofstream(temp / name) << "left";
    EXPECT_EQ(remove_leftovers(temp.path()), 1U);
    EXPECT_EQ(count_files(temp.path()), 10);
    EXPECT_TRUE(fs::exists(temp / "below" / name));
    EXPECT_EQ(remove_leftovers(temp / "no such folder"), 0U);
}

TEST(Leftovers, OfAProgramWithOurProcessNumberAreNoHindrance) {
    const test::TempFolder temp;
    int first = 0;
    {
        const OutputFile file(temp / "a.fits");
        const std::string name = file.temporary_path().filename();
        first = std::stoi(name.substr(name.rfind('-') + 1));
    }
    for (int serial = first; serial < first + 5; ++serial)
        std::ofstream(temp / temporary_file_name("a.fits", ::getpid(), serial)) << "left";
    OutputFile file(temp / "a.fits");
    EXPECT_EQ(remove_leftovers(temp.path()), 5U);
    file.publish();
    EXPECT_EQ(count_files(temp.path()), 1);
}

TEST(Leftovers, WhoTidiesMeanwhileTakesNothingFromAWriter) {
    const test::TempFolder temp;
    std::atomic<bool> done{false};
    std::size_t removed = 0;
    std::thread tidier([&] {
        while (!done) removed += remove_leftovers(temp.path());
    });
    int lost = 0;
    for (int i = 0; i < 3000; ++i) {
        OutputFile file(temp / "a.fits", Overwrite::yes);
        lost += fs::exists(file.temporary_path()) ? 0 : 1;
    }
    done = true;
    tidier.join();
    EXPECT_EQ(lost, 0) << removed << " removed";
    EXPECT_EQ(count_files(temp.path()), 0);
}

}  // namespace
}  // namespace nightstack::io

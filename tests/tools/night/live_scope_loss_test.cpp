// SPDX-License-Identifier: MIT
// The whole program against a scope to which everything happens: no frame that the scope kept is lost, nothing is begun
// twice, and the picture is that of all frames stacked at once.
#include <algorithm>
#include <csignal>

#include "tests/tools/night/live_scope.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class LiveScopeLoss : public LiveScope {
protected:
    Words words(int count) const {
        return live({"--count", std::to_string(count), "--no-solve", "--demosaic", "superpixel", "--threads", "2"});
    }
    // To its end; a busy machine may take a few minutes.
    Finished wait_long(pid_t pid) const {
        const std::string status = "/proc/" + std::to_string(pid) + "/stat";
        for (int i = 0; i < 1500 && read_bytes(status).find(") Z ") == std::string::npos; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        return files_.wait(pid, "live");
    }
    // A night of two captures tells their masters twice in its header.
    static std::string behind_header(const fs::path& fits) {
        const std::string bytes = read_bytes(fits);
        std::size_t end = 0;
        while (end < bytes.size() && bytes.compare(end, 4, "END ") != 0) end += 80;
        return bytes.substr(std::min(bytes.size(), (end / 2880 + 1) * 2880));
    }
    // Each whole light on the card is here byte for byte, has its verdict, and is in the picture as it would be at
    // once.
    void expect_nothing_lost(const Finished& done, std::size_t at_least) const {
        std::size_t whole = 0;
        const auto here = lights_here();
        const std::size_t usual = here.empty() ? 0 : fs::file_size(here.front());
        for (const fs::path& path : files_ending(files_ / "card/DWARF_II/Astronomy", ".fits")) {
            if (path.string().find("DWARF_RAW_") == std::string::npos || fs::file_size(path) != usual) continue;
            const fs::path mine = session() / "frames" / path.lexically_relative(files_ / "card");
            ASSERT_TRUE(fs::exists(mine)) << path << " is lost; " << done.err;
            EXPECT_EQ(sha256_of(mine), sha256_of(path)) << path;
            ++whole;
        }
        EXPECT_GE(whole, at_least) << done.err;
        EXPECT_EQ(here.size(), whole);
        const nlohmann::json counts = read_json(result_of(session(), ".json"))["counts"];
        EXPECT_EQ(counts["in"], whole) << counts << done.err;
        at_once();
        EXPECT_TRUE(behind_header(result_of(session(), ".fits")) == behind_header(files_.result()));
    }
};

// A file that is half there for a while, a connection that is gone, a restart in the middle, a card that is full at
// last; and the program dies when the way to the scope is gone.
TEST_F(LiveScopeLoss, AllInOneNight) {
    twin_.set_speed(60);
    twin_.fault({{"name", "file.half"}, {"frame", 2}, {"args", {{"ms", 1500}}}});
    twin_.fault({{"name", "net.drop"}, {"frame", 4}, {"count", 1}, {"for_s", 120}});
    twin_.fault({{"name", "reboot"}, {"frame", 7}, {"count", 1}, {"for_s", 120}});
    const pid_t pid = files_.start(words(40), "live");
    wait_for_lights(3);
    ::kill(pid, SIGKILL);
    EXPECT_EQ(files_.wait(pid, "live").code, 137);
    const pid_t again = files_.start(words(40), "live");
    wait_for_lights(10);
    twin_.fault({{"name", "card.full"}});
    const Finished done = wait_long(again);
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_THAT(done.err, HasSubstr("ended early"));
    EXPECT_EQ(twin_.received(10011), 2) << "one capture, and one for the rest after the restart";
    expect_nothing_lost(done, 10);
}

}  // namespace
}  // namespace nightstack::test

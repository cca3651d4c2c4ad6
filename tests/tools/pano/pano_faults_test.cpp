// SPDX-License-Identifier: MIT
// Full disks and signals in the middle of a panorama: the right exit code, nothing half-written; and every format
// holds the same picture.
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "io/tiles/tile.h"
#include "tests/support/small_night.h"
#include "tests/tools/pano/drawn_grid.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::SizeIs;

class PanoFaults : public testing::Test {
protected:
    fs::path tiles() const { return world_ / "tiles"; }
    // What lies in the world beside tiles and home, hidden files too.
    std::vector<fs::path> left() const {
        std::vector<fs::path> out;
        for (const auto& entry : fs::directory_iterator(world_.path())) {
            const std::string name = entry.path().filename().string();
            if (name != "tiles" && name != "home" && !name.starts_with("call.")) out.push_back(entry.path());
        }
        return out;
    }
    World world_;
};

TEST_F(PanoFaults, AFullDiskLeavesNothingBehind) {
    write_grid(tiles(), 3, 31);
    for (const char* name : {"p.jpg", "p.png", "p.tif", "p.dzi"}) {
        CallOptions small;
        small.file_size_limit = 20'000;
        const Finished done =
            world_.run({"pano", tiles().string(), "-o", (world_ / name).string(), "--memory", "1G"}, small);
        EXPECT_EQ(done.code, 6) << name << done.err;
        EXPECT_THAT(done.err, HasSubstr("File too large")) << "what such a limit is called";
        EXPECT_THAT(left(), SizeIs(0)) << name;
    }
}

TEST_F(PanoFaults, ASignalLeavesNothingBehind) {
    write_grid(tiles(), 3, 32);
    int caught = 0;
    for (const int signal : {SIGINT, SIGTERM}) {
        const pid_t pid = world_.start(
            {"pano", tiles().string(), "-o", (world_ / "p.tif").string(), "--size", "4", "--threads", "1"}, "call");
        for (int i = 0; i < 5000 && left().empty(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(2));
        ::kill(pid, signal);
        const Finished done = world_.wait(pid, "call");
        if (done.code == 0) {  // it was done before it heard
            for (const fs::path& p : left()) fs::remove_all(p);
            continue;
        }
        ++caught;
        EXPECT_EQ(done.code, 128 + signal) << done.err;
        EXPECT_THAT(done.err, HasSubstr("interrupted"));
        EXPECT_THAT(left(), SizeIs(0));
    }
    EXPECT_GE(caught, 1);
}

Image<std::uint8_t> grey_of(const fs::path& picture) {
    io::ScratchStore store(1 << 26, picture.parent_path());
    const auto tile = io::open_tile(picture, store);
    Image<std::uint8_t> out(tile->info().width, tile->info().height);
    tile->read_gray({0, 0, out.width(), out.height()}, out.view());
    return out;
}

TEST_F(PanoFaults, EveryFormatHoldsTheSamePicture) {
    write_grid(tiles(), 3, 33);
    std::vector<Image<std::uint8_t>> pictures;
    for (const char* name : {"p.png", "p.tif", "p.jpg"}) {
        ASSERT_EQ(world_
                      .run({"pano", tiles().string(), "-o", (world_ / name).string(), "--force", "--crop",
                            "max-rectangle", "--quality", "98"})
                      .code,
                  0);
        pictures.push_back(grey_of(world_ / name));
        ASSERT_TRUE(pictures.back().cview().same_size(pictures[0].width(), pictures[0].height())) << name;
    }
    EXPECT_GT(pictures[0].width(), kDrawnWidth);
    int worst = 0;
    for (int y = 0; y < pictures[0].height(); ++y) {
        for (int x = 0; x < pictures[0].width(); ++x) {
            const int png = pictures[0].cview()(x, y);
            ASSERT_EQ(pictures[1].cview()(x, y), png) << x << ' ' << y;
            worst = std::max(worst, std::abs(pictures[2].cview()(x, y) - png));
        }
    }
    EXPECT_LE(worst, 12) << "JPEG of quality 98";
}

}  // namespace
}  // namespace nightstack::test

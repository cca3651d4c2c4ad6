// SPDX-License-Identifier: MIT
// Frames from folders: what of a folder that fills is told as a light, what is told in words, and when it ends.
#include "tools/night/source/folder_source.h"

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/support/small_night.h"
#include "tests/support/temp_folder.h"
#include "tools/session/input_frame.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

class FolderSource : public testing::Test {
protected:
    void put(const std::string& name) {
        fs::create_directories((folder() / name).parent_path());
        fs::copy_file(night_.lights.at(taken_++ % night_.lights.size()), folder() / name);
    }
    fs::path folder() const { return temp_ / "watched"; }
    WatchPlan plan() const {
        WatchPlan plan;
        plan.watch.folder = folder();
        plan.watch.settle = 50ms;
        plan.watch.look = 100ms;
        plan.scan.header = header_summary;
        plan.quiet = 600ms;
        return plan;
    }
    void take(NightSource& source) {
        while (const auto arrival = source.next({})) {
            if (arrival->kind == Arrival::Kind::frame) {
                frames_.push_back(arrival->name + (arrival->marked_failed ? " (failed)" : ""));
                EXPECT_TRUE(fs::exists(arrival->path));
            } else {
                notices_.push_back(arrival->text);
            }
        }
    }

    test::TempFolder temp_;
    test::SmallNight night_ = [this] {
        fs::create_directories(folder());
        test::SmallNightOptions o;
        o.width = 64, o.height = 48, o.frames = 3;
        return test::write_small_night(temp_ / "card", o);
    }();
    std::size_t taken_ = 0;
    std::vector<std::string> frames_, notices_;
};

TEST_F(FolderSource, LightsAreToldTheRestIsNot) {
    put("lights/b_0002.fits");
    put("lights/b_0001.fits");
    put("lights/failed_0003.fits");
    put("darks/d_0001.fits");
    put("lights/Thumbnail/b_0001.fits");
    test::write_bytes(folder() / "lights/b_0001.jpg", "\xFF\xD8\xFF preview");
    WatchSource source(plan());
    take(source);
    EXPECT_THAT(frames_, ElementsAre("lights/b_0001.fits", "lights/b_0002.fits", "lights/failed_0003.fits (failed)"));
    EXPECT_THAT(notices_, IsEmpty());
}

TEST_F(FolderSource, ANightIsOfOneFolder) {
    put("first/b_0001.fits");
    put("second/b_0001.fits");
    put("second/b_0002.fits");
    {
        WatchSource source(plan());
        take(source);
        EXPECT_THAT(frames_, ElementsAre("first/b_0001.fits"));
        ASSERT_EQ(notices_.size(), 1U);
        EXPECT_THAT(notices_[0], HasSubstr("second"));
    }
    frames_.clear();
    WatchPlan all = plan();
    all.all_folders = true;
    WatchSource source(all);
    take(source);
    EXPECT_EQ(frames_.size(), 3U);
}

TEST_F(FolderSource, WhatIsKnownIsNotToldAgain) {
    put("b_0001.fits");
    put("b_0002.fits");
    WatchSource source(plan());
    source.know("b_0001.fits", fs::file_size(folder() / "b_0001.fits"));
    source.know("b_0002.fits", 5);
    put("b_0003.fits");
    take(source);
    EXPECT_THAT(frames_, ElementsAre("b_0003.fits"));
    ASSERT_EQ(notices_.size(), 1U);
    EXPECT_THAT(notices_[0], HasSubstr("b_0002.fits has changed since it was taken"));
}

// Whoever reads them can say what is wrong. One that was taken whole stays taken.
TEST_F(FolderSource, WhatIsNotWholeIsToldAtTheEnd) {
    for (const char* name : {"b_0001.fits", "b_0002.fits", "b_0003.fits"}) put(name);
    const auto whole = fs::file_size(folder() / "b_0001.fits");
    fs::resize_file(folder() / "b_0001.fits", whole - 4000);
    fs::resize_file(folder() / "b_0003.fits", whole - 4000);
    WatchSource source(plan());
    source.know("b_0001.fits", whole);
    take(source);
    EXPECT_THAT(frames_, ElementsAre("b_0002.fits", "b_0003.fits"));
}

TEST_F(FolderSource, PicturesCountWhereThereIsNothingBetter) {
    test::write_bytes(folder() / "a_1.jpg", "\xFF\xD8\xFF one");
    test::write_bytes(folder() / "a_2.jpg", "\xFF\xD8\xFF two");
    WatchSource source(plan());
    take(source);
    EXPECT_THAT(frames_, ElementsAre("a_1.jpg", "a_2.jpg"));
}

TEST_F(FolderSource, AStopEndsTheWait) {
    WatchPlan forever = plan();
    forever.quiet.reset();
    WatchSource source(forever);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_FALSE(source.next(stop.get_token()));
}

TEST_F(FolderSource, AReplayIsTheSessionInItsOrder) {
    io::Session session;
    session.folder = folder();
    put("b.fits");
    put("a.fits");
    put("failed_c.fits");
    session.lights = {folder() / "b.fits", folder() / "a.fits"};
    session.device_failed = {folder() / "failed_c.fits"};
    ReplaySource source(session);
    EXPECT_EQ(source.expected(), 3U);
    source.know("a.fits", fs::file_size(folder() / "a.fits"));
    take(source);
    EXPECT_THAT(frames_, ElementsAre("b.fits", "failed_c.fits (failed)"));
    EXPECT_EQ(source.expected(), 0U);
}

}  // namespace
}  // namespace nightstack::tools

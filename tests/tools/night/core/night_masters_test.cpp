// SPDX-License-Identifier: MIT
// The masters of a night: what is known of them can be asked while more are being built, and what a journal tells of
// them is enough to tell it again.
#include "tools/night/core/night_masters.h"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <semaphore>
#include <thread>

#include "pipeline/core/error.h"
#include "tests/support/small_night.h"
#include "tests/support/temp_folder.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;
using testing::SizeIs;

// Stops once in the middle of the work until it is told to go on.
class HeldRunner final : public Runner {
public:
    int threads() const override { return 1; }
    void run(int n, int grain, const std::function<void(int, int)>& body) override {
        if (hold.exchange(false)) {
            held.release();
            went_on = go_on.try_acquire_for(std::chrono::seconds(20));
        }
        SerialRunner().run(n, grain, body);
    }
    std::atomic<bool> hold = false;
    std::binary_semaphore held{0}, go_on{0};
    bool went_on = false;
};

class Masters : public testing::Test {
protected:
    Masters() {
        ::setenv("XDG_CACHE_HOME", (temp_ / "cache").c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
        test::SmallNightOptions o;
        o.layout = test::NightLayout::sorted;
        o.width = 120, o.height = 80;
        o.frames = 1;
        o.darks = o.flats = 3;
        night_ = test::write_small_night(temp_ / "card", o);
        const std::vector<fs::path> paths{night_.session};
        session_ = io::scan(paths).sessions.at(0);
        options_.method = "stream";
    }
    InputFrame light() {
        return std::move(open_inputs({night_.lights.at(0)}, "light", "", Hashing::now, runner_, {}).front());
    }
    NightMasters masters() { return NightMasters(options_, std::size_t{1} << 30, runner_, talk_, stop_); }

    test::TempFolder temp_;
    test::SmallNight night_;
    io::Session session_;
    StackOptions options_;
    HeldRunner runner_;
    Talk talk_{Loudness::quiet, false};
    std::stop_token stop_;
};

TEST_F(Masters, NobodyWaitsWhileTheyAreBuilt) {
    NightMasters masters = this->masters();
    InputFrame frame = light();
    runner_.hold = true;
    std::jthread builder([&] { masters.begin(frame, frame.info, session_); });
    runner_.held.acquire();
    EXPECT_EQ(masters.failed(), 0U);
    EXPECT_THAT(masters.merged({}).groups, SizeIs(0));
    runner_.go_on.release();
    builder.join();
    EXPECT_TRUE(runner_.went_on) << "who asked had to wait";
    EXPECT_THAT(masters.merged({0}).groups, SizeIs(1));
}

TEST_F(Masters, AJournalTellsThemWithoutTheirFiles) {
    NightMasters masters = this->masters();
    InputFrame frame = light();
    masters.begin(frame, frame.info, session_);
    std::optional<MastersRecord> record;
    std::vector<RecordedInput> inputs;
    for (const NightRecord& r : masters.records(0)) {
        if (const auto* some = std::get_if<InputsRecord>(&r)) inputs = some->inputs;
        if (const auto* one = std::get_if<MastersRecord>(&r))
            record = std::get<MastersRecord>(parse_record(record_text(*one)));
    }
    fs::rename(night_.session / "darks", temp_ / "darks");
    NightMasters again = this->masters();
    again.tell({record.value(), inputs}, session_.folder);
    EXPECT_EQ(again.group_of(frame, frame.info, session_.folder), 0U);
    EXPECT_EQ(again.hashes(0), masters.hashes(0));
    const GroupMasters was = masters.merged({0}).groups.at(0), is = again.merged({0}).groups.at(0);
    EXPECT_EQ(is.defects(), was.defects());
    EXPECT_TRUE(was.defects() > 0 && was.flat && is.flat);
    EXPECT_EQ(is.calibration.filter_impulses, was.calibration.filter_impulses);
    EXPECT_THROW(again.need(0, frame, frame.info), OptionError) << "a light that wants them";
    fs::rename(temp_ / "darks", night_.session / "darks");
    again.need(0, frame, frame.info);
    EXPECT_EQ(again.calibration(0).masters.dark.width(), 120);
    EXPECT_EQ(again.merged({0}).groups.at(0).defects(), was.defects());
}

}  // namespace
}  // namespace nightstack::tools

// SPDX-License-Identifier: MIT
// Two nights on one grid that differ in kind: a flat or a dark in one of them only, frames of another size. Finished,
// retracted and admitted as each of them would be alone. And what is not on the disk any more.
#include <gmock/gmock.h>

#include <fstream>

#include "io/fits/reader.h"
#include "io/fits/writer.h"
#include "pipeline/core/error.h"
#include "pipeline/graph/live_finish.h"
#include "pipeline/graph/tbb_runner.h"
#include "tests/support/small_night.h"
#include "tests/tools/kept_stack.h"
#include "tests/tools/live/made_states.h"
#include "tests/tools/program.h"
#include "tools/session/state_frames.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;
using test::Words;
using testing::HasSubstr;
using testing::Not;

constexpr int kFrames = 7;  // of each night

class TwoKinds : public testing::Test {
protected:
    static test::SmallNightOptions options(int first, int darks, int flats) {
        test::SmallNightOptions o;
        o.width = 240;
        o.height = 160;
        o.frames = kFrames;
        o.first = first;
        o.of_frames = 2 * kFrames;
        o.rotation_deg = 3;
        o.darks = darks;
        o.flats = flats;
        return o;
    }
    test::SmallNight make(const char* name, const test::SmallNightOptions& o) {
        return test::write_small_night(world_ / "nights" / name, o);
    }
    std::string path(const std::string& name) const { return (world_ / name).string(); }
    void stack(const test::SmallNight& night, const char* state, const Words& more = {}) const {
        Words words = test::kept_stack_words(night.session, path(state));
        words.insert(words.end(), {"--clip-depth", "2", "--no-bias"});
        const auto add = [&](const char* option, const char* without, const std::vector<fs::path>& files) {
            if (files.empty()) return words.emplace_back(without), void();
            words.insert(words.end(), {option, files.front().parent_path().string()});
        };
        add("--darks", "--no-dark", night.darks);
        add("--flats", "--no-flat", night.flats);
        words.insert(words.end(), more.begin(), more.end());
        const auto done = world_.stack(words);
        ASSERT_EQ(done.code, 0) << done.err;
    }
    void stack_both(const test::SmallNight& a, const test::SmallNight& b) const {
        stack(a, "a.nst");
        stack(b, "b.nst", {"--grid", path("a.nst")});
        const auto merged = world_.run({"merge", path("a.nst"), path("b.nst"), "-o", path("c.nst")});
        ASSERT_EQ(merged.code, 0) << merged.err;
    }
    test::Finished finished(const std::string& state, const std::string& fits, const Words& more = {}) const {
        Words words{"export",   path(state), "--finish", "--inputs", path("nights"),
                    "--output", path(fits),  "--png",    "none",     "--force"};
        words.insert(words.end(), more.begin(), more.end());
        return world_.run(words);
    }
    LiveState finished_state(const std::string& name) const {
        LiveState state = loaded(path(name));
        TbbRunner runner(2);
        Talk talk(Loudness::quiet, false);
        std::vector<std::size_t> all;
        for (std::size_t i = 0; i < state.ledger.frames.size(); ++i) all.push_back(i);
        const StateFrames frames(state.ledger, all, {{world_ / "nights", {}}, std::size_t{4} << 30}, runner, talk, {});
        std::vector<ReplayedLight> lights;
        for (const std::size_t i : all) lights.push_back(frames.light(i));
        const LiveFinish done = finish_live(state.stack, lights, {frames.how()}, runner, {}, {});
        EXPECT_GT(done.rebuilt, 0U);
        return state;
    }
    // The sums of the whole are those of the parts, each finished alone.
    void expect_finished_as_parts() const {
        const LiveState a = finished_state("a.nst"), b = finished_state("b.nst"), c = finished_state("c.nst");
        for (const auto& [place, tile] : c.stack.tiles()) {
            const auto in = [&, at = place](const LiveState& part, int p, std::size_t i) -> std::int64_t {
                const auto mine = part.stack.tiles().find(at);
                return mine == part.stack.tiles().end() ? 0 : mine->second->closed(p).sum[i];
            };
            for (int p = 0; p < c.stack.options().planes; ++p) {
                const auto sum = tile->closed(p).sum;
                for (std::size_t i = 0; i < sum.size(); ++i)
                    ASSERT_EQ(sum[i], in(a, p, i) + in(b, p, i)) << p << " " << i;
            }
        }
        std::size_t rebuilt = 0;
        for (const char* name : {"a", "b", "c"}) {
            const auto done = finished(name + std::string(".nst"), name + std::string(".fits"));
            ASSERT_EQ(done.code, 0) << done.err;
            const auto result = test::read_json(path(name + std::string(".json")))["result"];
            EXPECT_EQ(result["flagged_percent"][0], 0);
            EXPECT_EQ(result["finish"]["unread"], nlohmann::json::array());
            const auto mine = result["finish"]["rebuilt"].get<std::size_t>();
            if (*name == 'c') {
                EXPECT_EQ(mine, rebuilt);
            } else {
                rebuilt += mine;
            }
        }
    }
    // A frame of each in one call.
    void expect_flips(const test::SmallNight& a, const test::SmallNight& b) const {
        const std::string before = bytes_of(path("c.nst"));
        const auto flip = [&](const char* verb) {
            return world_.run(
                {verb, path("c.nst"), a.lights[2].string(), b.lights[4].string(), "--inputs", path("nights")});
        };
        const auto out = flip("retract");
        ASSERT_EQ(out.code, 0) << out.err;
        EXPECT_EQ(loaded(path("c.nst")).stack.frames(), 2U * kFrames - 2);
        const auto in = flip("admit");
        ASSERT_EQ(in.code, 0) << in.err;
        EXPECT_EQ(bytes_of(path("c.nst")), before);
    }
    // Frames of the same sky from a smaller sensor.
    void crop(const test::SmallNightOptions& o, const std::vector<fs::path>& files, const char* type) const {
        for (std::size_t i = 0; i < files.size(); ++i) {
            Image<std::uint16_t> part(o.width - 24, o.height - 16);
            {
                const io::FitsFile whole(files[i]);
                whole.read_u16(part.view(), {0, 0, part.width(), part.height()}, 0);
            }
            fs::remove(files[i]);
            io::write_fits(files[i], part.cview(), test::plain_cards(o, static_cast<int>(i), type));
        }
    }
    test::World world_;
};

TEST_F(TwoKinds, AFlatInOneNightOnly) {
    const test::SmallNight a = make("a", options(0, 3, 3)), b = make("b", options(kFrames, 3, 0));
    stack_both(a, b);
    expect_finished_as_parts();
    expect_flips(a, b);
}

TEST_F(TwoKinds, ADarkInTheOtherNightOnly) {
    const test::SmallNight a = make("a", options(0, 0, 3)), b = make("b", options(kFrames, 3, 3));
    stack_both(a, b);
    expect_finished_as_parts();
    expect_flips(a, b);
}

TEST_F(TwoKinds, FramesOfTwoSizesEachWithItsOwnDark) {
    const test::SmallNightOptions other = options(kFrames, 3, 0);
    const test::SmallNight a = make("a", options(0, 3, 0)), b = make("b", other);
    crop(other, b.lights, "Light");
    crop(other, b.darks, "Dark");
    stack_both(a, b);
    EXPECT_NE(loaded(path("c.nst")).ledger.frames.front().recipe->width,
              loaded(path("c.nst")).ledger.frames.back().recipe->width);
    expect_finished_as_parts();
    expect_flips(a, b);
}

TEST_F(TwoKinds, AFrameThatIsGoneLeavesTheOtherNightFinished) {
    const test::SmallNight a = make("a", options(0, 0, 0)), b = make("b", options(kFrames, 3, 0));
    stack_both(a, b);
    ASSERT_EQ(finished("a.nst", "a.fits").code, 0);
    const auto alone = test::read_json(path("a.json"))["result"]["finish"]["rebuilt"].get<std::size_t>();
    fs::rename(b.lights[1], path("away"));
    const auto done = finished("c.nst", "c.fits");
    EXPECT_EQ(done.code, 4) << done.err;
    const std::string name = b.lights[1].filename().string();
    EXPECT_EQ(test::count_lines(done.err, "cannot be read any more"), 1U) << done.err;
    EXPECT_THAT(done.err, HasSubstr("1 frame cannot be read any more (" + name));
    EXPECT_TRUE(fs::exists(path("c.fits")));
    auto result = test::read_json(path("c.json"))["result"];
    EXPECT_EQ(result["finish"]["rebuilt"], alone);
    EXPECT_GT(result["finish"]["left_flagged"], 0);
    EXPECT_GT(result["flagged_percent"][0], 0);
    EXPECT_THAT(done.err, HasSubstr("): " + result["finish"]["left_flagged"].dump() + " pixels of all planes keep"));
    ASSERT_EQ(result["finish"]["unread"].size(), 1U);
    EXPECT_EQ(result["finish"]["unread"][0]["file"], name);
    // Without its dark the whole night is out of reach; a flip wants all of its block.
    fs::rename(path("away"), b.lights[1]);
    fs::remove(b.darks[0]);
    const auto dark = finished("c.nst", "c.fits");
    EXPECT_EQ(dark.code, 4) << dark.err;
    EXPECT_THAT(dark.err, HasSubstr("7 frames cannot be read any more"));
    EXPECT_THAT(dark.err, HasSubstr("its dark " + b.darks[0].filename().string() + " is missing or has changed"));
    const auto flip = world_.run({"retract", path("c.nst"), b.lights[3].string(), "--inputs", path("nights")});
    EXPECT_EQ(flip.code, 2);
    EXPECT_THAT(flip.err, HasSubstr("1 of 10 files that are needed are not in or below"));
    const auto nothing = finished("b.nst", "no.fits");
    EXPECT_EQ(nothing.code, 2) << nothing.err;
    EXPECT_FALSE(fs::exists(path("no.fits")));
}

TEST_F(TwoKinds, DarksAreFoundWhereStackWouldFindThem) {
    test::SmallNightOptions o = options(0, 3, 0);
    o.layout = test::NightLayout::dwarf2_dated;
    const test::SmallNight a = make("a", o);
    stack(a, "a.nst");
    ASSERT_EQ(loaded(path("a.nst")).ledger.masters.size(), 1U);
    const auto done = world_.run({"retract", path("a.nst"), a.lights[2].string()});
    EXPECT_EQ(done.code, 0) << done.err;
}

TEST_F(TwoKinds, IsRefusedInWords) {
    const test::SmallNight a = make("a", options(0, 0, 0));
    stack(a, "a.nst");
    const auto refused = [&](const Words& words, int code, const std::string& text) {
        const auto done = world_.run(words);
        EXPECT_EQ(done.code, code) << done.err;
        EXPECT_THAT(done.err, HasSubstr(text));
    };
    refused({"export", path("a.nst"), "--inputs", path("nights"), "--output", path("no.fits")}, 2,
            "--inputs says where --finish finds the frames");
    refused({"export", path("a.nst"), "--finish", "--inputs", path("nights"), "--output", path("no.fits"), "--memory",
             "100M"},
            2, "a.nst: --memory is too small: the finishing pass needs");
    EXPECT_FALSE(fs::exists(path("no.fits")));
    // As large as a canvas can be.
    LiveState state = loaded(path("a.nst"));
    for (double& v : state.ledger.frames[1].scale) v *= 1.5;
    const auto lies = state.ledger.frames[1].recipe->ref_from_frame.row_major();
    const double enlarged = 40;
    std::array<double, 9> large = lies;
    for (std::size_t i = 0; i < 6; ++i) large[i] *= enlarged;
    state.ledger.frames[1].recipe->ref_from_frame = Transform(large);
    saved(path("large.nst"), state);
    refused({"retract", path("large.nst"), a.lights[1].string(), "--memory", "300M"}, 2,
            "a block that is built again needs ");
    // Words that are none.
    LiveState other = loaded(path("a.nst"));
    other.ledger.how.warp = "magic";
    saved(path("other.nst"), other);
    refused({"retract", path("other.nst"), a.lights[1].string()}, 1, "other.nst: warp 'magic' is none that is known");
    refused({"export", path("other.nst"), "--finish", "--inputs", path("nights"), "--output", path("no.fits")}, 1,
            "other.nst: warp 'magic' is none that is known");
}

}  // namespace
}  // namespace nightstack::tools

// SPDX-License-Identifier: MIT
// The brain captures on virtual time, the card keeps it; our own scanner, which knows real cards, finds what it needs.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "device/sim/card/card.h"
#include "io/fits/reader.h"
#include "io/session/calibration_scan.h"
#include "io/session/session_scan.h"
#include "pipeline/core/error.h"
#include "tests/device/sim/card/plain_sky.h"
#include "tests/device/sim/twin/player.h"
#include "tests/support/temp_folder.h"

namespace nightstack::device::sim::test {
namespace {

namespace fs = std::filesystem;
using nightstack::test::TempFolder;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TwinOptions telling(const std::string& scenario) {
    TwinOptions o = options(std::string(kQuiet) + scenario);
    o.tell_exposures = true;
    return o;
}

// A scope with its card.
class Night {
public:
    explicit Night(CardOptions o = {}, const std::string& scenario = "") : player(telling(scenario)) {
        o.folder = folder.path();
        o.factory_darks = 2;
        card = std::make_unique<Card>(o, std::make_unique<PlainSky>(sky));
        player.open();
    }
    void develop() {
        for (const Exposed& e : player.twin.take_exposed()) card->develop(e, false);
    }
    void capture(int count, const std::string& name = "DWARF_RAW_20230901210500", int format = 0) {
        EXPECT_EQ(player.code(R"({"interface":10011,"camId":0,"target":"M 31","RA":0.712305,"DEC":41.26875,"exp":15,)"
                              R"("gain":80,"binning":1,"count":)" +
                              std::to_string(count) + R"(,"name":")" + name + R"(","format":)" +
                              std::to_string(format) + "}"),
                  0);
        player.pass_s(16.2 * count + 1);
        develop();
    }
    io::SessionScan scan() const {
        const std::vector<fs::path> paths = {root()};
        return io::scan(paths);
    }
    fs::path root() const { return folder / "DWARF_II"; }
    std::vector<std::string> names(const fs::path& in) const {
        std::vector<std::string> all;
        for (const auto& entry : fs::directory_iterator(in)) all.push_back(entry.path().filename().string());
        std::ranges::sort(all);
        return all;
    }

    TempFolder folder;
    SkyNotes sky;
    Player player;
    std::unique_ptr<Card> card;
};

std::string text_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// When the first light began, by the scope's clock.
UtcTime scope_time(const std::vector<Exposed>& exposed) {
    const auto light = std::ranges::find(exposed, Exposed::Kind::raw, &Exposed::kind);
    return light->begin + light->clock_error;
}

class OfAllGenerations : public testing::TestWithParam<Layout> {};
INSTANTIATE_TEST_SUITE_P(Card, OfAllGenerations, testing::Values(Layout::v1, Layout::y2024, Layout::dwarf3));

TEST_P(OfAllGenerations, IsWhatTheScannerKnows) {
    CardOptions o;
    o.layout = GetParam();
    Night night(o);
    night.capture(3);
    EXPECT_EQ(night.card->frames(), 3);
    const io::SessionScan scan = night.scan();
    ASSERT_THAT(scan.sessions, SizeIs(1));
    const io::Session& session = scan.sessions[0];
    EXPECT_EQ(session.lights.size() + session.device_failed.size(), 3U);
    EXPECT_THAT(session.warnings, IsEmpty());
    ASSERT_TRUE(session.sidecar);
    EXPECT_EQ(session.sidecar->shots_taken, 3);
    EXPECT_EQ(session.sidecar->shots_to_take, 3);
    EXPECT_EQ(session.sidecar->target, "M 31");
    EXPECT_EQ(session.sidecar->binning, 2);
    EXPECT_NEAR(session.sidecar->ra_deg.value_or(0), 10.684575, 1e-6);
    const auto frame = io::open_fits(session.lights.front());
    EXPECT_EQ(frame->format().kind, PixelKind::cfa);
    EXPECT_EQ(frame->format().width, 1920);
    EXPECT_EQ(frame->info().exposure->count(), 15);
    EXPECT_EQ(frame->info().gain, 80);
    EXPECT_EQ(frame->info().binning, 2);
    EXPECT_EQ(frame->info().start_utc, scope_time(night.sky.exposed));
    const io::CalibrationScan darks = io::find_calibration(session.folder);
    ASSERT_THAT(darks.candidates, SizeIs(1));
    EXPECT_EQ(darks.candidates[0].frames, 2);
    EXPECT_EQ(darks.candidates[0].is_master, GetParam() == Layout::dwarf3);
    EXPECT_EQ(darks.candidates[0].exposure_s, 15);
    EXPECT_EQ(darks.candidates[0].gain, 80);
    EXPECT_EQ(darks.candidates[0].binning, 2);
}

TEST(Card, HoldsWhatAScopeHolds) {
    Night night;
    night.capture(2);
    EXPECT_THAT(night.names(night.root()), ElementsAre("Astronomy", "Normal_Photos"));
    EXPECT_THAT(night.names(night.root() / "Astronomy"),
                ElementsAre("DWARF_DARK", "DWARF_GOTO_20230901205512", "DWARF_RAW_20230901210500", "test_vega.jpeg"));
    const fs::path session = night.root() / "Astronomy/DWARF_RAW_20230901210500";
    EXPECT_THAT(night.names(session), ElementsAre("0000.fits", "0001.fits", "Thumbnail", "shotsInfo.json",
                                                  "stacked.jpg", "stacked_thumbnail.jpg"));
    EXPECT_THAT(night.names(session / "Thumbnail"), ElementsAre("0000.jpg", "0001.jpg"));
    EXPECT_THAT(night.names(night.root() / "Astronomy/DWARF_DARK/exp_15_gain_80_bin_2"),
                ElementsAre("0000.fits", "0001.fits"));
    EXPECT_THAT(night.sky.written, ElementsAre("DWARF_II/Astronomy/DWARF_RAW_20230901210500/0000.fits",
                                               "DWARF_II/Astronomy/DWARF_RAW_20230901210500/0001.fits"));
    EXPECT_THAT(night.sky.over, ElementsAre("DWARF_RAW_20230901210500"));

    // Another session of the same kind needs no new darks.
    const std::size_t drawn = night.sky.exposed.size();
    night.capture(1, "DWARF_RAW_20230901220000");
    EXPECT_EQ(night.sky.exposed.size(), drawn + 1);
    EXPECT_THAT(night.scan().sessions, SizeIs(2));
}

TEST(Card, TheSidecarGrowsWithTheFrames) {
    Night night;
    ASSERT_EQ(night.player.code(R"({"interface":10011,"camId":0,"exp":10,"gain":80,"binning":1,"count":30,)"
                                R"("name":"DWARF_RAW_5"})"),
              0);
    for (int taken = 1; taken <= 3; ++taken) {
        night.player.pass_s(11.2);
        night.develop();
        EXPECT_THAT(text_of(night.root() / "Astronomy/DWARF_RAW_5/shotsInfo.json"),
                    testing::HasSubstr(R"("shotsTaken":)" + std::to_string(taken) + R"(,"shotsToTake":30)"));
    }
    EXPECT_THAT(night.sky.over, IsEmpty());
    ASSERT_EQ(night.player.code(R"({"interface":10015,"camId":0})"), 0);
    night.develop();
    EXPECT_THAT(night.sky.over, ElementsAre("DWARF_RAW_5"));
}

TEST(Card, FramesTheStackerRefusedAreMarked) {
    Night night({}, "[[fault]]\nname = \"frame.failed_mark\"\nframe = 2\n");
    night.capture(3);
    const io::SessionScan scan = night.scan();
    ASSERT_THAT(scan.sessions, SizeIs(1));
    EXPECT_THAT(scan.sessions[0].lights, SizeIs(2));
    ASSERT_THAT(scan.sessions[0].device_failed, SizeIs(1));
    EXPECT_EQ(scan.sessions[0].device_failed[0].filename(), "failed_0001.fits");
}

// The pauses are where a client may look.
TEST(Card, AFileThatGrowsIsSeenHalf) {
    std::vector<std::uintmax_t> sizes;
    CardOptions o;
    Night* look = nullptr;
    o.pause = [&](std::chrono::milliseconds time) {
        EXPECT_EQ(time, std::chrono::milliseconds(50));
        const fs::path file = look->root() / "Astronomy/DWARF_RAW_20230901210500/0001.fits";
        sizes.push_back(fs::file_size(file));
        EXPECT_THROW(io::open_fits(file), Error) << "shorter than its header says";
        const auto sidecar = look->scan().sessions.at(0).sidecar;
        EXPECT_EQ(sidecar->shots_taken, 1);
    };
    Night night(o, "[[fault]]\nname = \"file.grow\"\nframe = 2\nargs = {pieces = 4, ms = 200}\n");
    look = &night;
    night.capture(2);
    ASSERT_THAT(sizes, SizeIs(4));
    EXPECT_TRUE(std::ranges::is_sorted(sizes));
    EXPECT_NEAR(static_cast<double>(sizes[0]), 1920 * 1080 * 2 / 5.0, 2000);
    EXPECT_EQ(night.card->frames(), 2);
    EXPECT_NO_THROW(io::open_fits(night.root() / "Astronomy/DWARF_RAW_20230901210500/0001.fits"));
}

TEST(Card, AFileMayStayHalf) {
    Night night({}, "[[fault]]\nname = \"file.half\"\nframe = 2\nargs = {share = 0.25}\n");
    night.capture(3);
    EXPECT_EQ(night.card->frames(), 2);
    EXPECT_THAT(night.sky.written, SizeIs(2)) << "no truth about what is not whole";
    EXPECT_THROW(io::open_fits(night.root() / "Astronomy/DWARF_RAW_20230901210500/0001.fits"), Error);
    EXPECT_THAT(night.scan().sessions.at(0).lights, SizeIs(3));
}

TEST(Card, AFullOneHoldsTheBeginningOfOneMore) {
    Night night({}, "[[fault]]\nname = \"card.full\"\nframe = 2\n");
    night.capture(5);
    EXPECT_EQ(night.card->frames(), 2);
    const fs::path session = night.root() / "Astronomy/DWARF_RAW_20230901210500";
    EXPECT_TRUE(fs::exists(session / "0002.fits"));
    EXPECT_THROW(io::open_fits(session / "0002.fits"), Error);
    EXPECT_FALSE(fs::exists(session / "Thumbnail/0002.jpg"));
    EXPECT_THAT(text_of(session / "shotsInfo.json"), testing::HasSubstr(R"("shotsTaken":2)"));
    EXPECT_THAT(night.sky.over, SizeIs(1));
}

TEST(Card, TiffIsASessionToo) {
    Night night;
    night.capture(2, "DWARF_RAW_7", 1);
    const io::SessionScan scan = night.scan();
    ASSERT_THAT(scan.sessions, SizeIs(1));
    EXPECT_THAT(scan.sessions[0].lights, SizeIs(2));
    EXPECT_EQ(scan.sessions[0].sidecar->format, "TIFF");
}

TEST(Card, DarksOfTheClientCountAsDarks) {
    for (const Layout layout : {Layout::v1, Layout::y2024, Layout::dwarf3}) {
        CardOptions o;
        o.layout = layout;
        Night night(o);
        EXPECT_EQ(night.player.code(R"({"interface":10026,"camId":0,"count":3,"name":"DWARF_DARK_20230901210500",)"
                                    R"("binning":0,"darkGain":256,"darkExposure":2})"),
                  0);
        night.player.pass_s(15);
        night.develop();
        const std::vector<fs::path> paths = {night.root()};
        const auto darks = io::scan(paths).calibration;
        ASSERT_THAT(darks, SizeIs(1));
        EXPECT_EQ(darks[0].frames, 3);
        EXPECT_EQ(darks[0].exposure_s, 2);
        EXPECT_EQ(darks[0].gain, 80);
        EXPECT_EQ(darks[0].binning, 1);
    }
}

}  // namespace
}  // namespace nightstack::device::sim::test

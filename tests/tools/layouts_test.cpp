// SPDX-License-Identifier: MIT
// Every way a night may lie on disk becomes one stack.
#include <gmock/gmock.h>

#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

SmallNightOptions small(NightLayout layout) {
    SmallNightOptions o;
    o.layout = layout;
    o.frames = 6;
    o.darks = 3;
    return o;
}

// One product, all frames in it, the darks found.
nlohmann::json expect_whole(const World& world, const fs::path& input) {
    const Finished done = world.run({"stack", input.string()});
    EXPECT_EQ(done.code, 0) << done.err;
    const auto reports = files_ending(world.path(), "x15s.json");
    EXPECT_EQ(reports.size(), 1u) << done.err;
    if (reports.empty()) return {};
    nlohmann::json report = read_json(reports.front());
    EXPECT_EQ(report["counts"]["stacked"], 6) << done.err;
    EXPECT_EQ(report["counts"]["in"], 6);
    EXPECT_EQ(report["applied"]["dark"]["frames"], 3) << report["applied"].dump();
    return report;
}

TEST(Layouts, Dwarf2Of2023) {
    const World world;
    const SmallNight night = write_small_night(world.path(), small(NightLayout::dwarf2_first));
    expect_whole(world, night.session);
    EXPECT_EQ(
        files_ending(world / "Astronomy/nightstack", "DWARF_RAW_20260912210000_20260912T210000_6x15s.fits").size(), 1u);
}

TEST(Layouts, Dwarf2Of2024TakesItsTargetFromTheSidecar) {
    const World world;
    const SmallNight night = write_small_night(world.path(), small(NightLayout::dwarf2_dated));
    expect_whole(world, night.session);
    EXPECT_TRUE(fs::exists(world / "Astronomy/nightstack/M_1_20260912T210000_6x15s.fits"));
}

TEST(Layouts, Dwarf3) {
    const World world;
    const SmallNight night = write_small_night(world.path(), small(NightLayout::dwarf3));
    expect_whole(world, night.session);
    EXPECT_TRUE(fs::exists(world / "Astronomy/nightstack/M_1_20260912T210000_6x15s.fits"));
}

TEST(Layouts, WholeCardHasOneStackPerSessionAndNoneOfTheDarks) {
    const World world;
    write_small_night(world.path(), small(NightLayout::dwarf2_first));
    write_small_night(world.path(), small(NightLayout::dwarf3));
    const Finished done = world.run({"stack", (world / "Astronomy").string(), "--out", (world / "out").string()});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(files_ending(world / "out", ".fits").size(), 2u) << done.err;
}

TEST(Layouts, ResultsOfAWholeCardLieBesideItAndAreNoInput) {
    const World world;
    write_small_night(world.path(), small(NightLayout::dwarf2_first));
    write_small_night(world.path(), small(NightLayout::dwarf3));
    const Words words{"stack", (world / "Astronomy").string() + "/", "--demosaic", "superpixel"};
    const Finished done = world.run(words);
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(files_ending(world / "nightstack", ".fits").size(), 2u) << done.err;
    EXPECT_EQ(files_ending(world.path() / "Astronomy", "x15s.json").size(), 0u);
    const Finished again = world.run({"stack", world.path().string(), "--out", (world / "again").string()});
    EXPECT_EQ(again.code, 0) << again.err;
    const auto reports = files_ending(world / "again", ".json");
    ASSERT_EQ(reports.size(), 2u) << again.err;
    for (const auto& report : reports) EXPECT_EQ(read_json(report)["counts"]["in"], 6) << again.err;
}

TEST(Layouts, EachSessionsResultsLieBesideWhatWasNamed) {
    const World world;
    SmallNightOptions o;
    o.frames = 4;
    const SmallNight one = write_small_night(world / "a", o);
    const SmallNight other = write_small_night(world / "b/c", o);
    CallOptions here;
    here.folder = world / "a";
    const Finished done =
        world.run({"stack", "../a/night", other.lights[0].string(), other.lights[1].string(), "--quiet"}, here);
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(files_ending(world / "a/nightstack", "_4x15s.fits").size(), 1u) << done.out;
    EXPECT_EQ(files_ending(world / "b/c/nightstack", "_2x15s.fits").size(), 1u) << done.out;
}

TEST(Layouts, APlaceThatCannotBeWrittenIsToldBeforeTheWork) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    write_bytes(world / "nightstack", "a file in the way");
    const Finished done = world.run({"stack", night.session.string()});
    EXPECT_EQ(done.code, 1) << done.err;
    EXPECT_EQ(lines_of(done.err).size(), 1u) << "nothing was measured\n" << done.err;
    EXPECT_THAT(done.err, HasSubstr("--out"));
    EXPECT_THAT(done.err, HasSubstr((world / "nightstack").string()));
    EXPECT_EQ(world.run({"stack", night.session.string(), "--out", (world / "else").string()}).code, 0);
    EXPECT_EQ(world.run({"stack", night.session.string(), "--out", "/proc/1/x"}).code, 1);
}

TEST(Layouts, SortedByHandWithFlatsAndBiases) {
    const World world;
    SmallNightOptions o = small(NightLayout::sorted);
    o.flats = o.biases = 3;
    const SmallNight night = write_small_night(world.path(), o);
    const nlohmann::json report = expect_whole(world, night.session);
    EXPECT_EQ(report["applied"]["flat"]["frames"], 3) << report["applied"].dump();
}

TEST(Layouts, OneFolderToldApartByImagetyp) {
    const World world;
    SmallNightOptions o = small(NightLayout::imagetyp);
    o.flats = o.biases = 2;
    const SmallNight night = write_small_night(world.path(), o);
    const nlohmann::json report = expect_whole(world, night.session);
    EXPECT_EQ(report["applied"]["flat"]["frames"], 2) << report["applied"].dump();
}

TEST(Layouts, MonoCamera) {
    const World world;
    SmallNightOptions o = small(NightLayout::sorted);
    o.cfa.reset();
    const SmallNight night = write_small_night(world.path(), o);
    const nlohmann::json report = expect_whole(world, night.session);
    EXPECT_EQ(report["result"]["noise"].size(), 1u);
}

TEST(Layouts, FilesNamedOneByOne) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    Words words{"stack"};
    for (const auto& light : night.lights) words.push_back(light.string());
    const Finished done = world.run(words);
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(files_ending(world / "nightstack", "_8x15s.fits").size(), 1u) << "as if their folder had been named";
    EXPECT_EQ(files_ending(night.session, ".json").size(), 0u);
}

TEST(Layouts, RelativePathAndTrailingSlash) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    CallOptions here;
    here.folder = night.session;
    EXPECT_EQ(world.run({"stack", "."}, here).code, 0);
    EXPECT_EQ(files_ending(world / "nightstack", "_8x15s.fits").size(), 1u);
    EXPECT_EQ(world.run({"stack", night.session.string() + "/"}).code, 0);
    EXPECT_EQ(files_ending(world / "nightstack", ".fits").size(), 2u);  // beside the first, not instead of it
}

TEST(Layouts, OddTargetNamesBecomeFileNames) {
    const World world;
    SmallNightOptions o;
    o.layout = NightLayout::dwarf2_dated;
    o.object = "Bodes Nebel ü, C&C; $(x) 'q'";
    const SmallNight night = write_small_night(world.path(), o);
    const Finished done = world.run({"stack", night.session.string()});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_TRUE(fs::exists(world / "Astronomy/nightstack/Bodes_Nebel_ü_C_C_x_q_20260912T210000_8x15s.fits"))
        << done.out;
}

}  // namespace
}  // namespace nightstack::test

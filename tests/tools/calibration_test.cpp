// SPDX-License-Identifier: MIT
// Darks and masters: found, matched, refused with the field that differs, kept and used again.
#include <gmock/gmock.h>

#include "io/fits/writer.h"
#include "pipeline/core/image.h"
#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::SizeIs;

SmallNightOptions dwarf_with_darks() {
    SmallNightOptions o;
    o.layout = NightLayout::dwarf2_dated;
    o.frames = 6;
    o.darks = 3;
    return o;
}

std::vector<fs::path> masters_in(const World& world) { return files_ending(world.cache() / "masters", ".fits"); }

TEST(Calibration, ADarkOfAnotherGainIsLeftOutAndTheGainNamed) {
    const World world;
    SmallNightOptions o = dwarf_with_darks();
    o.dark_gain = 60;
    const SmallNight night = write_small_night(world.path(), o);
    const Finished done = world.stack({night.session.string()});
    EXPECT_EQ(done.code, 0) << done.err;
    const nlohmann::json applied = world.report()["applied"];
    EXPECT_TRUE(applied["dark"].is_null());
    const std::string why = applied["why_not"]["dark"];
    EXPECT_THAT(why, HasSubstr("gain"));
    EXPECT_THAT(why, HasSubstr("60"));
    EXPECT_THAT(why, HasSubstr("80"));
    EXPECT_EQ(count_lines(done.err, why), 2u) << "when it is decided and in the summary\n" << done.err;
    EXPECT_TRUE(applied["impulse_filter"]);
}

TEST(Calibration, MastersAreKeptAndUsedAgainWithTheSamePixels) {
    const World world;
    const SmallNight night = write_small_night(world.path(), dwarf_with_darks());
    ASSERT_EQ(world.stack({night.session.string()}).code, 0);
    ASSERT_THAT(masters_in(world), SizeIs(1));
    const auto written = fs::last_write_time(masters_in(world).front());
    const std::string first = sha256_of(world.result());
    const Finished again = world.stack({night.session.string(), "--verbose", "--force"});
    EXPECT_THAT(again.err, HasSubstr("taken from the calibration library"));
    EXPECT_EQ(fs::last_write_time(masters_in(world).front()), written);
    EXPECT_EQ(sha256_of(world.result()), first);
}

TEST(Calibration, TheNoiseOfFewDarksIsTakenOutUnlessAskedFor) {
    const World world;
    const SmallNight night = write_small_night(world.path(), dwarf_with_darks());
    ASSERT_EQ(world.stack({night.session.string()}).code, 0);
    const nlohmann::json quiet = world.report()["applied"]["dark"];
    const std::string pixels = sha256_of(world.result());
    EXPECT_GT(quiet["noise_adu"], 0) << quiet.dump();
    EXPECT_LT(quiet["kept"], 1) << quiet.dump();
    ASSERT_EQ(world.stack({night.session.string(), "--force", "--plain-darks"}).code, 0);
    const nlohmann::json plain = world.report()["applied"]["dark"];
    EXPECT_EQ(plain["noise_adu"], quiet["noise_adu"]);
    EXPECT_EQ(plain["kept"], 1);
    EXPECT_NE(sha256_of(world.result()), pixels);
    EXPECT_EQ(world.run({"verify", (world / "result.json").string()}).code, 0) << "the recipe knows of it";
}

TEST(Calibration, LibraryIsKeyedByContentNotByName) {
    const World world;
    const SmallNight night = write_small_night(world.path(), dwarf_with_darks());
    ASSERT_EQ(world.stack({night.session.string()}).code, 0);
    std::string bytes = read_bytes(night.darks[1]);
    bytes[5000] = static_cast<char>(bytes[5000] ^ 1);
    write_bytes(night.darks[1], bytes);
    ASSERT_EQ(world.stack({night.session.string(), "--force"}).code, 0);
    EXPECT_THAT(masters_in(world), SizeIs(2));
}

TEST(Calibration, ADamagedMasterIsBuiltAgain) {
    const World world;
    const SmallNight night = write_small_night(world.path(), dwarf_with_darks());
    ASSERT_EQ(world.stack({night.session.string()}).code, 0);
    const std::string first = sha256_of(world.result());
    const fs::path master = masters_in(world).front();
    fs::resize_file(master, 5000);
    ASSERT_EQ(world.stack({night.session.string(), "--force"}).code, 0);
    EXPECT_EQ(sha256_of(world.result()), first);
    EXPECT_GT(fs::file_size(master), 100'000u);
}

TEST(Calibration, ACacheThatCannotBeWrittenCostsNothingElse) {
    const World world;
    const SmallNight night = write_small_night(world.path(), dwarf_with_darks());
    write_bytes(world / "home/.cache", "a file where a folder should be");
    const Finished done = world.stack({night.session.string()});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(world.report()["applied"]["dark"]["frames"], 3);
}

TEST(Calibration, NoDarkAsAsked) {
    const World world;
    const SmallNight night = write_small_night(world.path(), dwarf_with_darks());
    ASSERT_EQ(world.stack({night.session.string(), "--no-dark"}).code, 0);
    EXPECT_TRUE(world.report()["applied"]["dark"].is_null());
    EXPECT_EQ(world.report()["inputs"].size(), 6u);
}

TEST(Calibration, NamedDarksFlatsAndBiases) {
    const World world;
    SmallNightOptions o;
    o.frames = 6;
    o.darks = o.flats = o.biases = 3;
    const SmallNight night = write_small_night(world.path(), o);
    const Finished done = world.stack({night.session.string(), "--darks", (world / "my darks").string(), "--flats",
                                       (world / "my flats").string(), "--biases", (world / "my biases").string()});
    EXPECT_EQ(done.code, 0) << done.err;
    const nlohmann::json report = world.report();
    EXPECT_EQ(report["applied"]["dark"]["frames"], 3) << report["applied"].dump();
    EXPECT_EQ(report["applied"]["flat"]["frames"], 3) << report["applied"].dump();
    EXPECT_EQ(report["inputs"].size(), 15u);
    EXPECT_THAT(masters_in(world), SizeIs(3));
}

TEST(Calibration, FlatsWithoutLightCostTheFlatAndAreCountedAsInputsThatFailed) {
    const World world;
    SmallNightOptions o;
    o.flats = 2;
    const SmallNight night = write_small_night(world.path(), o);
    for (const auto& flat : night.flats)
        io::write_fits(flat, Image<float>(o.width, o.height).cview(), plain_cards(o, 0, "Flat Field"),
                       io::Overwrite::yes);
    const Finished done = world.stack({night.session.string()});
    EXPECT_EQ(done.code, 4) << done.err;
    const nlohmann::json report = world.report();
    EXPECT_EQ(report["applied"]["flat"], nullptr) << report["applied"].dump();
    EXPECT_EQ(report["counts"]["stacked"], o.frames);
}

TEST(Calibration, AReadyMasterIsTakenAsItIs) {
    const World world;
    const SmallNight night = write_small_night(world.path(), dwarf_with_darks());
    ASSERT_EQ(world.stack({night.session.string()}).code, 0);
    const std::string built = sha256_of(world.result());
    fs::copy_file(masters_in(world).front(), world / "master_dark.fits");
    const Finished done =
        world.stack({night.session.string(), "--force", "--darks", (world / "master_dark.fits").string()});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_FALSE(world.report()["applied"]["dark"].is_null()) << done.err;
    EXPECT_THAT(masters_in(world), SizeIs(1));
}

TEST(Calibration, ADarkRemovesHotPixels) {
    const World world;
    SmallNightOptions o = dwarf_with_darks();
    o.darks = 5;
    const SmallNight night = write_small_night(world.path(), o);
    ASSERT_EQ(world.stack({night.session.string()}).code, 0);
    EXPECT_GT(world.report()["applied"]["defects"], 20);
    EXPECT_FALSE(world.report()["applied"]["impulse_filter"]);
}

TEST(Calibration, DarksThatAreNotThereAreAUsageError) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    const Finished done = world.stack({night.session.string(), "--darks", (world / "absent").string()});
    EXPECT_EQ(done.code, 2) << done.err;
    EXPECT_EQ(count_lines(done.err, "absent"), 1u) << done.err;
}

}  // namespace
}  // namespace nightstack::test

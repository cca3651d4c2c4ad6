// SPDX-License-Identifier: MIT
// A stack that can be made again is the same bit by bit; whatever stands in the way is named.
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <functional>

#include "tests/support/own_memory.h"
#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::SizeIs;

Finished verify(const World& world, Words words = {}) {
    words.insert(words.begin(), {"verify", (world / "result.json").string()});
    return world.run(words);
}

nlohmann::json verified(const Finished& done) {
    for (const std::string& line : lines_of(done.out)) {
        const nlohmann::json event = nlohmann::json::parse(line);
        if (event["event"] == "verified") return event;
    }
    return nullptr;
}

void edit_report(const World& world, const std::function<void(nlohmann::json&)>& edit) {
    nlohmann::json report = world.report();
    edit(report);
    write_bytes(world / "result.json", report.dump(1));
}

SmallNight stacked_night(const World& world, const Words& words = {}, SmallNightOptions o = {}) {
    if (o.frames == 8) o.frames = 5;
    SmallNight night = write_small_night(world / "card", o);
    Words all{night.session.string()};
    all.insert(all.end(), words.begin(), words.end());
    const Finished done = world.stack(all);
    EXPECT_TRUE(done.code == 0 || done.code == 4) << done.err;
    return night;
}

// One bit of the byte `offset` before the end of the file, turned over.
void spoil_bit(const fs::path& path, std::streamoff offset, int bit) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(-offset, std::ios::end);
    const int byte = file.get();
    file.seekp(-offset, std::ios::end);
    file.put(static_cast<char>(byte ^ bit));
}

void spoil(const fs::path& path, std::streamoff offset) { spoil_bit(path, offset, 1); }

std::vector<fs::path> everything_below(const fs::path& folder) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const std::string ending = entry.path().extension().string();
        if (ending != ".out" && ending != ".err") found.push_back(entry.path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

TEST(Verify, TheSameBitByBitAndNoFileIsLeft) {
    const World world;
    SmallNightOptions o;
    o.layout = NightLayout::sorted;
    o.darks = o.flats = o.biases = 3;
    stacked_night(world, {}, o);
    fs::remove_all(world.cache());
    const auto before = everything_below(world.path());
    const Finished done = verify(world, {"--threads", "2", "--memory", ceiling(400)});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_THAT(done.out, HasSubstr("the same, bit by bit"));
    EXPECT_EQ(everything_below(world.path()), before);
    const nlohmann::json event = verified(verify(world, {"--json"}));
    EXPECT_EQ(event["same"], true);
    EXPECT_EQ(event["different"], 0);
    EXPECT_THAT(event["parts"], SizeIs(4));
    EXPECT_GT(event["pixels"].get<int>(), 480 * 320 * 15) << "value, VAR, COV three planes each, REJ six";
}

TEST(Verify, EveryOptionOfTheRecipeIsUsed) {
    const World world;
    SmallNightOptions o;
    o.frames = 7;
    o.device_failed = {5, 6};
    const SmallNight night =
        stacked_night(world, {"--demosaic", "superpixel",    "--warp",          "cubic",       "--framing",
                              "common",     "--combine",     "median",          "--rejection", "sigma",
                              "3",          "2.5",           "--normalisation", "mul",         "--transform",
                              "similarity", "--reference",   "light_02.fits",   "--exclude",   "light_01",
                              "--exclude",  "light_03.fits", "--second-opinion"},
                      o);
    EXPECT_EQ(world.report()["counts"]["in"], 7);
    const Finished done = verify(world);
    EXPECT_EQ(done.code, 0) << done.out << done.err;
    edit_report(world, [](auto& r) { r["options"]["warp"] = "bilinear"; });
    EXPECT_EQ(verify(world).code, 1) << "the option did nothing";
}

TEST(Verify, OptionsListedInFullReadAlike) {
    const World world;
    stacked_night(world, {"--exclude", "light_01", "--rejection", "sigma", "3", "2.5"});
    edit_report(world, [](auto& r) {
        auto& options = r["options"];
        options = {{"rejection", "sigma 3 2.5"},
                   {"exclude", {"light_01"}},
                   {"include", nlohmann::json::array()},
                   {"reference", nullptr},
                   {"mix", false},
                   {"warp", "lanczos"},
                   {"darks", {"/not/there"}},
                   {"tiff", true},
                   {"threads", "0"},
                   {"pattern", ""},
                   {"output", "x.fits"}};
    });
    const Finished done = verify(world);
    EXPECT_EQ(done.code, 0) << done.out << done.err;
}

TEST(Verify, OneBitInAnyPartIsFound) {
    const World world;
    stacked_night(world);
    const nlohmann::json event = verified(verify(world, {"--json"}));
    const auto size = [](const nlohmann::json& part, int bytes) {
        return (part["pixels"].get<std::streamoff>() * bytes + 2879) / 2880 * 2880;
    };
    // In the file: the values, COV, REJ, VAR.
    const std::streamoff var = size(event["parts"][1], 4) + 2880;
    const std::streamoff rej = var + size(event["parts"][3], 2) + 2880;
    const std::streamoff cov = rej + size(event["parts"][2], 2) + 2880;
    // The first byte of an extension's pixels lies one header of 2880 bytes behind its begin.
    const std::vector<std::pair<std::string, std::streamoff>> places{
        {"VAR", var - 2880 - 3}, {"REJ", rej - 2880}, {"COV", cov - 2880}, {"value", cov + 5000}};
    for (const auto& [name, offset] : places) {
        spoil(world.result(), offset);
        const Finished done = verify(world, {"--json"});
        EXPECT_EQ(done.code, 1) << name;
        const nlohmann::json found = verified(done);
        EXPECT_EQ(found["same"], false);
        EXPECT_EQ(found["different"], 1) << name;
        for (const auto& part : found["parts"]) {
            EXPECT_EQ(part["different"], part["name"] == name ? 1 : 0) << name << part.dump();
            EXPECT_EQ(part["first"].is_null(), part["name"] != name);
        }
        spoil(world.result(), offset);
    }
    EXPECT_EQ(verify(world).code, 0);
    spoil(world.result(), cov + 5000);
    const Finished told = verify(world);
    EXPECT_EQ(count_lines(told.out, "value: 1 of "), 1u) << told.out;
    EXPECT_THAT(told.out, HasSubstr("the largest difference is "));
}

TEST(Verify, SixteenBitsAreComparedAsStored) {
    const World world;
    stacked_night(world, {"--bits", "16", "--png", "none", "--tiff", "--tiff-bits", "16"});
    const Finished done = verify(world);
    EXPECT_EQ(done.code, 0) << done.out << done.err;
    // The last bytes of the file are REJ, the primary's pixels begin behind its header.
    const nlohmann::json event = verified(verify(world, {"--json"}));
    const auto size = static_cast<std::streamoff>(fs::file_size(world.result()));
    constexpr std::streamoff kHeader = 12 * 2880;
    spoil(world.result(), size - kHeader - 1001);
    const nlohmann::json found = verified(verify(world, {"--json"}));
    EXPECT_EQ(found["different"], 1);
    EXPECT_EQ(found["parts"][0]["different"], 1);
    EXPECT_EQ(found["parts"][0]["largest"], world.report()["result"]["scale16"]["step_adu"]);
    edit_report(world, [](auto& r) { r["options"]["combine"] = "median"; });
    EXPECT_EQ(verify(world).code, 1);
}

TEST(Verify, AnInputThatChangedOrIsGoneIsNamed) {
    const World world;
    const SmallNight night = stacked_night(world);
    spoil(night.lights[1], 4000);
    const Finished changed = verify(world);
    EXPECT_EQ(changed.code, 4) << changed.err;
    EXPECT_EQ(count_lines(changed.err, "light_01.fits has changed: its SHA-256 is "), 1u) << changed.err;
    fs::remove(night.lights[1]);
    const Finished gone = verify(world);
    EXPECT_EQ(gone.code, 4);
    EXPECT_EQ(count_lines(gone.err, "light_01.fits is missing"), 1u) << gone.err;
    EXPECT_THAT(gone.err, HasSubstr("--inputs"));
    EXPECT_EQ(gone.out, "");
    const auto events = lines_of(verify(world, {"--json"}).out);
    ASSERT_THAT(events, SizeIs(1));
    const nlohmann::json refused = nlohmann::json::parse(events[0]);
    EXPECT_EQ(refused["event"], "refused");
    EXPECT_THAT(refused["inputs"], SizeIs(1));
}

TEST(Verify, MovedAndRenamedInputsAreFoundByTheirHashes) {
    const World world;
    SmallNightOptions o;
    o.layout = NightLayout::sorted;
    o.darks = 3;
    const SmallNight night = stacked_night(world, {"--reference", "light_02.fits", "--exclude", "light_03.fits"}, o);
    fs::create_directories(world / "archive/deep");
    int n = 100;
    for (const auto& frames : {night.lights, night.darks})
        for (const auto& path : frames) fs::rename(path, world / ("archive/deep/x" + std::to_string(n--) + ".fits"));
    EXPECT_EQ(verify(world).code, 4);
    const Finished done = verify(world, {"--inputs", (world / "archive").string()});
    EXPECT_EQ(done.code, 0) << done.out << done.err;
    EXPECT_EQ(verify(world, {"--inputs", (world / "nowhere").string()}).code, 2);
}

TEST(Verify, EachGroupOfLightsHasItsOwnMastersAgain) {
    const World world;
    SmallNightOptions o;
    o.layout = NightLayout::sorted;
    o.frames = 4;
    o.darks = o.flats = 3;
    o.object = "first night";
    const SmallNight first = write_small_night(world / "card", o);
    o.object = "second night";
    const SmallNight second = write_small_night(world / "card", o);
    for (const auto& dark : second.darks) {
        for (std::streamoff offset = 20'000; offset < 200'000; offset += 2) spoil_bit(dark, offset, 0x10);
    }
    const Finished done =
        world.stack({first.session.string(), second.session.string(), "--combine-sessions", "--exclude", "light_00"});
    ASSERT_EQ(done.code, 0) << done.err;
    ASSERT_THAT(world.report()["applied"]["groups"], SizeIs(2));
    EXPECT_NE(world.report()["applied"]["groups"][0]["dark"]["sha256"],
              world.report()["applied"]["groups"][1]["dark"]["sha256"]);
    const Finished same = verify(world);
    EXPECT_EQ(same.code, 0) << same.out << same.err;
    fs::rename(world / "card", world / "attic");
    const Finished moved = verify(world, {"--inputs", (world / "attic").string()});
    EXPECT_EQ(moved.code, 0) << moved.out << moved.err;
    // The groups' masters swapped: the report lies, and that shows.
    edit_report(world,
                [](auto& r) { std::swap(r["applied"]["groups"][0]["dark"], r["applied"]["groups"][1]["dark"]); });
    EXPECT_EQ(verify(world, {"--inputs", (world / "attic").string()}).code, 1);
}

TEST(Verify, FailedAndDeviceFailedFramesAreAsTheyWere) {
    const World world;
    SmallNightOptions o;
    o.device_failed = {1};
    SmallNight night = write_small_night(world / "card", o);
    write_bytes(night.session / "light_90.fits", read_bytes(night.lights[0]).substr(0, 9000));
    ASSERT_EQ(world.stack({night.session.string()}).code, 4);
    const Finished done = verify(world);
    EXPECT_EQ(done.code, 0) << done.out << done.err;
}

TEST(Verify, AnotherVersionIsComparedAllTheSame) {
    const World world;
    stacked_night(world);
    edit_report(world, [](auto& r) { r["version"] = "nightstack 0.0.1"; });
    const Finished done = verify(world);
    EXPECT_EQ(done.code, 0);
    EXPECT_EQ(count_lines(done.err, "nightstack 0.0.1"), 1u) << done.err;
}

TEST(Verify, ReportsThatCannotBeReadAreRefused) {
    const World world;
    stacked_night(world);
    const nlohmann::json good = world.report();
    const auto refused = [&](const std::string& text, const char* word) {
        write_bytes(world / "result.json", text);
        const Finished done = verify(world);
        EXPECT_EQ(done.code, 2) << word;
        EXPECT_EQ(count_lines(done.err, word), 1u) << done.err;
        EXPECT_EQ(lines_of(done.err).size(), 1u) << done.err;
    };
    const auto with = [&](const std::function<void(nlohmann::json&)>& edit) {
        nlohmann::json report = good;
        edit(report);
        return report.dump();
    };
    refused(with([](auto& r) { r["schema"] = 2; }), "newer");
    refused(with([](auto& r) { r["options"]["drizzle-cups"] = "3"; }), "drizzle-cups");
    refused(with([](auto& r) { r["options"]["warp"] = "magic"; }), "warp");
    refused(with([](auto& r) { r.erase("inputs"); }), "'inputs'");
    refused(with([](auto& r) { r["inputs"][0]["sha256"] = 7; }), "'sha256'");
    refused(with([](auto& r) { r["inputs"][0]["bytes"] = -7; }), "'bytes'");
    refused(with([](auto& r) { r["frames"].erase(0); }), "the same lights");
    refused("[1,2]", "JSON object");
    refused("{", "not JSON");
    refused(std::string(100'000, '['), "not JSON");
    fs::remove(world / "result.json");
    EXPECT_EQ(verify(world).code, 2);
}

TEST(Verify, NothingToCompareWith) {
    const World world;
    const SmallNight night = stacked_night(world);
    fs::copy_file(night.lights[0], world.result(), fs::copy_options::overwrite_existing);
    const Finished light = verify(world);
    EXPECT_EQ(light.code, 3) << light.err;
    fs::remove(world.result());
    const Finished gone = verify(world);
    EXPECT_EQ(gone.code, 3) << gone.err;
    EXPECT_THAT(gone.err, HasSubstr("result.fits"));
}

TEST(Verify, AnotherShapeIsADifference) {
    const World world;
    stacked_night(world);
    edit_report(world, [](auto& r) { r["options"]["demosaic"] = "superpixel"; });
    const Finished done = verify(world);
    EXPECT_EQ(done.code, 1) << done.err;
    EXPECT_THAT(done.out, HasSubstr("in the file it is"));
}

}  // namespace
}  // namespace nightstack::test

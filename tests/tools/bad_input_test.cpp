// SPDX-License-Identifier: MIT
// What a dying card, another program or a bad joke puts among the lights: each costs itself, one line, and no more.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "io/fits/writer.h"
#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::SizeIs;

SmallNightOptions few() {
    SmallNightOptions o;
    o.frames = 6;
    return o;
}

std::string shorter(const std::string& bytes, std::size_t length) { return bytes.substr(0, length); }

std::string with_card(std::string bytes, const std::string& key, const std::string& value) {
    const std::size_t at = bytes.find(key);
    std::string card = key;
    card.resize(8, ' ');
    card += "= " + std::string(20 - value.size(), ' ') + value;
    card.resize(80, ' ');
    return bytes.replace(at, 80, card);
}

// Six good lights and `bytes` as light_90.fits.
struct OneBad {
    World world;
    SmallNight night = write_small_night(world.path(), few());
    fs::path bad = night.session / "light_90.fits";
    std::string good_bytes = read_bytes(night.lights[0]);

    // The bad one failed, for this reason and with one line on stderr that names it; the rest is stacked.
    void expect_failed(const std::string& reason) {
        const Finished done = world.stack({night.session.string()});
        EXPECT_EQ(done.code, 4) << done.err.substr(0, 600);
        EXPECT_EQ(count_lines(done.err, "light_90"), 1u) << done.err.substr(0, 600);
        expect_verdict("failed", reason, done.err);
        const Finished quiet = world.stack({night.session.string(), "--quiet", "--force"});
        EXPECT_EQ(lines_of(quiet.err).size(), 1u) << quiet.err;
        EXPECT_EQ(count_lines(quiet.err, "light_90"), 1u) << quiet.err;
    }
    void expect_verdict(const std::string& verdict, const std::string& reason, const std::string& said) {
        ASSERT_TRUE(fs::exists(world.result())) << said;
        const nlohmann::json report = world.report();
        const nlohmann::json frame = frame_of(report, "light_90.fits");
        ASSERT_FALSE(frame.is_null());
        EXPECT_EQ(frame["verdict"], verdict) << frame.dump();
        EXPECT_EQ(frame["reason"], reason) << frame.dump();
        EXPECT_TRUE(frame["ref_from_frame"].is_null());
        EXPECT_EQ(report["counts"]["stacked"], 6) << said;
        EXPECT_EQ(report["counts"]["in"], 7);
    }
    // Judged by its pixels: rejected or failed, but no crash and no influence.
    void expect_not_stacked(const std::string& reason) {
        const Finished done = world.stack({night.session.string()});
        EXPECT_THAT(done.code, testing::AnyOf(0, 4)) << done.err.substr(0, 600);
        ASSERT_TRUE(fs::exists(world.result())) << done.err.substr(0, 600);
        const nlohmann::json frame = frame_of(world.report(), "light_90.fits");
        EXPECT_NE(frame["verdict"], "stacked");
        EXPECT_EQ(frame["reason"], reason) << frame.dump();
        EXPECT_EQ(world.report()["counts"]["stacked"], 6) << done.err.substr(0, 600);
        EXPECT_EQ(count_lines(done.err, "light_90"), 1u) << done.err.substr(0, 600);
    }
};

TEST(BadInput, Truncated) {
    OneBad t;
    write_bytes(t.bad, shorter(t.good_bytes, t.good_bytes.size() / 3));
    t.expect_failed("truncated");
}

TEST(BadInput, CutWithinTheHeader) {
    OneBad t;
    write_bytes(t.bad, shorter(t.good_bytes, 700));
    t.expect_failed("truncated");
}

TEST(BadInput, ZeroLength) {
    OneBad t;
    write_bytes(t.bad, "");
    t.expect_failed("truncated");
}

TEST(BadInput, HalfWrittenHasAllBytesButZeros) {
    OneBad t;
    std::string bytes = t.good_bytes;
    std::fill(bytes.begin() + 2880 + 40000, bytes.end(), '\0');
    write_bytes(t.bad, bytes);
    t.expect_failed("truncated");
}

// A few rows were read out, then the camera gave a constant: no noise to measure, yet no reason to stop the night.
TEST(BadInput, MostlyConstantFrame) {
    OneBad t;
    std::string bytes = t.good_bytes;
    for (std::size_t i = 2880 + 40000; i + 1 < bytes.size(); i += 2) bytes.replace(i, 2, "\x81\x10");
    write_bytes(t.bad, bytes);
    const Finished done = t.world.stack({t.night.session.string()});
    EXPECT_THAT(done.code, testing::AnyOf(0, 4)) << done.err.substr(0, 600);
    EXPECT_NE(frame_of(t.world.report(), "light_90.fits")["verdict"], "stacked");
    EXPECT_EQ(t.world.report()["counts"]["stacked"], 6);
}

TEST(BadInput, NaxisZero) {
    OneBad t;
    const auto card = [](std::string text) { return text += std::string(80 - text.size(), ' '); };
    std::string bytes = card("SIMPLE  =                    T") + card("BITPIX  =                   16") +
                        card("NAXIS   =                    0") + card("END");
    bytes.resize(2880, ' ');
    write_bytes(t.bad, bytes);
    t.expect_failed("header");
    write_bytes(t.bad, with_card(t.good_bytes, "NAXIS ", "0"));  // says none and has two
    EXPECT_EQ(t.world.stack({t.night.session.string(), "--force"}).code, 4);
}

TEST(BadInput, Naxis999) {
    OneBad t;
    write_bytes(t.bad, with_card(t.good_bytes, "NAXIS ", "999"));
    t.expect_failed("header");
}

TEST(BadInput, AbsurdAxes) {
    for (const char* axis : {"999999999999", "-480", "0", "4294967776"}) {
        OneBad t;
        write_bytes(t.bad, with_card(t.good_bytes, "NAXIS1", axis));
        const Finished done = t.world.stack({t.night.session.string()});
        EXPECT_EQ(done.code, 4) << axis << "\n" << done.err.substr(0, 600);
        EXPECT_EQ(count_lines(done.err, "light_90"), 1u) << done.err.substr(0, 600);
    }
}

TEST(BadInput, AnotherSizeAmongTheLights) {
    OneBad t;
    SmallNightOptions o = few();
    o.width = 320;
    o.frames = 1;
    const World other;
    fs::copy_file(write_small_night(other.path(), o).lights[0], t.bad);
    t.expect_failed("size");
}

TEST(BadInput, AnotherPatternAmongTheLights) {
    OneBad t;
    std::string bytes = t.good_bytes;
    bytes.replace(bytes.find("'GBRG"), 5, "'RGGB");
    write_bytes(t.bad, bytes);
    t.expect_failed("pattern");
}

TEST(BadInput, NotANumberEverywhere) {
    OneBad t;
    Image<float> frame(480, 320);
    for (int y = 0; y < 320; ++y)
        for (int x = 0; x < 480; ++x) frame.view()(x, y) = std::numeric_limits<float>::quiet_NaN();
    io::write_fits(t.bad, frame.cview(), plain_cards(few(), 90, "Light Frame"));
    const Finished done = t.world.stack({t.night.session.string()});
    EXPECT_THAT(done.code, testing::AnyOf(0, 4)) << done.err.substr(0, 600);
    EXPECT_NE(frame_of(t.world.report(), "light_90.fits")["verdict"], "stacked");
    EXPECT_EQ(t.world.report()["counts"]["stacked"], 6);
    EXPECT_EQ(count_lines(done.err, "light_90"), 1u) << done.err.substr(0, 600);
}

TEST(BadInput, SaturatedFrame) {
    OneBad t;
    std::string bytes = t.good_bytes;
    for (std::size_t i = 2880; i + 1 < bytes.size(); i += 2) bytes.replace(i, 2, "\x7f\xf0");
    write_bytes(t.bad, bytes);
    t.expect_not_stacked("saturated");
}

TEST(BadInput, AllBlackFrame) {
    OneBad t;
    std::string bytes = t.good_bytes;
    for (std::size_t i = 2880; i + 1 < bytes.size(); i += 2) bytes.replace(i, 2, std::string("\x80\0", 2));
    write_bytes(t.bad, bytes);
    t.expect_not_stacked("black");
}

TEST(BadInput, FrameWithoutStars) {
    SmallNightOptions o = few();
    o.frames = 7;
    o.anomalies.defects = {{6, sky::DefectKind::capped}};
    const World world;
    const SmallNight night = write_small_night(world.path(), o);
    const Finished done = world.stack({night.session.string()});
    EXPECT_EQ(done.code, 0) << done.err.substr(0, 600);
    const nlohmann::json frame = frame_of(world.report(), "light_06.fits");
    EXPECT_EQ(frame["verdict"], "rejected") << frame.dump();
    EXPECT_THAT(frame["reason"].get<std::string>(), testing::AnyOf("no_stars", "stars", "no_match")) << frame.dump();
}

TEST(BadInput, AFolderNamedLikeAFrame) {
    OneBad t;
    fs::create_directory(t.bad);
    const Finished done = t.world.stack({t.night.session.string()});
    EXPECT_EQ(done.code, 0) << done.err.substr(0, 600);
    EXPECT_EQ(t.world.report()["counts"]["stacked"], 6);
}

TEST(BadInput, DanglingLink) {
    OneBad t;
    fs::create_symlink("nowhere.fits", t.bad);
    const Finished done = t.world.stack({t.night.session.string()});
    EXPECT_EQ(done.code, 4) << done.err.substr(0, 600);
    EXPECT_EQ(count_lines(done.err, "light_90"), 1u) << done.err.substr(0, 600);
    ASSERT_THAT(t.world.report()["problems"], SizeIs(1));
    EXPECT_EQ(t.world.report()["problems"][0]["file"], t.bad.string());
    EXPECT_THAT(t.world.report()["problems"][0]["text"].get<std::string>(), HasSubstr("a link to nothing"));
}

TEST(BadInput, DanglingLinkAmongNamedDarks) {
    const World world;
    SmallNightOptions o = few();
    o.darks = 2;
    const SmallNight night = write_small_night(world.path(), o);
    const fs::path darks = night.darks[0].parent_path();
    fs::create_symlink("nowhere.fits", darks / "dark_90.fits");
    const Finished done = world.stack({night.session.string(), "--darks", darks.string()});
    EXPECT_EQ(done.code, 4) << done.err;
    EXPECT_EQ(count_lines(done.err, "dark_90"), 1u) << done.err;
    EXPECT_THAT(world.report()["problems"], SizeIs(1));
    EXPECT_EQ(world.report()["applied"]["dark"]["frames"], 2);
}

TEST(BadInput, AProblemStandsInTheReportOfItsSession) {
    const World world;
    SmallNightOptions o = few();
    o.frames = 4;
    o.layout = NightLayout::sorted;
    for (const char* object : {"One", "Two"}) {
        o.object = object;
        write_small_night(world / "nights", o);
    }
    fs::create_symlink("nowhere.fits", world / "nights/Two/lights/light_90.fits");
    const Finished done = world.run({"stack", (world / "nights").string(), "--out", (world / "o").string()});
    EXPECT_EQ(done.code, 4) << done.err;
    for (const auto& report : files_ending(world / "o", ".json")) {
        const bool two = report.filename().string().find("Two") == 0;
        EXPECT_THAT(read_json(report)["problems"], SizeIs(two ? 1 : 0)) << report;
    }
}

TEST(BadInput, APipeDoesNotBlock) {
    OneBad t;
    ASSERT_EQ(::mkfifo(t.bad.c_str(), 0600), 0);
    const Finished folder = t.world.stack({t.night.session.string()});
    EXPECT_EQ(folder.code, 0) << folder.err;
    EXPECT_EQ(t.world.report()["counts"]["stacked"], 6);
    const Finished named = t.world.run({"stack", t.bad.string()});
    EXPECT_EQ(named.code, 3) << named.err;
    const Finished info = t.world.run({"info", t.bad.string()});
    EXPECT_EQ(info.code, 3) << info.err;
    const Finished darks = t.world.stack({t.night.session.string(), "--force", "--darks", t.bad.string()});
    EXPECT_NE(darks.code, 137) << darks.err;
}

TEST(BadInput, UnreadableForTheSystem) {
    OneBad t;
    fs::create_symlink("light_90.fits", t.bad);  // a link to itself: root may not read it either
    const Finished done = t.world.stack({t.night.session.string()});
    EXPECT_EQ(done.code, 4) << done.err.substr(0, 600);
    EXPECT_EQ(count_lines(done.err, "light_90"), 1u) << done.err.substr(0, 600);
}

TEST(BadInput, HostileNames) {
    OneBad t;
    const std::string names[] = {"light_\n91.fits", "light_\x1B[31m92.fits",
                                 "light_\xFF\xFE"
                                 "93.fits",
                                 std::string(250, 'x') + ".fits"};
    for (const std::string& name : names) write_bytes(t.night.session / name, "SIMPLE");
    fs::copy_file(t.night.lights[0], t.night.session / "a \n\x1B[0m\xFF good one.fits");
    const Finished done = t.world.stack({t.night.session.string()});
    EXPECT_EQ(done.code, 4) << done.err.substr(0, 600);
    EXPECT_EQ(done.err.find('\x1B'), std::string::npos);
    EXPECT_EQ(done.err.find('\xFF'), std::string::npos);
    EXPECT_EQ(t.world.report()["counts"]["failed"], 4) << done.err.substr(0, 600);
    EXPECT_EQ(t.world.report()["counts"]["stacked"], 7) << done.err.substr(0, 600);
    for (const char* part : {"91.fits", "92.fits", "93.fits", "xxxxx.fits"})
        EXPECT_EQ(count_lines(done.err, part), 1u) << done.err.substr(0, 600);
    const Finished json = t.world.stack({t.night.session.string(), "--json", "--force"});
    for (const auto& line : lines_of(json.out)) EXPECT_TRUE(nlohmann::json::accept(line)) << line;
}

TEST(BadInput, HostileHeaderText) {
    OneBad t;
    std::string bytes = t.good_bytes;
    bytes.replace(bytes.find("'M 1"), 8, "'\x1B[5m\xFF/../");
    write_bytes(t.bad, bytes);
    const Finished done =
        t.world.run({"stack", t.bad.string(), t.night.session.string(), "--out", (t.world / "o").string()});
    EXPECT_EQ(done.err.find('\x1B'), std::string::npos);
    EXPECT_EQ(done.out.find('\x1B'), std::string::npos);
    const Finished info = t.world.run({"info", t.bad.string()});
    EXPECT_EQ(info.out.find('\x1B'), std::string::npos) << info.out;
    EXPECT_EQ(info.out.find('\xFF'), std::string::npos) << info.out;
    const Finished json = t.world.run({"info", "--json", t.bad.string()});
    EXPECT_TRUE(nlohmann::json::accept(json.out)) << json.out;
}

TEST(BadInput, GzipBombNamedFits) {
    OneBad t;
    const gzFile bomb = ::gzopen(t.bad.c_str(), "wb9");
    const std::string zeros(1 << 20, '\0');
    for (int i = 0; i < 16; ++i) ::gzwrite(bomb, zeros.data(), static_cast<unsigned>(zeros.size()));
    ::gzclose(bomb);
    t.expect_failed("header");
}

TEST(BadInput, RubbishNamedFits) {
    OneBad t;
    write_bytes(t.bad, std::string(10000, '\xA5'));
    t.expect_failed("header");
}

TEST(BadInput, DarksOfAnotherSize) {
    OneBad t;
    SmallNightOptions o = few();
    o.frames = 0;
    o.darks = 2;
    o.height = 300;
    write_small_night(t.world / "other", o);
    const Finished done = t.world.stack({t.night.session.string(), "--darks", (t.world / "other/my darks").string()});
    EXPECT_EQ(done.code, 4) << done.err.substr(0, 600);
    EXPECT_EQ(count_lines(done.err, "dark0000.fits"), 1u) << done.err.substr(0, 600);
    EXPECT_EQ(count_lines(done.err, "480 x 300"), 2u) << done.err.substr(0, 600);
    EXPECT_TRUE(t.world.report()["applied"]["dark"].is_null());
    EXPECT_EQ(t.world.report()["counts"]["stacked"], 6);
}

nlohmann::json last_event(const Finished& done) {
    const auto lines = lines_of(done.out);
    return lines.empty() ? nlohmann::json() : nlohmann::json::parse(lines.back());
}

TEST(BadInput, NothingUsableHasAReportAndAnEnd) {
    const World world;
    for (const char* name : {"a.fits", "b.fits"}) write_bytes(world / "night" / name, "SIMPLE");
    fs::create_symlink("nowhere.fits", world / "night/c.fits");
    const Finished done = world.stack({(world / "night").string(), "--json"});
    EXPECT_EQ(done.code, 3) << done.err.substr(0, 600);
    EXPECT_FALSE(fs::exists(world.result()));
    EXPECT_FALSE(fs::exists(world / "result.png"));
    EXPECT_EQ(count_lines(done.err, "a.fits"), 1u) << done.err.substr(0, 600);
    EXPECT_THAT(done.err, HasSubstr("no usable frame"));
    const nlohmann::json r = world.report();
    for (const char* key :
         {"schema", "version", "options", "inputs", "applied", "canvas", "frames", "result", "counts", "run"})
        EXPECT_TRUE(r.contains(key)) << key;
    for (const char* key : {"dark", "flat", "bias", "why_not"}) EXPECT_TRUE(r["applied"].contains(key)) << key;
    for (const char* name : {"a.fits", "b.fits"}) {
        EXPECT_EQ(frame_of(r, name)["verdict"], "failed");
        EXPECT_EQ(frame_of(r, name)["reason"], "truncated");
    }
    const nlohmann::json counts = {{"in", 2}, {"stacked", 0}, {"rejected", 0}, {"failed", 2}};
    EXPECT_EQ(r["counts"], counts);
    EXPECT_THAT(r["inputs"], SizeIs(2));
    ASSERT_THAT(r["problems"], SizeIs(1));
    EXPECT_THAT(r["problems"][0]["file"].get<std::string>(), HasSubstr("c.fits"));
    const nlohmann::json end = last_event(done);
    EXPECT_EQ(end["event"], "done");
    EXPECT_TRUE(end["fits"].is_null());
    EXPECT_EQ(end["json"], (world / "result.json").string());
    EXPECT_EQ(end["failed"], 2);
    EXPECT_EQ(end["problems"], 1);
}

// Readable, but each is somebody else's sky: the name of the report tells the night all the same.
TEST(BadInput, NothingUsableIsNamedLikeAStackOfNone) {
    const World world;
    SmallNightOptions o = few();
    o.frames = 2;
    const SmallNight night = write_small_night(world.path(), o);
    for (const auto& light : night.lights) {
        std::string bytes = read_bytes(light);
        for (std::size_t i = 2880; i + 1 < bytes.size(); i += 2) bytes.replace(i, 2, "\x7f\xf0");
        write_bytes(light, bytes);
    }
    const Finished done = world.run({"stack", night.session.string()});
    EXPECT_EQ(done.code, 3) << done.err;
    EXPECT_EQ(done.out, "");
    EXPECT_THAT(files_ending(world / "nightstack", ""), SizeIs(1)) << done.err;
    const auto reports = files_ending(world / "nightstack", "M_1_20260912T210000_0x15s.json");
    ASSERT_THAT(reports, SizeIs(1)) << done.err;
    EXPECT_EQ(read_json(reports[0])["counts"]["stacked"], 0);
    EXPECT_EQ(read_json(reports[0])["result"]["livetime_s"], 0);
    EXPECT_THAT(done.err, HasSubstr(reports[0].string()));
    const Finished again = world.run({"stack", night.session.string()});
    EXPECT_EQ(again.code, 3) << again.err;
    EXPECT_THAT(files_ending(world / "nightstack", ".json"), SizeIs(2)) << "beside the first";
}

// A mistyped name must not get in the way of the next call.
TEST(BadInput, APathThatDoesNotExistLeavesNothing) {
    const World world;
    const auto result = world / "o.fits";
    const Finished done = world.run({"stack", (world / "nowhere").string(), "--output", result.string()});
    EXPECT_NE(done.code, 0);
    EXPECT_FALSE(fs::exists(world / "o.json"));
    const SmallNight night = write_small_night(world.path());
    EXPECT_EQ(world.run({"stack", night.session.string(), "--output", result.string()}).code, 0);
    const Finished out = world.run({"stack", (world / "nowhere").string(), "--out", (world / "results").string()});
    EXPECT_NE(out.code, 0);
    EXPECT_TRUE(!fs::exists(world / "results") || fs::is_empty(world / "results"));
}

TEST(BadInput, NoLightsAtAll) {
    const World world;
    fs::create_directories(world / "empty");
    for (const char* name : {"absent", "empty"}) {
        const Finished done = world.run({"stack", (world / name).string(), "--json"});
        EXPECT_EQ(done.code, 3) << done.err;
        const nlohmann::json end = last_event(done);
        EXPECT_EQ(end["event"], "done");
        EXPECT_TRUE(end["json"].is_null());
        EXPECT_EQ(end["stacked"], 0);
    }
    EXPECT_FALSE(fs::exists(world / "nightstack")) << "no empty results folder";
    EXPECT_EQ(world.stack({(world / "absent").string(), (world / "empty").string()}).code, 3);
    EXPECT_THAT(world.report()["problems"], SizeIs(1)) << "a place was named, so there is a report";
    EXPECT_EQ(world.report()["counts"]["in"], 0);
}

TEST(BadInput, OneGoodFrameIsAStackOfOne) {
    SmallNightOptions o = few();
    o.frames = 1;
    const World world;
    const SmallNight night = write_small_night(world.path(), o);
    const Finished done = world.stack({night.session.string()});
    EXPECT_EQ(done.code, 0) << done.err.substr(0, 600);
    EXPECT_EQ(world.report()["counts"]["stacked"], 1);
}

}  // namespace
}  // namespace nightstack::test

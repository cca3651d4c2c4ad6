// SPDX-License-Identifier: MIT
// --solve with the real solve-field on real stars; and with solvers that are missing, slow, wrong or hostile.
#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <numbers>
#include <thread>

#include "tests/support/real_night.h"
#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::SizeIs;

void with_optics(io::FitsCards& cards) { cards.number("FOCALLEN", 20.63).number("XPIXSZ", 3.0); }

Finished solved_stack(const World& world, const RealNightOptions& o, Words words = {}) {
    write_real_night(world / "night", o);
    words.insert(words.begin(), {(world / "night").string(), "--solve"});
    return world.stack(words);
}

// Where astropy finds the catalogue's stars by the header of the result. `turned`: the frames' first row is the lowest.
int check_with_astropy(const World& world, const RealNightOptions& o, bool turned = false,
                       const std::string& most_px = "0.35") {
    const nlohmann::json r = world.report();
    const double scale = r["canvas"]["scale"].get<double>();
    const auto on_canvas = [&](double at, const char* corner) {
        return (at - r["canvas"][corner].get<double>() + 0.5) * scale - 0.5;
    };
    const std::string name = fs::path(r["reference"].get<std::string>()).stem().string();
    const int reference = name.back() - '0';
    std::ofstream list(world / "stars.txt");
    for (const CatalogueStar& star : sky_around_deneb()) {
        const Point p = place_on_frame(star, o);
        const double row = p.y - 1.0 * reference;
        const double x = on_canvas(p.x + 2.0 * reference, "x0");
        const double y = on_canvas(turned ? o.height - 1 - row : row, "y0");
        if (x < 0 || y < 0 || x >= o.width * scale || y >= o.height * scale) continue;
        list.precision(10);
        list << star.ra_deg << " " << star.dec_deg << " " << x << " " << y << "\n";
    }
    list.close();
    const std::string command = std::string("/usr/bin/python3 ") + NIGHTSTACK_SOURCE_DIR +
                                "/tests/tools/check_wcs.py " + world.result().string() + " " +
                                (world / "stars.txt").string() + " " + most_px + " 2>&1";
    return std::system(command.c_str());
}

TEST(Solve, WritesAWcsThatAstropyReadsToATenthOfAPixelOrSo) {
    const World world;
    RealNightOptions o;
    o.cards = [](io::FitsCards& c) {
        with_optics(c);
        c.number("RA", 315.5).number("DEC", 43.5);
    };
    const Finished done = solved_stack(world, o);
    ASSERT_EQ(done.code, 0) << done.err;
    const nlohmann::json solve = world.report()["solve"];
    ASSERT_EQ(solve["solved"], true) << solve.dump() << done.err;
    EXPECT_NEAR(solve["ra_deg"].get<double>(), 314.7, 0.05);
    EXPECT_NEAR(solve["dec_deg"].get<double>(), 44.3, 0.05);
    EXPECT_NEAR(solve["arcsec_per_px"].get<double>(), 30, 0.1);
    EXPECT_NEAR(solve["rotation_deg"].get<double>(), 33, 0.3);
    EXPECT_EQ(solve["sip_order"], 2);
    EXPECT_GE(solve["matched"], 12);
    EXPECT_LT(solve["rms_px"].get<double>(), 0.5);
    EXPECT_EQ(count_lines(done.err, "plate solved: RA 314.7"), 1u) << done.err;
    EXPECT_EQ(check_with_astropy(world, o), 0);
    EXPECT_EQ(world.run({"verify", (world / "result.json").string()}).code, 0)
        << "the solution is no part of the recipe";
}

TEST(Solve, WithoutAnyHintAndMirrored) {
    const World world;
    RealNightOptions o;
    o.mirrored = true;
    o.position_angle_deg = -140;
    const Finished done = solved_stack(world, o);
    ASSERT_EQ(done.code, 0) << done.err;
    ASSERT_EQ(world.report()["solve"]["solved"], true) << done.err;
    EXPECT_EQ(check_with_astropy(world, o), 0);
}

TEST(Solve, AWrongPointingCostsOnlyTime) {
    const World world;
    RealNightOptions o;
    o.cards = [](io::FitsCards& c) {
        with_optics(c);
        c.number("RA", 80).number("DEC", -20);
    };
    const Finished done = solved_stack(world, o);
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(world.report()["solve"]["solved"], true) << done.err;
}

TEST(Solve, ASkyThatIsNoneIsToldAndFailsNothing) {
    const World world;
    const SmallNight night = write_small_night(world / "card");
    const Finished done = world.stack({night.session.string(), "--solve", "--solve-timeout", "3"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(count_lines(done.err, "not plate solved: "), 1u) << done.err;
    const nlohmann::json solve = world.report()["solve"];
    EXPECT_EQ(solve["solved"], false);
    EXPECT_NE(solve["reason"], "");
    EXPECT_TRUE(fs::exists(world.result()));
}

// The header of frame after frame as somebody else's solver would have written it: the bend to first order.
RealNightOptions solved_night() {
    RealNightOptions o;
    o.cards = [o, frame = 0](io::FitsCards& c) mutable {
        const double turn = o.position_angle_deg * std::numbers::pi / 180;
        const double pixel = o.arcsec_per_px / 3600;
        c.text("CTYPE1", "RA---TAN-SIP").text("CTYPE2", "DEC--TAN-SIP");
        c.number("CRVAL1", 314.7).number("CRVAL2", 44.3);
        c.number("CRPIX1", 0.5 * (o.width - 1) + 2 * frame + 1).number("CRPIX2", 0.5 * (o.height - 1) - frame + 1);
        c.number("CD1_1", -pixel * std::cos(turn)).number("CD1_2", -pixel * std::sin(turn));
        c.number("CD2_1", pixel * std::sin(turn)).number("CD2_2", -pixel * std::cos(turn));
        c.integer("A_ORDER", 3).number("A_3_0", -o.bend).number("A_1_2", -o.bend);
        c.integer("B_ORDER", 3).number("B_0_3", -o.bend).number("B_2_1", -o.bend);
        c.logical("PLTSOLVD", true);
        ++frame;
    };
    return o;
}

TEST(CarriedWcs, OfTheReferenceIsMovedToTheCanvas) {
    const World world;
    const RealNightOptions o = solved_night();
    write_real_night(world / "night", o);
    const Finished done = world.stack({(world / "night").string()});
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(world.report()["wcs"], "reference");
    EXPECT_EQ(count_lines(done.err, "sky coordinates: taken over"), 1u) << done.err;
    EXPECT_EQ(check_with_astropy(world, o, false, "0.02"), 0);
}

TEST(CarriedWcs, IsRightOnAFinerGridAndWithRowsTurnedOver) {
    const World world;
    RealNightOptions o = solved_night();
    o.cards = [inner = o.cards](io::FitsCards& c) {
        inner(c);
        c.text("ROWORDER", "BOTTOM-UP");
    };
    write_real_night(world / "night", o);
    const Finished done = world.stack({(world / "night").string(), "--demosaic", "drizzle", "--scale", "2"});
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(world.report()["canvas"]["scale"], 2);
    EXPECT_EQ(check_with_astropy(world, o, /*turned=*/true, "0.02"), 0);
}

TEST(CarriedWcs, IsCalledSolvedOnlyWhereTheFrameSaysSo) {
    const World world;
    RealNightOptions o;
    o.cards = [](io::FitsCards& c) {
        c.text("CTYPE1", "RA---TAN").text("CTYPE2", "DEC--TAN").number("CRVAL1", 314.7).number("CRVAL2", 44.3);
        c.number("CRPIX1", 360).number("CRPIX2", 240).number("CDELT1", -0.01).number("CDELT2", 0.01);
    };
    write_real_night(world / "night", o);
    ASSERT_EQ(world.stack({(world / "night").string()}).code, 0);
    EXPECT_EQ(world.report()["wcs"], "reference");
    EXPECT_EQ(read_bytes(world.result()).find("PLTSOLVD"), std::string::npos);
}

TEST(CarriedWcs, ThatCannotBeUnderstoodCostsNothingButItself) {
    const World world;
    RealNightOptions o;
    o.cards = [](io::FitsCards& c) { c.text("CTYPE1", "RA---ZEA").text("CTYPE2", "DEC--ZEA"); };
    write_real_night(world / "night", o);
    const Finished done = world.stack({(world / "night").string()});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(world.report()["wcs"], nullptr);
    EXPECT_EQ(count_lines(done.err, "not taken over: "), 1u) << done.err;
    EXPECT_THAT(done.err, HasSubstr("RA---ZEA"));
}

// A solve-field of our own in front of the PATH.
class FakeSolver : public testing::Test {
protected:
    void SetUp() override { write_real_night(world / "night"); }
    CallOptions with(const std::string& script) {
        write_bytes(world / "bin/solve-field", "#!/bin/sh\n" + script);
        fs::permissions(world / "bin/solve-field", fs::perms::owner_all);
        fs::create_directories(world / "tmp");
        return {{{"PATH", (world / "bin").string() + ":/usr/bin:/bin"}, {"TMPDIR", (world / "tmp").string()}}, {}, 0};
    }
    // The stack comes out whole, the reason is told, nothing stays in the temporary folder.
    void expect_told(const std::string& script, const std::string& reason) {
        const Finished done =
            world.stack({(world / "night").string(), "--solve", "--solve-timeout", "2", "--force"}, with(script));
        EXPECT_EQ(done.code, 0) << done.err;
        EXPECT_EQ(count_lines(done.err, "not plate solved: "), 1u) << done.err;
        EXPECT_THAT(done.err, HasSubstr(reason)) << script;
        EXPECT_TRUE(fs::is_empty(world / "tmp"));
    }
    World world;
};

const char* const kWcs =
    "card() { printf '%-80s' \"$1\"; }\n"
    "wcs() { card 'SIMPLE  =                    T'; card 'BITPIX  =                    8'; card 'NAXIS   =          "
    "0';\n"
    " card \"CTYPE1  = 'RA---TAN'\"; card \"CTYPE2  = 'DEC--TAN'\"; card \"CRVAL1  = $1\"; card 'CRVAL2  = 44.3';\n"
    " card 'CRPIX1  = 360'; card 'CRPIX2  = 240'; card 'CD1_1   = -0.00833'; card 'CD1_2   = 0';\n"
    " card 'CD2_1   = 0'; card \"CD2_2   = $2\"; card 'END'; head -c 4000 /dev/zero | tr '\\0' ' '; }\n";

TEST_F(FakeSolver, NotInstalled) {
    CallOptions call = with("");
    fs::remove(world / "bin/solve-field");
    call.environment[0].second = (world / "bin").string() + ":.:relative";
    const Finished done = world.stack({(world / "night").string(), "--solve"}, call);
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(count_lines(done.err, "solve-field is not installed"), 1u) << done.err;
    EXPECT_EQ(world.report()["solve"]["solved"], false);
}

TEST_F(FakeSolver, FailsCrashesHangs) {
    expect_told("exit 3", "exit code 3");
    expect_told("kill -SEGV $$", "exit code 139");
    expect_told("exit 0", "no solution");
    const auto begin = std::chrono::steady_clock::now();
    expect_told("sleep 100 & sleep 100", "within 2 s");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

TEST_F(FakeSolver, WritesWhatIsNoSolution) {
    expect_told("echo hello > found.wcs", "cannot be used");
    expect_told("ln -s /dev/zero found.wcs", "cannot be used");
    expect_told("mkdir found.wcs", "cannot be used");
    expect_told("head -c 3000000 /dev/urandom > found.wcs", "cannot be used");
    expect_told("head -c 3000000 /dev/zero | tr '\\0' ' ' > found.wcs", "cannot be used");
    expect_told(std::string(kWcs) + "wcs 900 0.00833 > found.wcs", "of the solution cannot be");
    expect_told(std::string(kWcs) + "wcs NaN 0.00833 > found.wcs", "CRVAL1");
    expect_told(std::string(kWcs) + "wcs 314.7 0 > found.wcs", "of the solution cannot be");
    expect_told(std::string(kWcs) + "wcs 314.7 0.00833 > found.wcs", "found.corr");
}

TEST_F(FakeSolver, CtrlCEndsTheSolverToo) {
    const CallOptions call = with("echo $$ > " + (world / "solver.pid").string() + "\nsleep 100 & echo $! >> " +
                                  (world / "solver.pid").string() + "\nwait");
    const pid_t pid =
        world.start({"stack", (world / "night").string(), "--solve", "--output", world.result().string()}, "job", call);
    std::vector<std::string> pids;
    for (int i = 0; i < 1500 && pids.size() < 2; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        if (fs::exists(world / "solver.pid")) pids = lines_of(read_bytes(world / "solver.pid"));
    }
    ASSERT_THAT(pids, SizeIs(2));
    ::kill(pid, SIGINT);
    EXPECT_EQ(world.wait(pid, "job").code, 130);
    for (const std::string& solver : pids) {
        bool gone = false;
        for (int i = 0; i < 100 && !gone; ++i) {
            std::ifstream status("/proc/" + solver + "/status");
            const std::string text(std::istreambuf_iterator<char>(status), {});
            gone = text.empty() || text.find("State:\tZ") != std::string::npos;  // nobody may have collected it
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        EXPECT_TRUE(gone) << solver;
    }
    EXPECT_TRUE(fs::is_empty(world / "tmp"));
    EXPECT_FALSE(fs::exists(world.result()));
}

}  // namespace
}  // namespace nightstack::test

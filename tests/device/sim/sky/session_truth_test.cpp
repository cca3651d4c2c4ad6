// SPDX-License-Identifier: MIT
#include "device/sim/sky/session_truth.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tests/support/temp_folder.h"
#include "twin_sky_fixture.h"

namespace nightstack::device::sim {
namespace {

class Truth : public testing::Test {
protected:
    SerialRunner runner_;
    TwinSky sky_{{7, kTestSite, PixelScale::twelve_bit}, runner_};
    test::TempFolder folder_;

    // Records only: no pixels are needed.
    void session(SessionTruth& truth, int frames) {
        const Exposed first = tracked(kAndromeda);
        for (int i = 0; i < frames; ++i) {
            Exposed e = tracked(kAndromeda, i);
            if (i == 1) e.weather.satellites = 2;
            if (i == 2) e.weather.cloud = 0.5, e.faults = {"sky.cloud"};
            if (i == 3) e.weather.wind_px = 30;
            e.last = i + 1 == e.count;
            truth.add(e, "000" + std::to_string(i) + ".fits", sky_.record(e, first));
        }
    }
    nlohmann::json json(const char* name) {
        std::ifstream file(folder_ / name);
        return nlohmann::json::parse(file);
    }
    // Runs Python on `t`, the loaded truth.npz.
    int python(const std::string& asserts) {
        std::ofstream(folder_ / "check.py")
            << "import sys, numpy as np\nt = np.load(sys.argv[1])\nW, H = int(t['W']), int(t['H'])\n"
            << asserts;
        return std::system(
            ("/usr/bin/python3 '" + (folder_ / "check.py").string() + "' '" + (folder_ / "truth.npz").string() + "'")
                .c_str());
    }
};

TEST_F(Truth, OfATileIsWhereItLooks) {
    Exposed tile = tracked({0, 0});
    tile.kind = Exposed::Kind::tile;
    tile.aim = {};
    tile.aim.place.altitude_deg = 3.25;
    tile.aim.place.azimuth_deg = 359.5;
    tile.row = 1;
    tile.column = 4;
    write_tile_truth(folder_ / "pano", tile, "1_4.jpg", sky_.record(tile, tile));
    const nlohmann::json told = json("pano/1_4.json");
    EXPECT_EQ(told.at("file"), "1_4.jpg");
    EXPECT_EQ(told.at("row"), 1);
    EXPECT_EQ(told.at("column"), 4);
    EXPECT_NEAR(told.at("azimuth_deg").get<double>(), 359.5, 1e-6);
    EXPECT_NEAR(told.at("altitude_deg").get<double>(), 3.25, 1e-6);
    EXPECT_EQ(told.at("roll_deg"), 0.0);
    EXPECT_EQ(told.at("width"), 1920);
    // The tele camera's width: 3.19 degrees.
    EXPECT_NEAR(2 * std::atan(960 / told.at("focal_px").get<double>()) * 180 / std::numbers::pi, 3.19, 0.005);
}

TEST_F(Truth, OfEachFrameIsAFile) {
    SessionTruth truth(folder_.path());
    session(truth, 3);
    const nlohmann::json third = json("0002.json");
    EXPECT_EQ(third.at("file"), "0002.fits");
    EXPECT_EQ(third.at("utc"), "2026-09-12T21:00:39.900");  // of the middle
    EXPECT_EQ(third.at("faults").at(0), "sky.cloud");
    EXPECT_EQ(third.at("affine").size(), 6u);
    EXPECT_NEAR(third.at("ra_deg").get<double>(), kAndromeda.ra_deg, 0.2);
    EXPECT_NEAR(third.at("transparency").get<double>() / json("0001.json").at("transparency").get<double>(), 0.5, 0.03);
    for (const char* key : {"dec_deg", "rot_deg", "fwhm_px"}) EXPECT_TRUE(third.at(key).is_number()) << key;
    const nlohmann::json first = json("0000.json");
    EXPECT_NEAR(first.at("affine").at(0).get<double>(), 1, 1e-9);
    EXPECT_NEAR(first.at("affine").at(2).get<double>(), 0, 1e-6);
    EXPECT_FALSE(std::filesystem::exists(folder_ / "truth.npz"));  // has not ended
}

TEST_F(Truth, FileForTheJudgeHoldsWhatItReads) {
    if (std::system("/usr/bin/python3 -c 'import numpy' 2>/dev/null") != 0) GTEST_SKIP() << "python3-numpy is missing";
    SessionTruth truth(folder_.path());
    session(truth, 5);
    truth.write();
    truth.write();  // harmless
    EXPECT_EQ(python(R"(
for k in 'affine scene ext star_x star_y star_flux sky sky_rgb trans fwhm trails cloud wind rn dark_median sat_e'.split(): t[k]
assert t['affine'].shape == (5, 2, 3) and (W, H) == (1920, 1080)
assert int(t['cloud']) == 2 and int(t['wind']) == 3
assert t['trails'].shape == (2, 6) and (t['trails'][:, 0] == 1).all()
assert t['scene'].shape == (3, H, W) and t['scene'].dtype == np.float32
assert len(t['star_x']) == len(t['star_y']) == len(t['star_flux']) > 1000
# The brightest star well inside stands in the scene where star_x, star_y say, with its light.
i = next(i for i in range(300) if 60 < t['star_x'][i] < W - 60 and 60 < t['star_y'][i] < H - 60)
x, y = t['star_x'][i], t['star_y'][i]
X, Y = np.meshgrid(np.arange(round(x) - 20, round(x) + 21), np.arange(round(y) - 20, round(y) + 21))
s = t['scene'][1, Y, X]; s = s - np.median(s)
assert abs((s * X).sum() / s.sum() - x) < 0.1 and abs((s * Y).sum() / s.sum() - y) < 0.1
assert 0.9 < s.sum() / t['star_flux'][i, 1] < 1.15
# The galaxy's Gaussians add up to what is drawn.
assert t['ext'].shape[1] == 8 and len(t['ext']) > 4 and (t['ext'][:2, 5:] == 0).all()
g = np.zeros((H, W)); Y, X = np.mgrid[0:H, 0:W]
for x0, y0, a, b, an, r, gr, bl in t['ext']:
    u = (X-x0)*np.cos(an)+(Y-y0)*np.sin(an); v = -(X-x0)*np.sin(an)+(Y-y0)*np.cos(an)
    g += gr*np.exp(-.5*((u/a)**2+(v/b)**2))
k = np.s_[300:780:40, 500:1400:40]
blocks = lambda m: np.median(m[200:880, 400:1500][:640, :1088].reshape(20, 32, 34, 32).swapaxes(1, 2).reshape(20, 34, -1), 2)
a, b = blocks(t['scene'][1]), blocks(g)
assert abs((a - b).mean()) < 0.1 * b.mean() and np.corrcoef(a.ravel(), b.ravel())[0, 1] > 0.98
)"),
              0);
}

TEST_F(Truth, LastFrameWritesAll) {
    SessionTruth truth(folder_.path());
    session(truth, 10);
    EXPECT_TRUE(std::filesystem::exists(folder_ / "truth.npz"));
}

TEST_F(Truth, OtherPicturesHaveNoJudge) {
    SessionTruth truth(folder_.path());
    Exposed e = tracked(kAndromeda);
    e.kind = Exposed::Kind::photo;
    e.last = true;
    truth.add(e, "a.jpg", sky_.record(e, e));
    truth.write();
    EXPECT_TRUE(std::filesystem::exists(folder_ / "0000.json"));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "truth.npz"));
}

}  // namespace
}  // namespace nightstack::device::sim

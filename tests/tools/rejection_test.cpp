// SPDX-License-Identifier: MIT
// Every word of --rejection on a night with a satellite: the trail is gone, and the numbers used are told.
#include <fitsio.h>
#include <gmock/gmock.h>

#include <cmath>

#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

using testing::HasSubstr;

constexpr int kWidth = 288;
constexpr int kHeight = 192;
constexpr int kTrailY = 96;  // level across the middle of light 3

SmallNightOptions night_options(bool satellite) {
    SmallNightOptions o;
    o.width = kWidth;
    o.height = kHeight;
    o.frames = 16;
    o.rotation_deg = 0.3;
    if (satellite) o.anomalies.trails.push_back({3, {-10, kTrailY}, {kWidth + 10, kTrailY}, 300, 3});
    return o;
}

struct Stacked {
    std::vector<float> pixels;  // first plane
    std::string header, talk;
};

Stacked stacked(const World& world, const std::string& night, const Words& rejection) {
    Words words{night, "--reference", "light_03.fits", "--framing", "reference", "--force"};
    words.insert(words.end(), rejection.begin(), rejection.end());
    const Finished done = world.stack(words);
    EXPECT_EQ(done.code, 0) << done.err;
    Stacked result;
    result.talk = done.err;
    result.pixels.resize(std::size_t{kWidth} * kHeight);
    fitsfile* file = nullptr;
    int status = 0, any_nan = 0, cards = 0;
    char* header = nullptr;
    fits_open_file(&file, world.result().c_str(), READONLY, &status);
    fits_read_img(file, TFLOAT, 1, static_cast<long>(result.pixels.size()), nullptr, result.pixels.data(), &any_nan,
                  &status);
    fits_hdr2str(file, 0, nullptr, 0, &header, &cards, &status);
    if (status == 0) result.header = header;
    fits_free_memory(header, &status);
    fits_close_file(file, &status);
    EXPECT_EQ(status, 0);
    return result;
}

// Mean of a - b over rows, well inside.
double mean_difference(const Stacked& a, const Stacked& b, int from, int to) {
    double sum = 0, n = 0;
    for (int y = from; y <= to; ++y) {
        for (int x = 20; x < kWidth - 20; ++x) {
            const std::size_t at = static_cast<std::size_t>(y) * kWidth + static_cast<std::size_t>(x);
            sum += double{a.pixels[at]} - double{b.pixels[at]};
            n += 1;
        }
    }
    return sum / n;
}

// How much brighter the trail's row of `a` is than that of `b`, against the sky beside it (a trail lifts the
// sky level that its frame is normalised by a little).
double trail(const Stacked& a, const Stacked& b) {
    return mean_difference(a, b, kTrailY, kTrailY) - mean_difference(a, b, 20, 80);
}

TEST(Rejection, ATrailIsGoneWhateverTheRule) {
    const World world;
    const std::string clean_night = write_small_night(world / "clean", night_options(false)).session.string();
    const std::string night = write_small_night(world / "satellite", night_options(true)).session.string();
    const Stacked clean = stacked(world, clean_night, {"--rejection", "none"});
    const double shown = trail(stacked(world, night, {"--rejection", "none"}), clean);
    struct Case {
        Words words;
        std::string told;
    };
    for (const Case& c :
         {Case{{"--rejection", "sigma"}, "sigma 3 3"}, Case{{"--rejection", "winsorized:3:3"}, "winsorized 3 3"},
          Case{{"--rejection", "mad"}, "mad 3 3"}, Case{{"--rejection", "median", "3", "3"}, "median 3 3"},
          Case{{"--rejection", "linear", "4"}, "linear 4 4"}, Case{{"--rejection", "gesdt"}, "gesdt 0.3 0.05"},
          Case{{"--rejection", "gesdt", "0.2"}, "gesdt 0.2 0.05"},
          Case{{"--rejection", "percentile", "0.2", "0.1"}, "percentile 0.2 0.1"}}) {
        const Stacked result = stacked(world, night, c.words);
        EXPECT_LT(std::abs(trail(result, clean)), 0.05 * shown) << c.told;
        EXPECT_THAT(result.talk, HasSubstr("Rejection:      " + c.told + "\n"));
        EXPECT_THAT(result.header, testing::ContainsRegex("rejection " + c.told + "[ ,]"));
    }
}

TEST(Rejection, WrongNumbersAreExitTwoAndNamed) {
    const World world;
    SmallNightOptions o;
    o.frames = 1;
    const std::string night = write_small_night(world.path(), o).session.string();
    struct Case {
        Words words;
        const char* says;
    };
    for (const Case& c :
         {Case{{"magic"}, "gesdt"}, Case{{"gesdt:3:3"}, "share of outliers is 3"},
          Case{{"gesdt", "0.3", "0.9"}, "significance is 0.9"}, Case{{"percentile", "20", "10"}, "low share is 20"},
          Case{{"mad:three"}, "'three' is no number"}, Case{{"linear", "5", "0"}, "high kappa is 0"},
          Case{{"sigma:3:3:3"}, "at most two numbers"}, Case{{"none:3"}, "takes no numbers"}}) {
        Words words{"stack", night, "--rejection"};
        words.insert(words.end(), c.words.begin(), c.words.end());
        const Finished done = world.run(words);
        EXPECT_EQ(done.code, 2) << done.err;
        EXPECT_THAT(done.err, HasSubstr(c.says));
        EXPECT_LE(lines_of(done.err).size(), 2u) << done.err;
    }
}

}  // namespace
}  // namespace nightstack::test

// SPDX-License-Identifier: MIT
// Lights held against each other and given their masters, with small flat pictures on disk.
#include "tools/session/masters.h"

#include <gmock/gmock.h>

#include "io/fits/writer.h"
#include "io/image_files/tiff.h"
#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr int kWidth = 24;
constexpr int kHeight = 20;

// Values level - 2 ... level + 2.
Image<std::uint16_t> picture(int level, int width = kWidth) {
    Image<std::uint16_t> image(width, kHeight);
    for (int y = 0; y < kHeight; ++y)
        for (int x = 0; x < width; ++x)
            image.view()(x, y) = static_cast<std::uint16_t>(std::max(0, level - 2 + (x + y) % 5));
    return image;
}

class SessionNight : public testing::Test {
protected:
    fs::path write(const char* name, int level, std::optional<double> exposure, int width = kWidth) {
        io::FitsCards cards;
        if (exposure) cards.number("EXPTIME", *exposure);
        io::write_fits(folder_ / name, picture(level, width).cview(), cards);
        return folder_ / name;
    }
    void light(const char* name, int level, std::optional<double> exposure) {
        session_.lights.push_back(write(name, level, exposure));
    }
    void candidate(io::CalibrationKind kind, const char* name, int level, int frames, int width = kWidth) {
        io::CalibrationCandidate c;
        c.kind = kind;
        c.paths = {write(name, level, 15, width)};
        c.is_master = true;
        c.frames = frames;
        session_.calibration.push_back(c);
    }
    SessionLights open() { return open_lights(session_, options_, runner_, talk_, {}); }
    std::unique_ptr<SessionMasters> masters(const SessionLights& lights) {
        return prepare_masters(session_, lights, options_, std::size_t{4} << 30, runner_, talk_, stop_);
    }
    std::string refusal() {
        try {
            open();
        } catch (const OptionError& e) {
            return e.what();
        }
        return "";
    }

    test::TempFolder folder_;
    io::Session session_;
    StackOptions options_;
    SerialRunner runner_;
    Talk talk_{Loudness::quiet, false};
    std::stop_token stop_;
};

TEST_F(SessionNight, ExposuresThatDifferByRoundingAreOne) {
    light("a.fits", 300, 15);
    light("b.fits", 300, 15.00001);
    const SessionLights lights = open();
    const auto m = masters(lights);
    ASSERT_EQ(m->groups.size(), 1u);
    EXPECT_THAT(m->groups[0].lights.lights, ElementsAre(0, 1));
}

TEST_F(SessionNight, ARefusedMixtureNamesTheFirstOfTheFewest) {
    light("a.fits", 300, 15);
    light("b.fits", 300, 30);
    light("c.fits", 300, 15.01);
    light("d.fits", 300, 15);
    EXPECT_THAT(refusal(), AllOf(HasSubstr("15 s (3 frames)"), HasSubstr("30 s (1 frames, the first "),
                                 HasSubstr("b.fits"), Not(HasSubstr("a.fits"))));
}

TEST_F(SessionNight, DarksAndBiasesOfAnotherNumberRangeAreRefused) {
    light("a.fits", 300, 15);
    candidate(io::CalibrationKind::dark, "dark.fits", 3200, 20);
    candidate(io::CalibrationKind::bias, "bias.fits", 3100, 20);
    const SessionLights lights = open();
    const auto m = masters(lights);
    EXPECT_FALSE(m->groups[0].dark);
    EXPECT_FALSE(m->groups[0].bias);
    EXPECT_THAT(m->groups[0].of("dark").text, AllOf(HasSubstr("dark.fits"), HasSubstr("3200"), HasSubstr("300 ADU")));
    EXPECT_THAT(m->groups[0].of("bias").text, AllOf(HasSubstr("bias.fits"), HasSubstr("3100"), HasSubstr("300 ADU")));
    EXPECT_TRUE(m->groups[0].of("dark").misfit);
}

TEST_F(SessionNight, ACoveredLightOrADarkSkyCostsNoDark) {
    light("a.fits", 0, 15);
    light("b.fits", 300, 15);
    candidate(io::CalibrationKind::dark, "dark.fits", 302, 20);
    const SessionLights lights = open();
    EXPECT_TRUE(masters(lights)->groups[0].dark);
}

TEST_F(SessionNight, TheNextDarkHasItsWarningsToo) {
    light("a.fits", 300, 15);
    candidate(io::CalibrationKind::dark, "large.fits", 200, 40, kWidth + 2);
    candidate(io::CalibrationKind::dark, "bright.fits", 3200, 20);
    candidate(io::CalibrationKind::dark, "few.fits", 200, 3);
    const SessionLights lights = open();
    const auto m = masters(lights);
    ASSERT_TRUE(m->groups[0].dark);
    EXPECT_THAT(m->warnings, Contains(HasSubstr("made of 3 frames only")));
    EXPECT_THAT(m->warnings, Contains(AllOf(HasSubstr("bright.fits"), HasSubstr("number range"))));
}

TEST_F(SessionNight, AFlatWithoutLightIsNamed) {
    light("a.fits", 300, 15);
    candidate(io::CalibrationKind::flat, "closed.fits", -100, 20);
    const SessionLights lights = open();
    testing::internal::CaptureStderr();
    const auto m = masters(lights);
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("closed.fits: median "));
    EXPECT_FALSE(m->groups[0].flat);
}

TEST_F(SessionNight, GreyTiffsWithoutAPatternAreTold) {
    const auto image = picture(300);
    {
        io::OutputFile file(folder_ / "raw.tif");
        io::TiffWriter writer(file, {kWidth, kHeight, 1, io::TiffSample::uint16, ""});
        const ImageView<const std::uint16_t> plane = image.cview();
        writer.write_rows(0, std::span(&plane, 1));
        writer.finish();
        file.publish();
    }
    session_.lights = {folder_ / "raw.tif"};
    const SessionLights lights = open();
    EXPECT_THAT(masters(lights)->warnings, ElementsAre(HasSubstr("--pattern GBRG")));
    for (const char* pattern : {"GBRG", "mono"}) {
        options_.pattern = pattern;
        EXPECT_THAT(open().warnings, ElementsAre()) << pattern;
    }
    options_.pattern.clear();
    session_.lights.clear();
    light("a.fits", 300, 15);
    EXPECT_THAT(open().warnings, ElementsAre()) << "a FITS file without a pattern is mono";
}

}  // namespace
}  // namespace nightstack::tools

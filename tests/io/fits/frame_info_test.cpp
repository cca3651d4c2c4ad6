// SPDX-License-Identifier: MIT
#include "io/fits/frame_info.h"

#include <gtest/gtest.h>

#include "io/fits/fits_error.h"
#include "io/fits/fits_time.h"
#include "tests/io/fits/fits_bytes.h"

namespace nightstack::io {
namespace {

using test::card;

FitsHeader parse(const std::vector<std::string>& lines) {
    std::string all;
    for (const std::string& line : lines) all += card(line);
    return FitsHeader::parse(all);
}

FrameInfo info_of(const std::vector<std::string>& lines) { return frame_info(parse(lines)); }

std::string utc(std::string_view date, std::string_view time = {}) {
    const auto t = parse_fits_time(date, time);
    return t ? fits_time_text(*t) : "none";
}

TEST(FitsTime, ReadsEveryFormInUse) {
    EXPECT_EQ(utc("2023-06-10T21:38:19.442"), "2023-06-10T21:38:19.442");
    EXPECT_EQ(utc("2023-06-10-21-38-19-442"), "2023-06-10T21:38:19.442");
    EXPECT_EQ(utc("2024-07-31T02:44:45.267817"), "2024-07-31T02:44:45.267");
    EXPECT_EQ(utc("2016-09-09T08:12:26"), "2016-09-09T08:12:26.000");
    EXPECT_EQ(utc("2016-09-09T08:12:26.5Z"), "2016-09-09T08:12:26.500");
    EXPECT_EQ(utc("2017-12-20T00:15:12.190-0700"), "2017-12-20T07:15:12.190");
    EXPECT_EQ(utc("2017-12-20T00:15:12+01:30"), "2017-12-19T22:45:12.000");
    EXPECT_EQ(utc("2020-02-29 23:59"), "2020-02-29T23:59:00.000");
    EXPECT_EQ(utc("2019-09-06", "19:45:51.883   "), "2019-09-06T19:45:51.883");
    EXPECT_EQ(utc("26/10/92", "03:04:08"), "1992-10-26T03:04:08.000");
    EXPECT_EQ(utc("2016-12-31T23:59:60"), "2017-01-01T00:00:00.000");
}

TEST(FitsTime, RefusesWhatIsNoInstant) {
    for (const char* text : {"", "2023-06-10", "2023-13-10T00:00:00", "2023-02-29T00:00:00", "2023-06-10T24:00:00",
                             "2023-06-10T21:60:00", "2023-06-10T21:38:61", "10-06-2023T00:00:00", "garbage",
                             "2023-06-10T21:38:19.442 somewhere", "1776-07-04T00:00:00", "2023-06-10T", "////"}) {
        EXPECT_EQ(utc(text), "none") << text;
    }
}

TEST(Sexagesimal, ReadsAngles) {
    EXPECT_DOUBLE_EQ(*parse_sexagesimal("12 30 36"), 12.51);
    EXPECT_DOUBLE_EQ(*parse_sexagesimal("-00:30:00"), -0.5);
    EXPECT_DOUBLE_EQ(*parse_sexagesimal("+41:16"), 41 + 16 / 60.0);
    for (const char* text : {"", "12", "12.5", "a b c", "1:60:0", "1:2:3:4", "1e3:0:0"}) {
        EXPECT_FALSE(parse_sexagesimal(text)) << text;
    }
}

TEST(FrameInfoOfHeader, KnowsTheDwarfTwo) {
    const FrameInfo i =
        info_of({"DATE-OBS= '2023-06-10T21:38:19.442'", "EXP     =                  15. / [s]",
                 "GAIN    =                  110", "BINNING = '2*2     '", "RA      = 0. / [h] J2000",
                 "DEC     = 0. / [deg]", "OBJECT  = '        '", "TELESCOP= 'DWARFII '", "INSTRUME= 'DWARFII '"});
    EXPECT_EQ(i.exposure, Seconds(15));
    EXPECT_EQ(i.gain, 110.0);
    EXPECT_EQ(i.binning, 2);
    EXPECT_EQ(i.camera, "DWARFII");
    EXPECT_EQ(i.object, "");
    EXPECT_FALSE(i.ra_deg);
    EXPECT_FALSE(i.dec_deg);
    EXPECT_FALSE(i.temperature_c);
    EXPECT_EQ(i.role, ImageRole::unknown);
    EXPECT_EQ(fits_time_text(*i.start_utc), "2023-06-10T21:38:19.442");
}

TEST(FrameInfoOfHeader, TurnsHoursIntoDegreesOnlyWhereTheyAreHours) {
    const auto ra = [](const std::vector<std::string>& lines) { return info_of(lines).ra_deg.value_or(-1); };
    EXPECT_DOUBLE_EQ(ra({"RA      = 12.5 / [h]", "DEC     = 41."}), 187.5);
    EXPECT_DOUBLE_EQ(ra({"RA      = 12.5", "DEC     = 41.", "TELESCOP= 'DWARF II'"}), 187.5);
    EXPECT_DOUBLE_EQ(ra({"RA      = 12.5 / [deg]", "DEC     = 41.", "TELESCOP= 'DWARFII'"}), 12.5);
    EXPECT_DOUBLE_EQ(ra({"RA      = 350.2199 / [deg]", "DEC     = 41.", "TELESCOP= 'DWARFIII'"}), 350.2199);
    EXPECT_DOUBLE_EQ(ra({"RA      = 12.5", "DEC     = 41.", "TELESCOP= 'DWARF 3'"}), 12.5);
    EXPECT_DOUBLE_EQ(ra({"RA      = '12:30:00'", "DEC     = '-10:30:00'"}), 187.5);
    EXPECT_DOUBLE_EQ(ra({"OBJCTRA = '12 30 00'", "OBJCTDEC= '-10 30 00'"}), 187.5);
    EXPECT_DOUBLE_EQ(ra({"RA      = ''", "OBJCTRA = '12 30 00'", "OBJCTDEC= '-10 30 00'"}), 187.5);
    EXPECT_DOUBLE_EQ(ra({"RA      = 0.", "DEC     = 0."}), 0);  // no DWARF: a place like any other
    EXPECT_DOUBLE_EQ(ra({"RA      = 0.", "DEC     = 0.", "TELESCOP= 'DWARF mini'"}), -1);
    EXPECT_DOUBLE_EQ(ra({"RA      = 400.", "DEC     = 0."}), -1);
    EXPECT_DOUBLE_EQ(ra({"RA      = 40.", "DEC     = 91."}), -1);
    EXPECT_DOUBLE_EQ(ra({"RA      = 40."}), -1);
    EXPECT_DOUBLE_EQ(*info_of({"OBJCTRA = '12 30 00'", "OBJCTDEC= '-10 30 00'"}).dec_deg, -10.5);
}

TEST(FrameInfoOfHeader, KnowsAliases) {
    EXPECT_EQ(info_of({"EXPOSURE= 30."}).exposure, Seconds(30));
    EXPECT_EQ(info_of({"EXPTIME = -1.", "EXP     = 5"}).exposure, Seconds(5));
    EXPECT_EQ(info_of({"DET-TEMP= 40"}).temperature_c, 40.0);
    EXPECT_EQ(info_of({"CCD-TEMP= -999.", "TEMPERAT= -5."}).temperature_c, -5.0);
    EXPECT_EQ(info_of({"XBINNING= 2", "YBINNING= 2"}).binning, 2);
    EXPECT_EQ(info_of({"XBINNING= 2", "YBINNING= 1"}).binning, std::nullopt);
    EXPECT_EQ(info_of({"BINX    = 3"}).binning, 3);
    EXPECT_EQ(info_of({"BINNING = '2x2'"}).binning, 2);
    EXPECT_EQ(info_of({"BINNING = 4"}).binning, 4);
    EXPECT_EQ(info_of({"BINNING = '2*3'"}).binning, std::nullopt);
    EXPECT_EQ(info_of({"CAMERA  = 'TELE'"}).camera, "TELE");
    EXPECT_EQ(info_of({"FOCALLEN= 0."}).focal_length_mm, std::nullopt);
    EXPECT_EQ(info_of({"FOCALLEN= 150"}).focal_length_mm, 150.0);
    EXPECT_EQ(info_of({"XPIXSZ  = 2.9"}).pixel_size_um, 2.9);
    EXPECT_EQ(fits_time_text(*info_of({"DATE-OBS= '2019-09-06'", "UT      = '01:02:03'"}).start_utc),
              "2019-09-06T01:02:03.000");
}

TEST(FrameInfoOfHeader, KnowsTheSite) {
    const FrameInfo text = info_of({"SITELAT = '48 12 36'", "SITELONG= '-16 30 00'", "SITEELEV= 170."});
    EXPECT_DOUBLE_EQ(*text.site_lat_deg, 48.21);
    EXPECT_DOUBLE_EQ(*text.site_long_deg, -16.5);
    EXPECT_EQ(text.site_elev_m, 170);
    const FrameInfo numbers = info_of({"LAT-OBS = -33.5", "LONG-OBS= 350.", "ALT-OBS = 1E6"});
    EXPECT_EQ(numbers.site_lat_deg, -33.5);
    EXPECT_EQ(numbers.site_long_deg, -10);
    EXPECT_EQ(numbers.site_elev_m, std::nullopt);
    EXPECT_EQ(info_of({"SITELAT = 0.", "SITELONG= 0."}).site_lat_deg, std::nullopt) << "a program without a site";
    EXPECT_EQ(info_of({"SITELAT = 91.", "SITELONG= 5."}).site_lat_deg, std::nullopt);
    EXPECT_EQ(info_of({"SITELAT = 40."}).site_lat_deg, std::nullopt);
}

TEST(ImageRole, UnderstandsTheWordsInUse) {
    for (const char* w : {"Light", "Light Frame", "LIGHT", "object", "Science Frame"})
        EXPECT_EQ(parse_image_role(w), ImageRole::light) << w;
    for (const char* w : {"Dark Frame", "DARK", "Master Dark"}) EXPECT_EQ(parse_image_role(w), ImageRole::dark) << w;
    for (const char* w : {"DarkFlat", "Flat Dark", "DARK FLAT"})
        EXPECT_EQ(parse_image_role(w), ImageRole::flat_dark) << w;
    for (const char* w : {"Flat Field", "flat", "Twilight Flat"}) EXPECT_EQ(parse_image_role(w), ImageRole::flat) << w;
    for (const char* w : {"Bias Frame", "zero", "Offset"}) EXPECT_EQ(parse_image_role(w), ImageRole::bias) << w;
    for (const char* w : {"", "EXT", "focus"}) EXPECT_EQ(parse_image_role(w), ImageRole::unknown) << w;
}

TEST(Products, AreTold) {
    EXPECT_TRUE(is_own_product(parse({"PROGRAM = 'nightstack 0.1.0'"})));
    EXPECT_FALSE(is_own_product(parse({"PROGRAM = '2.76    '"})));
    EXPECT_FALSE(is_own_product(parse({"COMMENT nightstack"})));
    EXPECT_EQ(stack_count(parse({"STACKCNT= 43"})), 43);
    EXPECT_EQ(stack_count(parse({"NCOMBINE= 10"})), 10);
    EXPECT_EQ(stack_count(parse({"EXPTIME = 10"})), 1);
}

TEST(Pattern, IsThatOfTheFirstPixel) {
    const auto pattern = [](const std::vector<std::string>& lines) { return cfa_pattern(parse(lines), "x.fits"); };
    EXPECT_EQ(pattern({"BAYERPAT= 'GBRG    '"}), CfaPattern::gbrg);
    EXPECT_EQ(pattern({"COLORTYP= 'rggb'"}), CfaPattern::rggb);
    EXPECT_EQ(pattern({"CFA-PAT = 'BGGR'"}), CfaPattern::bggr);
    EXPECT_EQ(pattern({"BAYERPAT= 'RGGB'", "XBAYROFF= 1", "YBAYROFF= 0."}), CfaPattern::grbg);
    EXPECT_EQ(pattern({"BAYERPAT= 'RGGB'", "XBAYROFF= 0", "YBAYROFF= 1"}), CfaPattern::gbrg);
    EXPECT_EQ(pattern({"BAYERPAT= 'RGGB'", "XBAYROFF= 2", "YBAYROFF= -3"}), CfaPattern::gbrg);
    for (const char* none : {"BAYERPAT= '        '", "BAYERPAT= 'NONE'", "COLORTYP= 'mono'", "FILTER  = 'RGGB'"})
        EXPECT_EQ(pattern({none}), std::nullopt) << none;
    try {
        pattern({"BAYERPAT= 'RGBG'"});
        FAIL();
    } catch (const FitsError& e) {
        EXPECT_EQ(e.fault(), FitsFault::pattern);
        EXPECT_STREQ(e.what(), "x.fits: BAYERPAT = 'RGBG', RGGB, GRBG, GBRG or BGGR expected");
    }
}

TEST(RowOrder, BottomUpOnlyWhenSaid) {
    EXPECT_TRUE(rows_bottom_up(parse({"ROWORDER= 'BOTTOM-UP'"})));
    EXPECT_TRUE(rows_bottom_up(parse({"ROWORDER= 'bottom-up'"})));
    EXPECT_FALSE(rows_bottom_up(parse({"ROWORDER= 'TOP-DOWN'"})));
    EXPECT_FALSE(rows_bottom_up(parse({"OBJECT  = 'BOTTOM-UP'"})));
}

}  // namespace
}  // namespace nightstack::io

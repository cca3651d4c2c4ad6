// SPDX-License-Identifier: MIT
// Where marks land, and which numbers stand at the axes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tools/report_page/chart_axes.h"
#include "tools/report_page/frame_charts.h"
#include "tools/report_page/html_text.h"
#include "tools/report_page/page_picture.h"
#include "tools/report_page/sky_charts.h"

namespace nightstack::tools {
namespace {

using namespace page;

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> labels(const Axis& axis, int about) {
    std::vector<std::string> out;
    for (const Axis::Tick& t : axis.ticks(about)) out.push_back(t.label);
    return out;
}

TEST(ReportCharts, AxesHaveRoundNumbers) {
    EXPECT_THAT(labels(Axis::linear({0.5, 10.5}, 0, 100), 5), ElementsAre("2", "4", "6", "8", "10"));
    EXPECT_THAT(labels(Axis::linear({2.31, 2.58}, 0, 100), 4), ElementsAre("2.4", "2.5"));
    EXPECT_THAT(labels(Axis::linear({-1, 1}, 0, 100), 4), ElementsAre("-1.0", "-0.5", "0.0", "0.5", "1.0"));
    EXPECT_THAT(labels(Axis::linear({0.5, 2.5}, 0, 100, 1), 6), ElementsAre("1", "2"));
    EXPECT_THAT(labels(Axis::logarithmic({1, 50}, 0, 100), 4), ElementsAre("1", "2", "5", "10", "20", "50"));
    EXPECT_THAT(labels(Axis::logarithmic({0.01, 10'000}, 0, 100), 6),
                ElementsAre("0.01", "0.1", "1", "10", "100", "1e+03", "1e+04"));
    EXPECT_THAT(labels(Axis::linear({7, 7}, 0, 100), 4), Not(testing::IsEmpty()));
}

TEST(ReportCharts, MarksLandWhereTheirValuesAre) {
    const Axis x = Axis::linear({0, 10}, 100, 200);
    EXPECT_DOUBLE_EQ(x(2.5), 125);
    EXPECT_DOUBLE_EQ(x.inside(-5), 100);
    const Axis y = Axis::logarithmic({1, 100}, 200, 0);
    EXPECT_NEAR(y(10), 100, 1e-9);

    std::vector<PageFrame> frames(3);
    frames[0].verdict = frames[2].verdict = "stacked";
    frames[0].fwhm_px = 2;
    frames[1].fwhm_px = 3;
    frames[1].verdict = "rejected";
    frames[2].fwhm_px = 4;
    const std::string svg = frame_charts(frames);
    // 62 to 626 for 0.5 to 3.5, 190 to 26 for 1.92 to 4.08.
    EXPECT_THAT(svg, HasSubstr("<path class=\"dots\" d=\"M156.0 183.9V183.9M532.0 32.1V32.1\"/>"));
    EXPECT_THAT(svg, HasSubstr("<path class=\"crosses\" d=\"M341.0 105.0l6 6m0-6l-6 6\"/>"));
    EXPECT_THAT(svg, Not(HasSubstr("c-stars")));
}

TEST(ReportCharts, OneWildFrameDoesNotHideTheOthers) {
    std::vector<PageFrame> frames(20);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        frames[i].verdict = i == 7 ? "rejected" : "stacked";
        frames[i].fwhm_px = i == 7 ? 1e6 : 2 + 0.01 * static_cast<double>(i);
    }
    const std::string svg = frame_charts(frames);
    EXPECT_THAT(svg, HasSubstr(">2.2</text>"));
    EXPECT_THAT(svg, HasSubstr("1 not stacked (crosses): 1e+06 px"));
}

TEST(ReportCharts, NoiseFallsAlongItsFit) {
    std::vector<StackNoise> measured;
    for (double n = 1; n <= 1024; n *= 2) measured.push_back({n, std::sqrt(64 / n + 0.25)});
    const auto fit = fit_stack_noise(measured);
    ASSERT_TRUE(fit);
    const std::string svg = noise_chart(measured, fit);
    EXPECT_THAT(svg, HasSubstr("one frame has 8 ADU, of which 0.5 ADU stay"));
    EXPECT_THAT(svg, HasSubstr("<path class=\"line\" d=\"M62.0 "));
    // The last point and the end of the line are one place.
    const std::size_t dots = svg.rfind("M626.0 ");
    ASSERT_NE(dots, std::string::npos);
    const std::size_t line = svg.rfind("L626.0 ");
    ASSERT_NE(line, std::string::npos);
    EXPECT_NEAR(std::stod(svg.substr(dots + 7)), std::stod(svg.substr(line + 7)), 0.3);

    const double nan = std::numeric_limits<double>::quiet_NaN();
    const StackNoise unusable[] = {{nan, 1}, {1, nan}, {0, 1}, {1, -1}, {3, 2}};
    EXPECT_EQ(noise_chart(unusable, std::nullopt), "");
    EXPECT_EQ(noise_chart({}, fit), "");
}

TEST(ReportCharts, TheTrackIsThatOfTheMiddle) {
    PageReport report;
    report.canvas = {0, 0, 200, 100, 1};
    for (int i = 0; i < 3; ++i) {
        PageFrame f;
        f.verdict = "stacked";
        // A quarter turn about the middle moves nothing but the corners.
        f.ref_from_frame = {0, -1, 150.0 + 10 * i, 1, 0, -50, 0, 0, 1};
        report.frames.push_back(f);
    }
    EXPECT_THAT(track_chart(report), HasSubstr("of 3 frames lies on the reference: 20 px across and 0 px down"));
    report.frames.resize(1);
    EXPECT_EQ(track_chart(report), "");
    EXPECT_DOUBLE_EQ(turn_deg({0, -1, 0, 1, 0, 0, 0, 0, 1}), 90);
}

TEST(ReportCharts, NumbersKnowNoLocale) {
    EXPECT_EQ(fixed(-0.004, 2), "0.00");
    EXPECT_EQ(fixed(12.345, 1), "12.3");
    EXPECT_EQ(significant(0.0123456), "0.01235");
    EXPECT_EQ(duration(42.25), "42.2 s");
    EXPECT_EQ(duration(785), "13 min 5 s");
    EXPECT_EQ(duration(8000), "2 h 13 min");
    EXPECT_EQ(bytes_text(3'400'000), "3.4 MB");
}

TEST(ReportCharts, Base64IsThatOfTheStandard) {
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foo"), "Zm9v");
    EXPECT_EQ(base64("\xFB\xFF\xBF"), "+/+/");
}

}  // namespace
}  // namespace nightstack::tools

// SPDX-License-Identifier: MIT
// The page of an honest report: whole, complete, within its bounds.
#include "tools/report_page/report_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "io/files/file.h"
#include "io/image_files/png.h"
#include "tests/support/temp_folder.h"
#include "tests/tools/report_page/html_check.h"
#include "tests/tools/report_page/made_report.h"
#include "tools/report_page/page_links.h"
#include "tools/report_page/page_picture.h"

namespace nightstack::tools {
namespace {

using namespace page;

using namespace nightstack::test;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::byte> made_png(int width, int height, bool noise) {
    const TempFolder folder;
    io::OutputFile file(folder / "picture.png");
    std::mt19937 random(5);
    SerialRunner runner;
    io::write_png(file, {width, height, 3, 8}, io::PngRow8([&](int, std::span<std::uint8_t> row) {
                      for (auto& v : row) v = noise ? static_cast<std::uint8_t>(random()) : std::uint8_t{40};
                  }),
                  runner);
    file.publish();
    const std::string text = io::read_text_file(folder / "picture.png", 1 << 28);
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

ReportPageInput input_of(const Json& report) {
    ReportPageInput input;
    input.report = report.dump();
    input.title = "M 51";
    input.facts = {{"taken (UTC)", "2026-01-18 21:04:26 to 22:10:00"}};
    return input;
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t n = 0;
    for (std::size_t i = text.find(part); i != std::string::npos; i = text.find(part, i + 1)) ++n;
    return n;
}

TEST(ReportPage, LinksToWhatCameLater) {
    ReportPageInput input = input_of(made_report(3));
    input.facts.emplace_back("odd", "</header><p class=\"links\">");
    const std::string page = report_page(input);
    const std::vector<std::string> first{"a b%\"<.fits"}, second{"c.fits", "c.png"};
    const std::string linked = page_with_links(page, "The best & only", first);
    EXPECT_THAT(check_html(linked).problems, IsEmpty());
    EXPECT_THAT(check_html(linked).addresses, testing::Contains("./a%20b%25%22%3C.fits"));
    EXPECT_THAT(linked, HasSubstr("The best &amp; only: "));
    EXPECT_EQ(page_with_links(linked, "x", second), page_with_links(page, "x", second)) << "in place of the other";
    EXPECT_EQ(page_with_links(linked, "x", {}), page);
    EXPECT_EQ(page_with_links("no page", "x", second), "no page");
}

TEST(ReportPage, IsWellFormedAndNeedsNothingBesideIt) {
    ReportPageInput input = input_of(made_report(60));
    const std::vector<std::byte> png = made_png(32, 20, false);
    input.picture = png;
    input.annotated = png;
    for (double n = 1; n <= 64; n *= 1.3) input.noise.push_back({n, std::sqrt(100 / n + 1)});
    input.fit = fit_stack_noise(input.noise);
    const CheckedHtml page = check_html(report_page(input));
    EXPECT_THAT(page.problems, IsEmpty());
    for (const std::string& address : page.addresses)
        EXPECT_TRUE(address == "#frames" || address.rfind("data:image/png;base64,iVBORw0KGgo", 0) == 0) << address;
    EXPECT_EQ(page.tags.count("script"), 0u);
    EXPECT_EQ(page.tags.count("link"), 0u);
    EXPECT_THAT(report_page(input), Not(HasSubstr("url(")));
    EXPECT_THAT(report_page(input), Not(HasSubstr("@import")));
}

TEST(ReportPage, TellsTheFiguresOfTheNight) {
    const std::string page = report_page(input_of(made_report(100)));
    EXPECT_THAT(page, HasSubstr("<h1>M 51</h1>"));
    EXPECT_THAT(page, HasSubstr("<dt>frames</dt><dd>100</dd>"));
    EXPECT_THAT(page, HasSubstr("<dt>stacked</dt><dd>88</dd>"));
    EXPECT_THAT(page, HasSubstr("<dt>rejected</dt><dd>10</dd>"));
    EXPECT_THAT(page, HasSubstr("<dt>failed</dt><dd>2</dd>"));
    EXPECT_THAT(page, HasSubstr("<dt>exposure in the stack</dt><dd>22 min 0 s</dd>"));
    EXPECT_THAT(page, HasSubstr("R 1.25, G 0.8, B 1.5 ADU"));
    EXPECT_THAT(page, HasSubstr("<dt>FWHM, median</dt><dd>2.5"));
    EXPECT_THAT(page, HasSubstr("Not stacked for: fwhm 10, truncated 2."));
    EXPECT_THAT(page, HasSubstr("CALI_FRAME/dark_exp_15, 20 frames, noise 0.75 ADU"));
    EXPECT_THAT(page, HasSubstr("none: no flat frames were found"));
    EXPECT_THAT(page, HasSubstr("the dark is 3 degrees warmer"));
    EXPECT_THAT(page, HasSubstr("sigma 3 3"));
    EXPECT_THAT(page, HasSubstr("100 files, 1.66 GB"));
    EXPECT_THAT(page, HasSubstr("points to nothing"));
    EXPECT_THAT(page, HasSubstr("Made by nightstack 1.2.3"));
}

TEST(ReportPage, ExplainsEveryFrameAndThoseLeftOutFirst) {
    const std::string page = report_page(input_of(made_report(60)));
    EXPECT_EQ(count(page, "stars are 6.50 px wide"), 12u);  // six, in both tables
    EXPECT_EQ(count(page, "the file ends after 4096 bytes"), 2u);
    EXPECT_EQ(count(page, "<td class=\"w yes\">stacked</td>"), 53u);
    EXPECT_LT(page.find("7 frames are not in the stack"), page.find("Frames 1 to 60: 53 stacked, 7 not"));
    // The numbers it was judged by stand in for a sentence.
    EXPECT_THAT(page, HasSubstr("<td>limits: fwhm 3.75, stars 60</td>"));
}

TEST(ReportPage, ALightThatWasRejectedWithoutASentenceHasItsNumbers) {
    Json report = made_report(6);
    report["frames"][4]["text"] = "";
    EXPECT_THAT(report_page(input_of(report)), HasSubstr("<td>limits: fwhm 6.5 of 3.75, stars 200 of 60</td>"));
}

TEST(ReportPage, HasTextForThoseWhoCannotSeeTheDrawings) {
    const std::string page = report_page(input_of(made_report(60)));
    EXPECT_EQ(count(page, "<svg role=\"img\" aria-labelledby="), count(page, "<svg"));
    EXPECT_EQ(count(page, "<title id="), count(page, "<svg"));
    EXPECT_EQ(count(page, "<svg"), 8u);  // seven figures have values, and the track
    EXPECT_THAT(page, HasSubstr("53 stacked (dots): 2.3"));
    EXPECT_THAT(page, HasSubstr("6 not stacked (crosses): 6.5 px to 6.5 px."));
    ReportPageInput input = input_of(made_report(60));
    const std::vector<std::byte> png = made_png(32, 20, false);
    input.picture = png;
    EXPECT_THAT(report_page(input),
                HasSubstr("alt=\"M 51: the stacked picture of 53 frames, 13 min 15 s of exposure\""));
}

TEST(ReportPage, ReducesLargePicturesAndGoesWithoutBrokenOnes) {
    ReportPageInput input = input_of(made_report(20));
    const std::vector<std::byte> large = made_png(2400, 900, true);
    ASSERT_GT(large.size(), kMostPictureBytes);
    input.picture = large;
    const std::string page = report_page(input);
    EXPECT_THAT(page, HasSubstr("src=\"data:image/jpeg;base64,/9j/"));
    EXPECT_LT(page.size(), 2'000'000u);
    EXPECT_THAT(check_html(page).problems, IsEmpty());

    input.picture = std::span(large).first(large.size() / 2);
    EXPECT_THAT(report_page(input), Not(HasSubstr("<img")));
    const std::string no_png = "<svg onload=alert(1)>";
    input.picture = std::as_bytes(std::span(no_png));
    EXPECT_THAT(report_page(input), Not(HasSubstr("<img")));
}

TEST(ReportPage, OfTenThousandFramesIsBounded) {
    const ReportPageInput input = input_of(made_report(10'000));
    const auto begin = std::chrono::steady_clock::now();
    const std::string page = report_page(input);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(page.size(), 6'000'000u);
    EXPECT_LT(took.count(), 20.0);  // 0.2 s; the sanitizers take their share
    EXPECT_THAT(check_html(page).problems, IsEmpty());
    const std::size_t drawings = page.rfind("</svg>") - page.find("<svg");
    EXPECT_LT(drawings, 250'000u);  // thinned
    EXPECT_EQ(count(page, "<details open>"), 0u);
    EXPECT_THAT(page, HasSubstr("Frames 9501 to 10000: 440 stacked, 60 not"));
    EXPECT_THAT(page, HasSubstr("1200 frames are not in the stack; the first 500 of them"));

    const std::string more = report_page(input_of(made_report(20'010)));
    EXPECT_THAT(more, HasSubstr("10 further frames stand in the report file"));
}

TEST(ReportPage, OfARunWithoutAStackTellsWhy) {
    Json report = made_report(4);
    for (Json& f : report["frames"]) {
        f["verdict"] = "rejected";
        f["reason"] = "no_stars";
        f["text"] = "no stars were found";
        f["ref_from_frame"] = nullptr;
    }
    report["canvas"] = nullptr;
    report["reference"] = nullptr;
    report["result"]["noise"] = Json::array();
    report["counts"] = {{"in", 4}, {"stacked", 0}, {"rejected", 4}, {"failed", 0}};
    const std::string page = report_page(input_of(report));
    EXPECT_THAT(check_html(page).problems, IsEmpty());
    EXPECT_THAT(page, HasSubstr("Not stacked for: no_stars 4."));
    EXPECT_THAT(page, Not(HasSubstr("<dt>noise</dt>")));
}

TEST(ReportPage, OfGroupsTellsTheCalibrationOfEach) {
    Json report = made_report(3);
    Json one = report["applied"];
    one["lights"] = 2;
    one["exposure_s"] = 15;
    one["gain"] = 60;
    one["filter"] = nullptr;
    Json two = one;
    two["exposure_s"] = 30;
    two["dark"] = nullptr;
    two["why_not"]["dark"] = "none of 30 s";
    report["applied"]["groups"] = {one, two};
    const std::string page = report_page(input_of(report));
    EXPECT_THAT(page, HasSubstr("<h3>2 lights, 15 s, gain 60</h3>"));
    EXPECT_THAT(page, HasSubstr("none: none of 30 s"));
}

}  // namespace
}  // namespace nightstack::tools

// SPDX-License-Identifier: MIT
// A report that somebody else has written: the page stays a page.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/core/error.h"
#include "tests/tools/report_page/html_check.h"
#include "tests/tools/report_page/made_report.h"
#include "tools/report_page/html_text.h"
#include "tools/report_page/report_page.h"

namespace nightstack::tools {
namespace {

using namespace page;

using namespace nightstack::test;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kHostile[] = {"<script>alert(1)</script>",
                                "\"'><img src=x onerror=alert(1)>",
                                "' onload='x",
                                "</title></style></table>--><!--",
                                "javascript:alert(1)",
                                std::string("nul\0 bell\a esc\x1b[31m del\x7f", 24),
                                "right-to-left \xE2\x80\xAE txt.exe",
                                "not UTF-8 \xFF\xC0\x80 \xED\xA0\x80",
                                "&lt;&#60; &unknown",
                                "url(http://example.org/x) @import",
                                std::string(100'000, '<')};

std::string page_of(const Json& report) {
    ReportPageInput input;
    input.report = report.dump(-1, ' ', false, Json::error_handler_t::ignore);
    return report_page(input);
}

// Every string, and every key of an object, becomes `text`.
Json with_strings(const Json& json, const std::string& text) {
    if (json.is_string()) return text;
    Json out = json;
    if (json.is_array()) {
        for (Json& element : out) element = with_strings(element, text);
    } else if (json.is_object()) {
        for (auto& [key, value] : out.items()) value = with_strings(value, text);
        out[text] = text;
    }
    return out;
}

// What honest pages are made of; anything else was smuggled in.
void expect_harmless(const std::string& page, const std::string& of) {
    static const CheckedHtml honest = check_html(page_of(made_report(60)));
    const CheckedHtml checked = check_html(page);
    EXPECT_THAT(checked.problems, IsEmpty()) << of;
    for (const std::string& tag : checked.tags)
        EXPECT_TRUE(honest.tags.count(tag) > 0 || tag == "h3") << tag << " by " << of;
    for (const std::string& name : checked.attributes)
        EXPECT_EQ(honest.attributes.count(name), 1u) << name << " by " << of;
    for (const std::string& address : checked.addresses) EXPECT_EQ(address, "#frames") << of;
}

TEST(HostilePage, StringsStayText) {
    for (const std::string& text : kHostile) {
        const std::string what = text.substr(0, 40);
        Json report = made_report(12);
        // Verdicts stay, so that all parts of the page are reached; and once all of them go.
        Json all = with_strings(report, text);
        expect_harmless(page_of(all), what);
        for (std::size_t i = 0; i < 12; ++i) all["frames"][i]["verdict"] = report["frames"][i]["verdict"];
        expect_harmless(page_of(all), what);
    }
}

TEST(HostilePage, TitleAndFactsStayText) {
    for (const std::string& text : kHostile) {
        ReportPageInput input;
        input.report = made_report(3).dump();
        input.title = text;
        input.facts = {{text, text}};
        expect_harmless(report_page(input), text.substr(0, 40));
    }
}

TEST(HostilePage, ShowsTheNameAsItStands) {
    Json report = made_report(1);
    report["frames"][0]["file"] = "<script>alert('x') & \"more\"";
    EXPECT_THAT(page_of(report), HasSubstr("&lt;script&gt;alert(&#39;x&#39;) &amp; &quot;more&quot;"));
    report["frames"][0]["file"] = "a\nb\x1b";
    EXPECT_THAT(page_of(report), HasSubstr("a\\x0Ab\\x1B"));
}

// Each member of the report, one after the other, becomes something of another type.
void for_each_place(Json& root, Json& json, const std::function<void()>& look) {
    static const Json others[] = {nullptr,
                                  true,
                                  -1,
                                  1e308,
                                  "text",
                                  Json::array(),
                                  Json::object(),
                                  Json::array({Json::array({1, "x", nullptr}), 5}),
                                  {{"a", {{"b", 1}}}}};
    const Json kept = json;
    for (const Json& other : others) {
        json = other;
        look();
    }
    json = kept;
    if (json.is_structured()) {
        for (auto& [key, value] : json.items()) for_each_place(root, value, look);
    }
}

TEST(HostilePage, OtherTypesAreNoReason) {
    Json report = made_report(6);
    report["inputs"] = Json::array({report["inputs"][0]});
    std::size_t pages = 0;
    for (const char* key : {"schema", "version", "options", "inputs", "problems", "applied", "reference", "canvas",
                            "frames", "result", "counts", "run", "wcs"}) {
        for_each_place(report, report[key], [&] {
            ++pages;
            const CheckedHtml checked = check_html(page_of(report));
            ASSERT_THAT(checked.problems, IsEmpty()) << key;
        });
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(pages, 1000u);
}

Json with_numbers(const Json& json, double number) {
    if (json.is_number()) return number;
    Json out = json;
    if (json.is_structured()) {
        for (auto& [key, value] : out.items()) value = with_numbers(value, number);
    }
    return out;
}

TEST(HostilePage, NumbersBeyondAllBoundsDrawNothingStrange) {
    for (const double number : {1e308, -1e308, 1e-308, 0.0, -0.0, 1e14, -1e14, 1e-14}) {
        Json report = with_numbers(made_report(12), number);
        report["frames"][3]["fwhm_px"] = -number;
        report["frames"][5]["ref_from_frame"] = made_report(6)["frames"][5]["ref_from_frame"];
        const std::string page = page_of(report);
        EXPECT_THAT(check_html(page).problems, IsEmpty()) << number;
        for (std::size_t i = page.find(" d=\""); i != std::string::npos; i = page.find(" d=\"", i + 1)) {
            const std::string path = page.substr(i + 4, page.find('"', i + 4) - i - 4);
            EXPECT_EQ(path.find_first_not_of("0123456789.- MVHLlvm"), std::string::npos) << number << ": " << path;
        }
    }
}

TEST(HostilePage, WhatIsNoReportIsRefused) {
    for (const std::string& text :
         {std::string(), std::string("[]"), std::string("{\"frames\":["), std::string("7"), std::string(1'000'000, '['),
          "{\"a\":" + std::string(40, '[') + std::string(40, ']') + "}"}) {
        ReportPageInput input;
        input.report = text;
        EXPECT_THROW(report_page(input), FormatError) << text.substr(0, 40);
    }
    ReportPageInput input;
    input.report = "{}";
    expect_harmless(report_page(input), "an empty report");
    input.report = "{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[\"}";  // brackets in text are no depth
    EXPECT_NO_THROW(report_page(input));
}

TEST(HostilePage, LongTextsAreCutBetweenCharacters) {
    const std::string cut = html(std::string(1000, 'a') + "end", 10);
    EXPECT_EQ(cut, "aaaaaaaaaa\u2026");
    EXPECT_EQ(html("\u00e4\u00e4\u00e4", 3), "\u00e4\u2026");
    EXPECT_EQ(html("<&>\"'"), "&lt;&amp;&gt;&quot;&#39;");
    EXPECT_EQ(html("short", 5), "short");
}

}  // namespace
}  // namespace nightstack::tools

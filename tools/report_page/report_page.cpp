// SPDX-License-Identifier: MIT
#include "tools/report_page/report_page.h"

#include "tools/report_page/frame_charts.h"
#include "tools/report_page/frame_table.h"
#include "tools/report_page/html_text.h"
#include "tools/report_page/page_head.h"
#include "tools/report_page/page_picture.h"
#include "tools/report_page/page_sections.h"
#include "tools/report_page/report_values.h"
#include "tools/report_page/sky_charts.h"

namespace nightstack::tools {
namespace {

using namespace page;

std::string pictures(const ReportPageInput& input, const PageReport& report, const std::string& title) {
    std::string alt = title + ": the stacked picture";
    if (report.stacked) alt += " of " + fixed(*report.stacked, 0) + " frames";
    if (report.livetime_s) alt += ", " + duration(*report.livetime_s) + " of exposure";
    return picture_figure(input.picture, alt, "The stack, stretched for the eye.") +
           picture_figure(input.annotated, title + ": the same picture with names of what is seen",
                          "What is to be seen in it.");
}

std::string charts(const ReportPageInput& input, const PageReport& report) {
    const std::string drawings =
        noise_chart(input.noise, input.fit) + frame_charts(report.frames) + track_chart(report);
    return drawings.empty() ? "" : "<h2>Frame by frame</h2>\n<div class=\"charts\">\n" + drawings + "</div>\n";
}

}  // namespace

std::string report_page(const ReportPageInput& input) {
    const PageReport report = page_report(input.report);
    const std::string title = input.title.empty() ? "A stacked picture" : input.title;
    std::string out = page_head(html(title, 200), html(report.version, 200));
    out += "<body>\n<header><h1>" + html(title, 200) + "</h1>\n" + definitions(input.facts) + "</header>\n<main>\n";
    out += pictures(input, report, title);
    out += headline_section(report);
    out += charts(input, report);
    out += calibration_section(report);
    out += frame_tables(report);
    out += details_section(report);
    out += "</main>\n<footer><p class=\"soft\">Made by " +
           html(report.version.empty() ? "an unknown program" : report.version, 200) +
           ". All numbers stand in the report file (JSON) beside the picture.</p></footer>\n</body>\n</html>\n";
    return out;
}

}  // namespace nightstack::tools

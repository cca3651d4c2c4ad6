// SPDX-License-Identifier: MIT
#include "tools/report_page/page_sections.h"

#include <map>

#include "tools/report_page/frame_charts.h"
#include "tools/report_page/html_text.h"

namespace nightstack::tools::page {
namespace {

std::string card(const char* what, const std::string& how_much) {
    return "<div><dt>" + std::string(what) + "</dt><dd>" + html(how_much) + "</dd></div>\n";
}

std::string planes(const std::vector<double>& values, const char* unit) {
    static constexpr const char* kColours[] = {"R ", "G ", "B "};
    std::string out;
    for (std::size_t p = 0; p < values.size(); ++p)
        out += (p > 0 ? ", " : "") + std::string(values.size() == 3 ? kColours[p] : "") + significant(values[p], 3);
    return out + unit;
}

std::string folded(const std::string& summary, const PageLines& lines) {
    if (lines.empty()) return "";
    std::string rows;
    for (const auto& [what, how_much] : lines) rows += table_row(what, how_much, 2000);
    return "<details><summary>" + summary + "</summary>\n<table><tbody>\n" + rows + "</tbody></table></details>\n";
}

// "fwhm 3, no_match 12": what frames were left out for, the most frequent first.
std::string reasons_of(const PageReport& report) {
    std::map<std::string, std::size_t> counts;
    for (const PageFrame& f : report.frames) {
        if (!f.stacked() && (counts.size() < 30 || counts.count(f.reason) > 0)) ++counts[f.reason];
    }
    std::multimap<std::size_t, std::string, std::greater<>> by_count;
    for (const auto& [reason, count] : counts) by_count.emplace(count, reason);
    std::string out;
    for (const auto& [count, reason] : by_count)
        out += (out.empty() ? "" : ", ") + (reason.empty() ? "without a reason" : reason) + " " + std::to_string(count);
    return out;
}

PageLines alignment(const PageReport& r) {
    PageLines lines;
    const auto add = [&](const char* what, const std::string& how_much) {
        if (!how_much.empty()) lines.emplace_back(what, how_much);
    };
    add("method", r.method);
    add("aligned by", r.aligned_by);
    add("reference", r.reference);
    add("transform", r.model);
    if (r.canvas)
        add("canvas", significant(r.canvas->width, 9) + " x " + significant(r.canvas->height, 9) + " px" +
                          (r.canvas->scale == 1 ? "" : ", scale " + significant(r.canvas->scale)));
    if (!r.low_percent.empty()) add("samples rejected as too low", planes(r.low_percent, " %"));
    if (!r.high_percent.empty()) add("samples rejected as too high", planes(r.high_percent, " %"));
    if (!r.flagged_percent.empty()) add("pixels that may have kept outliers", planes(r.flagged_percent, " %"));
    return lines;
}

}  // namespace

std::string definitions(const PageLines& lines) {
    if (lines.empty()) return "";
    std::string out = "<dl class=\"facts\">";
    for (const auto& [what, how_much] : lines)
        out += "<div><dt>" + html(what) + "</dt><dd>" + html(how_much) + "</dd></div>\n";
    return out + "</dl>\n";
}

std::string headline_section(const PageReport& r) {
    std::string out = "<h2>What went in and came out</h2>\n<dl class=\"figures\">";
    const auto count = [&](const char* what, const std::optional<double>& n) {
        if (n) out += card(what, fixed(*n, 0));
    };
    count("frames", r.in);
    count("stacked", r.stacked);
    count("rejected", r.rejected);
    count("dropped", r.dropped);
    count("failed", r.failed);
    if (r.livetime_s) out += card("exposure in the stack", duration(*r.livetime_s));
    if (!r.noise.empty()) out += card("noise", planes(r.noise, " ADU"));
    std::vector<double> fwhm;
    for (const PageFrame& f : r.frames) {
        if (f.stacked() && f.fwhm_px) fwhm.push_back(*f.fwhm_px);
    }
    if (!fwhm.empty()) out += card("FWHM, median", fixed(median_of(fwhm), 2) + " px");
    out += "</dl>\n";
    if (const std::string reasons = reasons_of(r); !reasons.empty())
        out += "<p>Not stacked for: " + html(reasons, 1000) + ". <a href=\"#frames\">Every frame</a> tells why.</p>\n";
    return out;
}

std::string calibration_section(const PageReport& r) {
    if (r.calibration.empty() && r.warnings.empty()) return "";
    std::string out = "<h2>Calibration</h2>\n";
    for (const PageCalibration& c : r.calibration) {
        if (!c.lights.empty()) out += "<h3>" + html(c.lights) + "</h3>\n";
        out += "<table><tbody>\n";
        for (const auto& [kind, what] : c.masters) out += table_row(kind, what);
        out += "</tbody></table>\n";
    }
    for (const std::string& warning : r.warnings) out += "<p><b>Note:</b> " + html(warning) + "</p>\n";
    return out;
}

std::string details_section(const PageReport& r) {
    return "<h2>How it was made</h2>\n" + folded("Alignment and rejection", alignment(r)) +
           folded("Settings", r.settings) + folded("What was done to the stack, and more", r.more) +
           folded("Files", r.inputs) + folded("What could not be read", r.problems) + folded("Time and machine", r.run);
}

}  // namespace nightstack::tools::page

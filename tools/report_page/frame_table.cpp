// SPDX-License-Identifier: MIT
#include "tools/report_page/frame_table.h"

#include <algorithm>
#include <vector>

#include "pipeline/core/counted.h"
#include "tools/report_page/html_text.h"

namespace nightstack::tools::page {
namespace {

constexpr std::size_t kPart = 500;      // frames of one part
constexpr std::size_t kUnfolded = 100;  // as many are shown at once

struct Column {
    const char* title;
    std::optional<double> PageFrame::*value;
    int digits;
};
constexpr Column kColumns[] = {
    {"stars", &PageFrame::stars, 0},
    {"FWHM px", &PageFrame::fwhm_px, 2},
    {"roundness", &PageFrame::roundness, 2},
    {"sky ADU", &PageFrame::background, 1},
    {"transparency", &PageFrame::transparency, 2},
    {"residual px", &PageFrame::residual_px, 2},
    {"sharpness", &PageFrame::sharpness, 3},
    {"weight", &PageFrame::weight, 2},
};

// A night without stars has no columns for them.
std::vector<Column> columns_of(std::span<const PageFrame> frames) {
    std::vector<Column> out;
    for (const Column& c : kColumns) {
        if (std::any_of(frames.begin(), frames.end(), [&](const PageFrame& f) { return (f.*c.value).has_value(); }))
            out.push_back(c);
    }
    return out;
}

std::string cell_of(const std::optional<double>& value, int digits) {
    return "<td class=\"n\">" + (value ? fixed(*value, digits) : "") + "</td>";
}

// The sentence of the judgement; where there is none, what it was held against (the figures stand beside it).
std::string why(const PageFrame& f) {
    if (!f.text.empty()) return html(f.text);
    std::string out;
    for (const PageLimit& l : f.limits) {
        out += (out.empty() ? "limits: " : ", ") + html(l.name) + " ";
        if (!f.stacked()) out += significant(l.value) + " of ";
        out += significant(l.limit);
    }
    return out;
}

// What the names of all frames begin with, up to a "/": said once.
std::string common_folder(std::span<const PageFrame> frames) {
    std::string common = frames.front().file.substr(0, frames.front().file.rfind('/') + 1);
    for (const PageFrame& f : frames) {
        while (!common.empty() && f.file.compare(0, common.size(), common) != 0)
            common.resize(common.size() < 2 ? 0 : common.rfind('/', common.size() - 2) + 1);
    }
    return common;
}

struct Table {
    std::vector<Column> columns;
    std::string folder;
};

std::string row_of(std::size_t number, const PageFrame& f, const Table& table) {
    const char* const colour = f.stacked() ? "w yes" : "w no";
    std::string row = "<tr><td class=\"n\">" + std::to_string(number) + "</td><th scope=\"row\">" +
                      html(std::string_view(f.file).substr(table.folder.size())) + "</th><td class=\"" + colour +
                      "\">" + html(f.verdict, 40) + "</td><td class=\"w\">" + html(f.reason, 40) + "</td><td>" +
                      why(f) + "</td>";
    for (const Column& c : table.columns) row += cell_of(f.*c.value, c.digits);
    return row + "</tr>\n";
}

std::string head_of(const Table& table) {
    std::string head =
        "<div class=\"wide\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">no.</th><th scope=\"col\">frame</th>"
        "<th scope=\"col\">verdict</th><th scope=\"col\">reason</th><th scope=\"col\">why</th>";
    for (const Column& c : table.columns) head += "<th scope=\"col\">" + std::string(c.title) + "</th>";
    return head + "</tr></thead><tbody>\n";
}
constexpr const char* kFoot = "</tbody></table></div>\n";

std::string folded(const std::string& summary, const std::string& content, bool open) {
    return std::string(open ? "<details open>" : "<details>") + "<summary>" + summary + "</summary>\n" + content +
           "</details>\n";
}

std::string part(std::span<const PageFrame> frames, std::size_t begin, std::size_t end, const Table& table, bool open) {
    std::string rows = head_of(table);
    std::size_t stacked = 0;
    for (std::size_t i = begin; i < end; ++i) {
        rows += row_of(i + 1, frames[i], table);
        stacked += frames[i].stacked() ? 1 : 0;
    }
    return folded("Frames " + std::to_string(begin + 1) + " to " + std::to_string(end) + ": " +
                      std::to_string(stacked) + " stacked, " + std::to_string(end - begin - stacked) + " not",
                  rows + kFoot, open);
}

std::string not_stacked(std::span<const PageFrame> frames, const Table& table) {
    std::string rows = head_of(table);
    std::size_t count = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (frames[i].stacked()) continue;
        if (++count <= kPart) rows += row_of(i + 1, frames[i], table);
    }
    if (count == 0) return "<p>Every frame is in the stack.</p>\n";
    std::string title = counted(count, "frame is", "frames are") + " not in the stack";
    if (count > kPart) title += "; the first " + std::to_string(kPart) + " of them, the others are among all below";
    return folded(title, rows + kFoot, count <= kUnfolded);
}

}  // namespace

std::string frame_tables(const PageReport& report) {
    const std::span<const PageFrame> frames = report.frames;
    if (frames.empty()) return "";
    const Table table{columns_of(frames), common_folder(frames)};
    std::string out = "<h2 id=\"frames\">Every frame</h2>\n";
    if (!table.folder.empty()) out += "<p class=\"soft\">Their names are those in " + html(table.folder) + "</p>\n";
    out += not_stacked(frames, table);
    for (std::size_t begin = 0; begin < frames.size(); begin += kPart)
        out += part(frames, begin, std::min(begin + kPart, frames.size()), table, frames.size() <= kUnfolded);
    if (report.frames_left_out > 0)
        out += "<p>" + std::to_string(report.frames_left_out) +
               " further frames stand in the report file and not on this page.</p>\n";
    return out;
}

}  // namespace nightstack::tools::page

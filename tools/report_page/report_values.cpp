// SPDX-License-Identifier: MIT
#include "tools/report_page/report_values.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "pipeline/core/counted.h"
#include "pipeline/core/error.h"
#include "tools/report_page/html_text.h"

namespace nightstack::tools::page {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostBytes = std::size_t{256} << 20;
constexpr int kMostDepth = 32;           // brackets within brackets; ours are 5
constexpr std::size_t kMostLines = 500;  // of any list but the frames
constexpr std::size_t kMostText = 4000;  // bytes; what is shown is cut again
constexpr double kLargestNumber = 1e15;  // no figure of a night is larger; charts need not survive more

// Writing JSON recurses: depth is bounded before anything is read.
bool too_deep(const std::string& json) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (c == '"') quoted = !quoted;
        if (quoted && c == '\\') ++i;
        if (quoted) continue;
        if (c == '[' || c == '{') ++depth;
        if (c == ']' || c == '}') --depth;
        if (depth > kMostDepth) return true;
    }
    return false;
}

const Json& member(const Json& of, const char* key) {
    static const Json kNone;
    if (!of.is_object()) return kNone;
    const auto found = of.find(key);
    return found == of.end() ? kNone : *found;
}

std::string text(const Json& value) {
    return value.is_string() ? value.get_ref<const std::string&>().substr(0, kMostText) : std::string();
}
std::string text(const Json& of, const char* key) { return text(member(of, key)); }

std::optional<double> number(const Json& value) {
    if (!value.is_number()) return std::nullopt;
    const double v = value.get<double>();
    return std::isfinite(v) && std::abs(v) < kLargestNumber ? std::optional(v) : std::nullopt;
}
std::optional<double> number(const Json& of, const char* key) { return number(member(of, key)); }

std::vector<double> numbers(const Json& list, std::size_t most) {
    std::vector<double> out;
    if (!list.is_array()) return out;
    for (const Json& value : list) {
        if (out.size() == most) break;
        if (const auto v = number(value)) out.push_back(*v);
    }
    return out;
}

// Whatever it is, in words or as JSON.
std::string shown(const Json& value) {
    if (value.is_string()) return text(value);
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    if (value.is_null()) return "";
    return value.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, kMostText);
}

PageLines lines(const Json& object) {
    PageLines out;
    if (!object.is_object()) return out;
    for (const auto& [key, value] : object.items()) {
        if (out.size() == kMostLines) break;
        out.emplace_back(key.substr(0, kMostText), shown(value));
    }
    return out;
}

PageFrame frame_of(const Json& f) {
    PageFrame frame{text(f, "file"),
                    text(f, "verdict"),
                    text(f, "reason"),
                    text(f, "text"),
                    {},
                    {},
                    {},
                    {},
                    {},
                    {},
                    {},
                    {},
                    {},
                    {}};
    const Json& limits = member(f, "limits");
    if (limits.is_object()) {
        for (const auto& [name, pair] : limits.items()) {
            const std::vector<double> two = numbers(pair, 2);
            if (two.size() == 2 && frame.limits.size() < 20)
                frame.limits.push_back({name.substr(0, 40), two[0], two[1]});
        }
    }
    frame.weight = number(f, "weight");
    frame.stars = number(f, "stars");
    frame.fwhm_px = number(f, "fwhm_px");
    frame.roundness = number(f, "roundness");
    frame.background = number(f, "background");
    frame.transparency = number(f, "transparency");
    frame.residual_px = number(f, "residual_px");
    frame.sharpness = number(f, "sharpness");
    const std::vector<double> nine = numbers(member(f, "ref_from_frame"), 9);
    if (nine.size() == 9) std::copy(nine.begin(), nine.end(), frame.ref_from_frame.emplace().begin());
    return frame;
}

void take_frames(PageReport& page, const Json& frames) {
    if (!frames.is_array()) return;
    for (const Json& f : frames) {
        if (page.frames.size() == kMostFrames) {
            page.frames_left_out = frames.size() - kMostFrames;
            return;
        }
        page.frames.push_back(frame_of(f));
    }
}

// "exp_15 (12 frames), noise 0.8 ADU"; most sources say themselves how many frames are in them.
std::string master_text(const Json& m) {
    std::string out = text(m, "source");
    const auto frames = number(m, "frames");
    if (frames && out.find(" frame") == std::string::npos) out += ", " + significant(*frames) + " frames";
    if (const auto noise = number(m, "noise_adu")) out += ", noise " + significant(*noise, 3) + " ADU";
    const Json& offset = member(m, "offset");
    if (offset.is_object()) out += "; taken off it: " + text(offset, "kind") + " " + master_text(offset);
    return out;
}

PageCalibration calibration_of(const Json& applied) {
    PageCalibration out;
    const Json& why_not = member(applied, "why_not");
    for (const char* kind : {"dark", "flat", "bias"}) {
        const Json& master = member(applied, kind);
        const std::string why = text(why_not, kind);
        if (master.is_object()) {
            out.masters.emplace_back(kind, master_text(master));
        } else {
            out.masters.emplace_back(kind, why.empty() ? "none" : "none: " + why);
        }
    }
    if (const std::string why = text(why_not, "flat_dark"); !why.empty())
        out.masters.emplace_back("flat dark", "none: " + why);
    if (const auto defects = number(applied, "defects"))
        out.masters.emplace_back("defects", significant(*defects, 9) + " pixels known as hot or dead, repaired");
    const Json& filter = member(applied, "impulse_filter");
    if (filter.is_boolean())
        out.masters.emplace_back("hot pixels",
                                 filter.get<bool>() ? "also looked for in each frame" : "by the dark alone");
    return out;
}

std::string group_name(const Json& group) {
    std::string out;
    const auto add = [&](const std::string& part) { out += (out.empty() || part.empty() ? "" : ", ") + part; };
    if (const auto lights = number(group, "lights")) add(significant(*lights, 9) + " lights");
    add(text(group, "session"));
    if (const auto exposure = number(group, "exposure_s")) add(significant(*exposure) + " s");
    if (const auto gain = number(group, "gain")) add("gain " + significant(*gain));
    add(text(group, "filter"));
    return out;
}

void take_applied(PageReport& page, const Json& applied) {
    if (!applied.is_object()) return;
    const Json& groups = member(applied, "groups");
    if (groups.is_array() && !groups.empty()) {
        for (const Json& group : groups) {
            if (page.calibration.size() == kMostLines) break;
            page.calibration.push_back(calibration_of(group));
            page.calibration.back().lights = group_name(group);
        }
    } else {
        page.calibration.push_back(calibration_of(applied));
    }
    const Json& warnings = member(applied, "warnings");
    if (!warnings.is_array()) return;
    for (const Json& warning : warnings) {
        if (page.warnings.size() < kMostLines) page.warnings.push_back(text(warning));
    }
}

void take_inputs(PageReport& page, const Json& inputs) {
    if (!inputs.is_array()) return;
    std::map<std::string, std::pair<std::size_t, double>> roles;
    for (const Json& input : inputs) {
        const std::string role = text(input, "role").substr(0, 40);
        if (roles.size() == kMostLines && roles.count(role) == 0) continue;
        auto& [files, bytes] = roles[role];
        ++files;
        bytes += number(input, "bytes").value_or(0);
    }
    for (const auto& [role, of] : roles)
        page.inputs.emplace_back(role, counted(of.first, "file", "files") + ", " + bytes_text(of.second));
}

void take_result(PageReport& page, const Json& result) {
    page.method = text(result, "method");
    page.aligned_by = text(result, "aligned_by");
    page.noise = numbers(member(result, "noise"), 3);
    page.low_percent = numbers(member(result, "low_percent"), 3);
    page.high_percent = numbers(member(result, "high_percent"), 3);
    page.flagged_percent = numbers(member(result, "flagged_percent"), 3);
    page.livetime_s = number(result, "livetime_s");
}

void take_canvas(PageReport& page, const Json& canvas) {
    const auto width = number(canvas, "width");
    const auto height = number(canvas, "height");
    if (!width || !height) return;
    page.canvas = {number(canvas, "x0").value_or(0), number(canvas, "y0").value_or(0), *width, *height,
                   number(canvas, "scale").value_or(1)};
    if (!(page.canvas->scale > 0)) page.canvas->scale = 1;
}

void take_run(PageReport& page, const Json& run) {
    if (const auto v = number(run, "wall_s")) page.run.emplace_back("time", duration(*v));
    if (const auto v = number(run, "cpu_s")) page.run.emplace_back("processor time", duration(*v));
    if (const auto v = number(run, "peak_mb")) page.run.emplace_back("memory at most", significant(*v, 5) + " MB");
    if (const auto v = number(run, "threads")) page.run.emplace_back("threads", significant(*v, 9));
    if (const std::string cpu = text(run, "cpu"); !cpu.empty()) page.run.emplace_back("instruction level", cpu);
    const Json& phases = member(run, "phases");
    if (!phases.is_array()) return;
    for (const Json& p : phases) {
        const auto wall = number(p, "wall_s");
        if (wall && page.run.size() < kMostLines) page.run.emplace_back(text(p, "phase"), duration(*wall));
    }
}

// What has no place of its own: of finishing, of films, of later versions.
void take_more(PageReport& page, const Json& report) {
    static constexpr const char* kShown[] = {"schema",  "version", "options",   "inputs",    "problems",
                                             "applied", "frames",  "reference", "transform", "canvas",
                                             "result",  "counts",  "run",       "groups"};
    for (const auto& [key, value] : report.items()) {
        const bool known = std::any_of(std::begin(kShown), std::end(kShown), [&](const char* k) { return key == k; });
        if (!known && !value.is_null() && page.more.size() < kMostLines)
            page.more.emplace_back(key.substr(0, kMostText), shown(value));
    }
    const Json& result = member(report, "result");
    for (const char* key : {"finish", "scale16", "note"}) {
        if (const Json& value = member(result, key); !value.is_null()) page.more.emplace_back(key, shown(value));
    }
}

}  // namespace

PageReport page_report(const std::string& json) {
    if (json.size() > kMostBytes)
        throw FormatError("a report of " + bytes_text(static_cast<double>(json.size())) + " is too large for a page");
    if (too_deep(json)) throw FormatError("the report is nested too deeply");
    const Json report = Json::parse(json, nullptr, /*allow_exceptions=*/false);
    if (!report.is_object()) throw FormatError("the report is no JSON object");
    PageReport page;
    page.version = text(report, "version");
    page.reference = shown(member(report, "reference"));
    page.model = text(report, "transform");
    const Json& counts = member(report, "counts");
    page.in = number(counts, "in");
    page.stacked = number(counts, "stacked");
    page.rejected = number(counts, "rejected");
    page.dropped = number(counts, "dropped");
    page.failed = number(counts, "failed");
    take_frames(page, member(report, "frames"));
    take_result(page, member(report, "result"));
    take_canvas(page, member(report, "canvas"));
    take_applied(page, member(report, "applied"));
    take_inputs(page, member(report, "inputs"));
    const Json& problems = member(report, "problems");
    if (problems.is_array()) {
        for (const Json& p : problems) {
            if (page.problems.size() < kMostLines) page.problems.emplace_back(text(p, "file"), text(p, "text"));
        }
    }
    const Json& run = member(report, "run");
    page.settings = lines(member(report, "options"));
    for (auto& line : lines(member(run, "options"))) page.settings.push_back(std::move(line));
    take_run(page, run);
    take_more(page, report);
    return page;
}

}  // namespace nightstack::tools::page

// SPDX-License-Identifier: MIT
#include "tools/session/report.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numeric>
#include <variant>

#include "io/files/file.h"

#include "tools/session/applied_report.h"

namespace nightstack::tools {
namespace {

using Json = nlohmann::ordered_json;

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json plane_array(const std::array<double, 3>& values, int planes) {
    Json list = Json::array();
    for (int p = 0; p < planes; ++p) list.push_back(values[static_cast<std::size_t>(p)]);
    return list;
}

double mean_of(const std::array<double, 3>& values, int planes) {
    return planes < 1 ? 0 : std::accumulate(values.begin(), values.begin() + planes, 0.0) / planes;
}

// A file whose rows were turned over while reading is reported in rows as stored.
Transform turned_over(const InputFrame& input) {
    return input.file ? turned_rows(input.file->rows_reversed(), input.file->format().height) : Transform();
}

Json limits_of(const Judgement& judgement) {
    Json limits = Json::object();
    for (const auto& [name, limit] : judgement.limits) limits[name] = {limit.value, limit.limit};
    return limits;
}

Json frame_json(const InputFrame& input, const LightReport& light, int planes) {
    Json f;
    f["file"] = input.shown;
    f["verdict"] = name(light.judgement.verdict);
    f["reason"] = name(light.judgement.reason);
    f["text"] = light.judgement.text;
    f["limits"] = limits_of(light.judgement);
    f["weight"] = mean_of(light.weight, planes);
    f["weights"] = plane_array(light.weight, planes);
    if (light.block) f["block"] = *light.block;
    f["stars"] = number(light.figures.stars);
    f["fwhm_px"] = number(light.figures.fwhm_px);
    f["roundness"] = number(light.figures.roundness);
    f["background"] = number(light.figures.background);
    f["transparency"] = number(light.figures.transparency);
    f["residual_px"] = number(light.figures.residual_px);
    f["sharpness"] = number(light.figures.sharpness);
    return f;
}

Json input_json(const InputFrame& input) {
    return {{"file", input.shown}, {"sha256", input.sha256}, {"role", input.role}, {"bytes", input.bytes}};
}

Json inputs_json(const StackReport& report) {
    Json inputs = Json::array();
    for (const InputFrame& input : report.lights) inputs.push_back(input_json(input));
    for (const InputFrame& input : report.masters->inputs) inputs.push_back(input_json(input));
    return inputs;
}

// Without a usable light nothing was chosen; the keys are there all the same.
Json with_all_kinds(Json applied) {
    for (const char* kind : {"dark", "flat", "bias"}) {
        if (!applied.contains(kind)) applied[kind] = nullptr;
    }
    if (!applied.contains("why_not")) applied["why_not"] = Json::object();
    return applied;
}

// Null without a finishing pass.
Json finish_json(const StackSummary& s) {
    if (!s.finish) return nullptr;
    return {{"blocks", s.finish->blocks},
            {"flagged_percent_before", plane_array(s.finish->flagged_percent, s.planes)},
            {"rebuilt", s.finish->rebuilt}};
}

Json result_json(const StackReport& report) {
    const StackSummary& s = *report.summary;
    return {{"method", s.flagged_percent ? "stream" : "offline"},
            {"aligned_by", s.aligned_by == AlignedBy::not_recorded ? Json(nullptr) : Json(name(s.aligned_by))},
            {"noise", plane_array(report.noise, s.planes)},
            {"low_percent", plane_array(s.low_percent, s.planes)},
            {"high_percent", plane_array(s.high_percent, s.planes)},
            {"flagged_percent", s.flagged_percent ? plane_array(*s.flagged_percent, s.planes) : Json(nullptr)},
            {"finish", finish_json(s)},
            {"grow_px", s.grow_px},
            {"livetime_s", report.livetime_s},
            {"white_adu", s.white_adu},
            {"scale16", report.scale ? Json({{"zero_adu", report.scale->zero}, {"step_adu", report.scale->step}})
                                     : Json(nullptr)}};
}

// What cannot change the result but differs from machine to machine and from call to call.
bool is_of_run(const Setting& setting) {
    static constexpr const char* kOfRun[] = {"memory", "threads", "json", "quiet", "verbose"};
    return std::find(std::begin(kOfRun), std::end(kOfRun), setting.name) != std::end(kOfRun);
}

Json value_of(const Setting& setting) {
    if (const auto* on = std::get_if<bool>(&setting.value)) return *on;
    if (const auto* word = std::get_if<std::string>(&setting.value)) {
        int whole = 0;
        const auto [end, error] = std::from_chars(word->data(), word->data() + word->size(), whole);
        if (setting.name == "threads" && error == std::errc() && end == word->data() + word->size()) return whole;
        return io::printable(*word);
    }
    if (!std::holds_alternative<std::vector<std::string>>(setting.value)) return nullptr;
    Json list = Json::array();
    for (const std::string& word : std::get<std::vector<std::string>>(setting.value))
        list.push_back(io::printable(word));
    return list;
}

Json options_json(const std::vector<Setting>& settings, bool of_run) {
    Json options = Json::object();
    for (const Setting& setting : settings) {
        if (is_of_run(setting) == of_run) options[setting.name] = value_of(setting);
    }
    return options;
}

Json problems_json(const StackReport& report) {
    Json problems = Json::array();
    for (const io::Ignored& p : report.problems)
        problems.push_back({{"file", io::printable(p.path.string())}, {"text", p.text}});
    return problems;
}

Json canvas_json(const Canvas& canvas) {
    return {{"x0", canvas.x0},
            {"y0", canvas.y0},
            {"width", canvas.width},
            {"height", canvas.height},
            {"scale", canvas.scale}};
}

// Null where the frames lie straight.
Json distortion_json(const StackSummary& s) {
    if (!s.reference || !s.lens) return nullptr;
    return {{"k1", s.lens->k1},
            {"k2", s.lens->k2},
            {"centre", {s.lens->centre.x, s.lens->centre.y}},
            {"radius_px", s.lens->radius_px}};
}

// Null without a reference: then it leads nowhere.
Json transform_json(const StackReport& report, std::size_t light) {
    const StackSummary& s = *report.summary;
    const auto& transform = s.lights[light].ref_from_frame;
    if (!transform || !s.reference) return nullptr;
    return as_stored(*transform, report.lights[light], report.lights[*s.reference]).row_major();
}

Json phases_json(const RunFigures& run) {
    Json phases = Json::array();
    for (const PhaseTime& t : run.phases)
        phases.push_back({{"phase", t.phase}, {"wall_s", t.wall_s}, {"cpu_s", t.cpu_s}});
    return phases;
}

Json run_figures_json(const RunFigures& run, const std::vector<Setting>& settings) {
    return {{"wall_s", run.wall_s},       {"cpu_s", run.cpu_s},
            {"peak_mb", run.peak_mb},     {"threads", run.threads},
            {"memory_mb", run.memory_mb}, {"cpu", run.cpu},
            {"phases", phases_json(run)}, {"options", options_json(settings, /*of_run=*/true)}};
}

// Strings in a report are UTF-8 already; should one slip through that is not, it is replaced.
std::string dump(const Json& json, int indent) { return json.dump(indent, ' ', false, Json::error_handler_t::replace); }

}  // namespace

Transform turned_rows(bool reversed, int height) {
    return reversed ? Transform({1, 0, 0, 0, -1, height - 1.0, 0, 0, 1}) : Transform();
}

Transform as_stored(const Transform& ref_from_frame, const InputFrame& input, const InputFrame& reference) {
    return turned_over(reference) * ref_from_frame * turned_over(input);
}

std::string report_json(const StackReport& report) {
    const StackSummary& s = *report.summary;
    Json j;
    j["schema"] = 1;
    j["version"] = report.version;
    j["options"] = options_json(report.settings, /*of_run=*/false);
    j["inputs"] = inputs_json(report);
    j["problems"] = problems_json(report);
    j["applied"] = with_all_kinds(Json::parse(applied_json(*report.masters)));
    j["reference"] = !s.reference               ? Json(nullptr)
                     : report.reference.empty() ? Json(report.lights[*s.reference].shown)
                                                : Json(report.reference);
    j["transform"] = s.reference ? Json(name(s.model)) : Json(nullptr);
    j["distortion"] = distortion_json(s);
    j["canvas"] = s.reference ? canvas_json(s.canvas) : Json(nullptr);
    j["frames"] = Json::array();
    for (std::size_t i = 0; i < s.lights.size(); ++i) {
        Json frame = frame_json(report.lights[i], s.lights[i], s.planes);
        frame["ref_from_frame"] = transform_json(report, i);
        const auto group = report.masters->group_of(i);
        if (report.masters->groups.size() > 1) frame["group"] = group ? Json(*group) : Json(nullptr);
        j["frames"].push_back(std::move(frame));
    }
    j["result"] = result_json(report);
    for (const auto& [key, json] : report.more) j[key] = Json::parse(json);
    j["counts"] = {{"in", s.lights.size()}, {"stacked", s.stacked}, {"rejected", s.rejected}, {"failed", s.failed}};
    j["run"] = run_figures_json(report.run, report.settings);
    return dump(j, 1) + "\n";
}

std::string options_text(const std::vector<Setting>& settings) { return dump(options_json(settings, false), -1); }

std::string run_text(const RunFigures& run, const std::vector<Setting>& settings) {
    return dump(run_figures_json(run, settings), -1);
}

std::string frame_event(const InputFrame& input, const LightReport& light, int planes) {
    Json event = {{"event", "frame"}};
    event.update(frame_json(input, light, planes));
    return dump(event, -1);
}

}  // namespace nightstack::tools

// SPDX-License-Identifier: MIT
#include "tools/session/report.h"

#include <nlohmann/json.hpp>

namespace nightstack::tools {
namespace {

using Json = nlohmann::ordered_json;

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json plane_array(const std::array<double, 3>& values, int planes) {
    Json list = Json::array();
    for (int p = 0; p < planes; ++p) list.push_back(values[static_cast<std::size_t>(p)]);
    return list;
}

// The transform of the run is in rows as presented; a file whose rows were turned over while reading
// is reported in rows as stored, on both sides.
Transform turned_over(const InputFrame& input) {
    if (!input.file || !input.file->rows_reversed()) return Transform();
    return Transform({1, 0, 0, 0, -1, input.file->format().height - 1.0, 0, 0, 1});
}

Transform as_stored(const Transform& ref_from_frame, const InputFrame& input, const InputFrame& reference) {
    return turned_over(reference) * ref_from_frame * turned_over(input);
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
    f["weight"] = plane_array(light.weight, planes);
    f["stars"] = number(light.figures.stars);
    f["fwhm_px"] = number(light.figures.fwhm_px);
    f["roundness"] = number(light.figures.roundness);
    f["background"] = number(light.figures.background);
    f["transparency"] = number(light.figures.transparency);
    f["residual_px"] = number(light.figures.residual_px);
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

Json applied_json(const SessionMasters& masters) {
    Json applied;
    for (const AppliedMaster& m : masters.applied) {
        applied[m.kind] =
            m.source.empty() ? Json(nullptr) : Json({{"source", m.source}, {"frames", m.frames}, {"sha256", m.sha256}});
    }
    applied["why_not"] = Json::object();
    for (const AppliedMaster& m : masters.applied) {
        if (m.source.empty()) applied["why_not"][m.kind] = m.text;
    }
    applied["defects"] = masters.defects;
    applied["impulse_filter"] = masters.filter_impulses;
    applied["warnings"] = masters.warnings;
    return applied;
}

Json result_json(const StackReport& report) {
    const StackSummary& s = *report.summary;
    return {{"noise", plane_array(report.noise, s.planes)},
            {"low_percent", plane_array(s.low_percent, s.planes)},
            {"high_percent", plane_array(s.high_percent, s.planes)},
            {"livetime_s", report.livetime_s},
            {"white_adu", s.white_adu},
            {"scale16", report.scale ? Json({{"zero_adu", report.scale->zero}, {"step_adu", report.scale->step}})
                                     : Json(nullptr)}};
}

Json run_json(const RunFigures& run) {
    return {{"wall_s", run.wall_s},
            {"cpu_s", run.cpu_s},
            {"peak_mb", run.peak_mb},
            {"threads", run.threads},
            {"cpu", run.cpu}};
}

// Strings in a report are UTF-8 already; should one slip through that is not, it is replaced.
std::string dump(const Json& json, int indent) { return json.dump(indent, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string report_json(const StackReport& report) {
    const StackSummary& s = *report.summary;
    Json j;
    j["schema"] = 1;
    j["version"] = report.version;
    j["options"] = Json::object();
    for (const auto& [key, value] : report.options) j["options"][key] = value;
    j["inputs"] = inputs_json(report);
    j["applied"] = applied_json(*report.masters);
    j["reference"] = s.reference ? Json(report.lights[*s.reference].shown) : Json(nullptr);
    j["transform"] = name(s.model);
    j["canvas"] = {{"x0", s.canvas.x0},
                   {"y0", s.canvas.y0},
                   {"width", s.canvas.width},
                   {"height", s.canvas.height},
                   {"scale", s.canvas.scale}};
    j["frames"] = Json::array();
    for (std::size_t i = 0; i < s.lights.size(); ++i) {
        Json frame = frame_json(report.lights[i], s.lights[i], s.planes);
        const auto& t = s.lights[i].ref_from_frame;
        frame["ref_from_frame"] =
            t ? Json(as_stored(*t, report.lights[i], report.lights[*s.reference]).row_major()) : Json(nullptr);
        j["frames"].push_back(std::move(frame));
    }
    j["result"] = result_json(report);
    j["counts"] = {{"in", s.lights.size()}, {"stacked", s.stacked}, {"rejected", s.rejected}, {"failed", s.failed}};
    j["run"] = run_json(report.run);
    return dump(j, 1) + "\n";
}

std::string frame_event(const InputFrame& input, const LightReport& light) {
    Json f = frame_json(input, light, 3);
    f.erase("weight");
    Json event = {{"event", "frame"}};
    event.update(f);
    return dump(event, -1);
}

}  // namespace nightstack::tools

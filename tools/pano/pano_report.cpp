// SPDX-License-Identifier: MIT
#include "tools/pano/pano_report.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "pipeline/core/printable.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kDegree = std::numbers::pi / 180;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

Json matrix(const Rotation& r) { return Json(r.row_major()); }

Json panorama_json(const MadePanorama& made, const PanoramaPlacement& placement, int number) {
    const Projection& p = made.canvas.projection;
    const TileLens& lens = made.cameras.front().lens;
    Json out;
    out["image"] = printable(made.image.filename().string());
    // The pixel of the picture, as it was cropped, in which longitude and latitude are those told.
    out["projection"] = {{"kind", std::string(name(p.kind))},
                         {"lon0_deg", 0.0},
                         {"lat0_deg", 0.0},
                         {"x0", p.origin.x - made.crop.x},
                         {"y0", p.origin.y - made.crop.y},
                         {"px_per_deg", p.px_per_rad * kDegree},
                         {"straighten", matrix(p.canvas_from_world)}};
    out["width"] = made.crop.width;
    out["height"] = made.crop.height;
    out["crop"] = {{"how", made.crop_why},
                   {"x", made.crop.x},
                   {"y", made.crop.y},
                   {"canvas_width", made.canvas.width},
                   {"canvas_height", made.canvas.height}};
    out["f_px"] = lens.f_px;
    out["k1"] = lens.k1;
    out["k2"] = lens.k2;
    out["focal_known"] = placement.focal_known;
    out["field_deg"] = {made.canvas.width_deg, made.canvas.height_deg};
    out["whole_circle"] = made.canvas.whole_circle;
    out["scale"] = made.canvas.scale;
    out["tiles"] = made.tiles.size();
    out["white"] = made.white;
    const Vignetting& v = made.light.vignetting;
    out["vignetting"] = {v.v1, v.v2, v.v3};
    if (number == 0 && placement.rows > 0) out["grid"] = {{"rows", placement.rows}, {"columns", placement.columns}};
    return out;
}

struct Gain {
    const MadePanorama* panorama = nullptr;
    std::size_t tile = 0;
};

Json tile_json(const TileInput& input, const TileFate* fate, const Gain& gain) {
    Json out;
    out["file"] = printable(input.file.filename().string());
    out["path"] = printable(input.file.string());
    out["sha256"] = input.sha256;
    out["bytes"] = input.bytes;
    if (fate == nullptr) {
        out["panorama"] = nullptr;
        out["verdict"] = input.copy ? "left_out" : "failed";
        out["reason"] = printable(input.problem);
        for (const char* key : {"world_from_camera", "row", "col", "gain", "pose_rms_px"}) out[key] = nullptr;
        return out;
    }
    const bool in_one = fate->panorama >= 0;
    out["panorama"] = in_one ? Json(fate->panorama) : Json(nullptr);
    out["verdict"] = std::string(name(fate->verdict));
    out["reason"] = fate->reason;
    out["world_from_camera"] = in_one ? matrix(fate->camera.world_from_camera) : Json(nullptr);
    out["row"] = fate->place ? Json(fate->place->row) : Json(nullptr);
    out["col"] = fate->place ? Json(fate->place->column) : Json(nullptr);
    if (gain.panorama != nullptr) {
        out["gain"] = gain.panorama->light.tiles[gain.tile].gain;
        out["gain_found"] = static_cast<bool>(gain.panorama->light.determined[gain.tile]);
    } else {
        out["gain"] = nullptr;
    }
    out["pose_rms_px"] = in_one && fate->verdict == TileVerdict::placed ? Json(fate->rms_px) : Json(nullptr);
    out["width"] = fate->camera.lens.width;
    out["height"] = fate->camera.lens.height;
    if (in_one) {
        out["f_px"] = fate->camera.lens.f_px;
        out["k1"] = fate->camera.lens.k1;
        out["k2"] = fate->camera.lens.k2;
    }
    return out;
}

// By how much two tiles' light differs where both see, before and after.
const LinkLight* light_between(std::span<const MadePanorama> panoramas, const std::vector<Gain>& gains, int a, int b) {
    const Gain &of_a = gains[at(a)], &of_b = gains[at(b)];
    if (of_a.panorama == nullptr || of_a.panorama != of_b.panorama || panoramas.empty()) return nullptr;
    const int i = static_cast<int>(std::min(of_a.tile, of_b.tile)),
              j = static_cast<int>(std::max(of_a.tile, of_b.tile));
    for (const LinkLight& l : of_a.panorama->light.links)
        if (l.a == i && l.b == j) return &l;
    return nullptr;
}

}  // namespace

PanoCounts counts_of(std::span<const TileInput> inputs, const PanoramaPlacement& placement) {
    PanoCounts out;
    out.in = static_cast<int>(inputs.size());
    for (const TileInput& t : inputs)
        if (!t.usable()) ++(t.copy ? out.left_out : out.failed);
    for (const TileFate& f : placement.tiles)
        ++(f.verdict == TileVerdict::placed ? out.placed : f.verdict == TileVerdict::weak ? out.weak : out.left_out);
    return out;
}

std::string pano_report_json(const PanoReport& report) {
    const PanoramaPlacement& placement = *report.placement;
    Json out;
    out["schema"] = 1;
    out["version"] = kProgram;
    out["options"] = Json::parse(options_text(report.settings));
    out["panoramas"] = Json::array();
    std::vector<Gain> gains(placement.tiles.size());
    for (const MadePanorama& made : report.panoramas) {
        out["panoramas"].push_back(panorama_json(made, placement, static_cast<int>(&made - report.panoramas.data())));
        for (std::size_t k = 0; k < made.tiles.size(); ++k) gains[at(made.tiles[k])] = {&made, k};
    }
    out["tiles"] = Json::array();
    std::vector<std::size_t> number;  // of each usable input among all
    for (std::size_t i = 0; i < report.inputs.size(); ++i) {
        const TileInput& input = report.inputs[i];
        const std::size_t usable = number.size();
        if (input.usable()) number.push_back(i);
        out["tiles"].push_back(input.usable() ? tile_json(input, &placement.tiles[usable], gains[usable])
                                              : tile_json(input, nullptr, {}));
    }
    out["links"] = Json::array();
    for (const PanoramaLink& link : placement.links) {
        Json l;
        l["a"] = number[at(link.link.a)];
        l["b"] = number[at(link.link.b)];
        l["source"] = std::string(name(link.link.source));
        l["inliers"] = link.fit.inliers;
        l["places"] = link.link.places.size();
        l["rms_px"] = link.link.places.empty() ? Json(nullptr) : Json(link.fit.rms_px);
        l["weak"] = link.weak;
        if (const LinkLight* light = light_between(report.panoramas, gains, link.link.a, link.link.b)) {
            l["light_before"] = light->before;
            l["light_after"] = light->after;
        }
        out["links"].push_back(std::move(l));
    }
    const PanoCounts c = counts_of(report.inputs, placement);
    out["counts"] = {
        {"in", c.in}, {"placed", c.placed}, {"weak", c.weak}, {"left_out", c.left_out}, {"failed", c.failed}};
    out["notes"] = report.notes;
    if (!report.preview.empty()) out["preview"] = printable(report.preview.filename().string());
    out["run"] = Json::parse(run_text(report.run, report.settings));
    return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace nightstack::tools

// SPDX-License-Identifier: MIT
#include "device/sim/sky/session_truth.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <system_error>

#include "device/sim/sky/affine_fit.h"
#include "device/sim/sky/camera.h"
#include "device/sim/sky/judge_fields.h"
#include "io/files/output_file.h"
#include "pipeline/core/error.h"

namespace nightstack::device::sim {
namespace {

std::string iso_time(SkyTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text;
}

void make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) throw IoError("cannot make " + folder.string() + ": " + error.message());
}

// Lines instead of points, whatever made them.
bool shaken(const sky::FrameTruth& truth) {
    return truth.anomalies.shake && truth.anomalies.shake->length_px > truth.fwhm_px;
}

bool judged(const Exposed& exposed) { return exposed.kind == Exposed::Kind::raw && exposed.camera == 0; }

}  // namespace

std::string truth_json(const Exposed& exposed, const std::string& file, const FrameRecord& record) {
    const int width = TwinSky::width(exposed), height = TwinSky::height(exposed);
    nlohmann::ordered_json json;
    json["file"] = file;
    json["utc"] = iso_time(record.middle);
    json["ra_deg"] = record.ra_deg;
    json["dec_deg"] = record.dec_deg;
    json["rot_deg"] = record.rot_deg;
    json["affine"] = affine_fit(record.frame_from_first, width, height);
    json["fwhm_px"] = record.truth.fwhm_px;
    json["transparency"] = record.truth.transparency;
    json["faults"] = exposed.faults;
    // Names come from clients: bytes that are no text are replaced.
    return json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string tile_json(const Exposed& exposed, const std::string& file, const FrameRecord& record) {
    nlohmann::ordered_json json;
    json["file"] = file;
    json["utc"] = iso_time(record.middle);
    json["row"] = exposed.row;
    json["column"] = exposed.column;
    json["azimuth_deg"] = record.azimuth_deg;
    json["altitude_deg"] = record.altitude_deg;
    json["roll_deg"] = 0.0;
    json["width"] = TwinSky::width(exposed);
    json["height"] = TwinSky::height(exposed);
    json["focal_px"] = camera_facts(exposed.camera).focal_px / (binned(exposed) ? 2 : 1);
    json["projection"] = "rectilinear";
    json["k1"] = 0.0;
    json["k2"] = 0.0;
    return json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

void write_tile_truth(const std::filesystem::path& folder, const Exposed& exposed, const std::string& file,
                      const FrameRecord& record) {
    make_folder(folder);
    const std::string name = std::to_string(exposed.row) + "_" + std::to_string(exposed.column) + ".json";
    io::OutputFile out(folder / name, io::Overwrite::yes);
    out.append(tile_json(exposed, file, record));
    out.publish();
}

SessionTruth::SessionTruth(std::filesystem::path folder) : folder_(std::move(folder)) { make_folder(folder_); }

void SessionTruth::add(const Exposed& exposed, const std::string& file, const FrameRecord& record) {
    char name[32];
    std::snprintf(name, sizeof name, "%04d.json", exposed.index);
    io::OutputFile out(folder_ / name, io::Overwrite::yes);
    out.append(truth_json(exposed, file, record));
    out.publish();
    if (!judged(exposed)) return;
    if (!first_) first_.emplace(JudgedFirst{record, TwinSky::width(exposed), TwinSky::height(exposed)});
    // The judges' first frame may not be the session's: that one may be broken.
    const Transform from_judged = record.frame_from_first * first_->record.frame_from_first.inverse();
    frames_.push_back({from_judged, record.truth.fwhm_px, record.truth.transparency, record.truth.sky_e,
                       exposed.weather.cloud, shaken(record.truth), record.truth.anomalies.trails});
    if (exposed.last) write();
}

void SessionTruth::write() const {
    if (first_) write_judge_fields(folder_ / "truth.npz", *first_, frames_);
}

}  // namespace nightstack::device::sim

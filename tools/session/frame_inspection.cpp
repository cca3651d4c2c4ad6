// SPDX-License-Identifier: MIT
#include "tools/session/frame_inspection.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "device/model/optics.h"
#include "io/files/file.h"
#include "io/fits/reader.h"
#include "io/packed/packed_fits.h"
#include "pipeline/core/error.h"
#include "pipeline/graph/measure_lights.h"
#include "tools/session/input_frame.h"
#include "tools/session/product_name.h"

namespace nightstack::tools {
namespace {

void look_at_pixels(FrameInspection& found, const io::FrameFile& file) {
    Image<float> plane(found.format.width, found.format.height);
    file.read(plane.view(), plane.view().bounds(), 0);
    found.pixels = plane_statistics(plane.cview());
    Calibration calibration;  // as a stack without a dark would see it
    calibration.filter_impulses = found.format.planes() == 1;
    Light light;
    light.format = found.format;
    light.calibration = &calibration;
    light.read = [&file](ImageView<float> out, Rect region, int p) { file.read(out, region, p); };
    const LightMeasurement measured = measure_light(light);
    if (measured.judgement.verdict == Verdict::failed) throw FormatError(measured.judgement.text);
    found.stars = measured.report;
    found.star_count = measured.stars.size();
}

std::string scope_of(const FrameInspection& found) {
    const auto optics = device::find_optics(found.info.telescope, found.format.width, found.format.height);
    if (!optics) return "";
    char scale[64];
    std::snprintf(scale, sizeof scale, ", %.2f\"/px", optics->arcsec_per_px);
    return std::string(optics->optics->telescope) + scale;
}

const char* kind_word(PixelKind kind) {
    if (kind == PixelKind::cfa) return "colour mosaic";
    return kind == PixelKind::rgb ? "colour planes" : "mono";
}

class Table {
public:
    void row(const char* label, const std::string& value) {
        if (value.empty()) return;
        char head[32];
        std::snprintf(head, sizeof head, "  %-12s ", label);
        text_ += head + value + "\n";
    }
    template <class... Args>
    void row(const char* label, const char* pattern, Args... args) {
        char value[160];
        std::snprintf(value, sizeof value, pattern, args...);
        row(label, std::string(value));
    }
    std::string text_;
};

void fill(nlohmann::ordered_json& j, const FrameInspection& f) {
    j["width"] = f.format.width;
    j["height"] = f.format.height;
    j["planes"] = f.format.planes();
    if (f.bitpix != 0) j["bitpix"] = f.bitpix;
    if (f.format.cfa) j["pattern"] = name(*f.format.cfa);
    j["roworder"] = f.row_order;
    if (f.info.exposure) j["exposure_s"] = f.info.exposure->count();
    if (f.info.gain) j["gain"] = *f.info.gain;
    if (f.info.binning) j["binning"] = *f.info.binning;
    if (f.info.start_utc) j["date_obs"] = iso_utc(*f.info.start_utc);
    if (!f.info.object.empty()) j["object"] = io::printable(f.info.object);
    if (!f.info.camera.empty()) j["camera"] = io::printable(f.info.camera);
    j["min"] = f.pixels.min;
    j["max"] = f.pixels.max;
    j["median"] = f.pixels.median;
    j["sigma"] = f.pixels.sigma;
    j["stars"] = f.stars.above_threshold;
    if (f.star_count > 0) j["fwhm_px"] = f.stars.fwhm_px;
}

}  // namespace

FrameInspection inspect_frame(const std::filesystem::path& path, const std::string& pattern,
                              const std::stop_token& stop) {
    FrameInspection found;
    found.file = io::printable(path.string());
    try {
        const std::unique_ptr<io::FrameFile> file = open_frame(path, pattern, stop);
        found.format = file->format();
        found.info = file->info();
        found.row_order = file->rows_reversed() ? "BOTTOM-UP" : "TOP-DOWN";
        if (const auto* fits = dynamic_cast<const io::FitsFrame*>(file.get()))
            found.bitpix = fits->file().layout().bitpix;
        if (const auto* packed = dynamic_cast<const io::PackedFits*>(file.get()))
            found.bitpix = packed->layout().bitpix;
        found.scope = scope_of(found);
        look_at_pixels(found, *file);
    } catch (const Interrupted&) {
        throw;
    } catch (const std::exception& e) {
        found.error = e.what();
    }
    return found;
}

std::string inspection_text(const FrameInspection& f) {
    Table t;
    t.text_ = f.file + "\n";
    t.row("size", "%d x %d, %s%s%s", f.format.width, f.format.height, kind_word(f.format.kind), f.format.cfa ? " " : "",
          f.format.cfa ? std::string(name(*f.format.cfa)).c_str() : "");
    if (f.bitpix != 0) t.row("stored", "BITPIX %d, rows %s", f.bitpix, f.row_order.c_str());
    t.row("camera", f.info.camera);
    t.row("scope", f.scope);
    t.row("object", f.info.object);
    t.row("filter", f.info.filter);
    if (f.info.exposure) t.row("exposure", exposure_text(*f.info.exposure) + " s");
    if (f.info.gain) t.row("gain", "%g", *f.info.gain);
    if (f.info.binning) t.row("binning", "%d x %d", *f.info.binning, *f.info.binning);
    if (f.info.temperature_c) t.row("temperature", "%.1f C", *f.info.temperature_c);
    if (f.info.start_utc) t.row("start", iso_utc(*f.info.start_utc) + " UTC");
    t.row("pixels", "min %g, median %g, max %g, sigma %.2f", static_cast<double>(f.pixels.min),
          static_cast<double>(f.pixels.median), static_cast<double>(f.pixels.max), f.pixels.sigma);
    t.row("sky", "%.1f ADU, noise %.2f ADU per pixel", f.stars.background, f.stars.noise);
    t.row("stars", "%d, FWHM %.2f px, roundness %.2f", f.stars.above_threshold, f.stars.fwhm_px, f.stars.roundness);
    return t.text_;
}

// Every key stands in every line; what is not known is null.
std::string inspection_json(const FrameInspection& f) {
    using Json = nlohmann::ordered_json;
    Json j;
    j["file"] = f.file;
    for (const char* key :
         {"width", "height", "planes", "bitpix", "pattern", "roworder", "exposure_s", "gain", "binning", "date_obs",
          "object", "camera", "min", "max", "median", "sigma", "stars", "fwhm_px"})
        j[key] = nullptr;
    j["error"] = f.error.empty() ? Json(nullptr) : Json(f.error);
    if (f.error.empty()) fill(j, f);
    return j.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace nightstack::tools

// SPDX-License-Identifier: MIT
#include "tools/session/frame_inspection.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>

#include "device/model/optics.h"
#include "io/files/file.h"
#include "io/fits/frame_info.h"
#include "io/fits/reader.h"
#include "io/packed/packed_fits.h"
#include "pipeline/core/error.h"
#include "pipeline/graph/measure_lights.h"
#include "tools/session/input_frame.h"
#include "tools/session/product_name.h"

namespace nightstack::tools {
namespace {

// A frame whose pixels come as NaN where no frame of a stack saw the sky: products of ours have 0 there.
class CoveredFrame {
public:
    explicit CoveredFrame(const io::FrameFile& file) : file_(file) {
        const auto* frame = dynamic_cast<const io::FitsFrame*>(&file);
        if (frame == nullptr || file.rows_reversed() || !io::is_own_product(frame->file().header())) return;
        const int at = frame->file().find("COV");
        if (at < 0) return;  // a master
        const io::FitsLayout& picture = frame->file().layout();
        const io::FitsLayout& map = frame->file().images()[static_cast<std::size_t>(at)].layout;
        if (map.width != picture.width || map.height != picture.height || map.planes != picture.planes) return;
        product_ = &frame->file();
        map_ = static_cast<std::size_t>(at);
    }

    // Gives the number of pixels without coverage.
    std::uint64_t read(ImageView<float> out, Rect region, int plane) const {
        file_.read(out, region, plane);
        if (product_ == nullptr) return 0;
        Image<float> frames(out.width(), out.height());
        product_->read(frames.view(), region, plane, map_);
        std::uint64_t uncovered = 0;
        for (int y = 0; y < out.height(); ++y) {
            for (int x = 0; x < out.width(); ++x) {
                if (frames.cview()(x, y) > 0) continue;
                out(x, y) = std::numeric_limits<float>::quiet_NaN();
                ++uncovered;
            }
        }
        return uncovered;
    }

private:
    const io::FrameFile& file_;
    const io::FitsFile* product_ = nullptr;  // set when there is a coverage map
    std::size_t map_ = 0;
};

std::uint64_t value_count(const StreamFormat& format) {
    return static_cast<std::uint64_t>(format.width) * static_cast<std::uint64_t>(format.height) *
           static_cast<std::uint64_t>(format.planes());
}

void look_at_values(FrameInspection& found, const CoveredFrame& frame) {
    std::vector<float> values;
    values.reserve(value_count(found.format));
    Image<float> plane(found.format.width, found.format.height);
    for (int p = 0; p < found.format.planes(); ++p) {
        found.uncovered += frame.read(plane.view(), plane.view().bounds(), p);
        for (int y = 0; y < plane.height(); ++y) {
            const float* row = plane.cview().row_data(y);
            std::copy_if(row, row + plane.width(), std::back_inserter(values),
                         [](float v) { return std::isfinite(v); });
        }
    }
    found.undefined = value_count(found.format) - found.uncovered - values.size();
    found.pixels = value_statistics(values);
}

void look_at_stars(FrameInspection& found, const io::FrameFile& file, const CoveredFrame& frame) {
    Calibration calibration;  // as a stack without a dark would see it
    calibration.filter_impulses = found.format.planes() == 1;
    Light light;
    light.format = found.format;
    light.calibration = &calibration;
    // Mostly undefined pictures are not measured; a canvas with much margin shall be.
    const bool much_margin = found.uncovered > value_count(found.format) / 2;
    light.read = [&](ImageView<float> out, Rect region, int p) {
        much_margin ? file.read(out, region, p) : static_cast<void>(frame.read(out, region, p));
    };
    const LightMeasurement measured = measure_light(light);
    if (measured.judgement.verdict == Verdict::failed) throw FormatError(measured.judgement.text);
    if (!measured.usable() && measured.judgement.reason != Reason::no_stars) {
        found.unmeasured = measured.judgement.text;
        return;
    }
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
    if (f.pixels.pixels > 0) {
        j["min"] = f.pixels.min;
        j["max"] = f.pixels.max;
        j["median"] = f.pixels.median;
        j["sigma"] = f.pixels.sigma;
    }
    j["undefined"] = f.undefined;
    j["uncovered"] = f.uncovered;
    if (f.unmeasured.empty()) j["stars"] = f.stars.above_threshold;
    if (f.star_count > 0) j["fwhm_px"] = f.stars.fwhm_px;
}

void add_values(Table& t, const FrameInspection& f) {
    const std::string all = " of " + std::to_string(value_count(f.format)) + " values";
    if (f.pixels.pixels == 0) {
        t.row("pixels", std::string("-"));
    } else {
        t.row("pixels", "min %g, median %g, max %g, sigma %.2f%s", static_cast<double>(f.pixels.min),
              static_cast<double>(f.pixels.median), static_cast<double>(f.pixels.max), f.pixels.sigma,
              f.format.planes() > 1 ? " (all planes together)" : "");
    }
    if (f.undefined > 0) t.row("undefined", std::to_string(f.undefined) + all + " (NaN or infinite)");
    if (f.uncovered > 0) t.row("uncovered", std::to_string(f.uncovered) + all + ", seen by no frame");
}

void add_stars(Table& t, const FrameInspection& f) {
    if (!f.unmeasured.empty()) {
        t.row("sky", std::string("-"));
        t.row("stars", "- (" + f.unmeasured + ")");
        return;
    }
    t.row("sky", "%.1f ADU, noise %.2f ADU per pixel", f.stars.background, f.stars.noise);
    if (f.star_count == 0) return t.row("stars", "%d", f.stars.above_threshold);
    t.row("stars", "%d, FWHM %.2f px, roundness %.2f", f.stars.above_threshold, f.stars.fwhm_px, f.stars.roundness);
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
        const CoveredFrame frame(*file);
        look_at_values(found, frame);
        look_at_stars(found, *file, frame);
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
    add_values(t, f);
    add_stars(t, f);
    return t.text_;
}

// Every key stands in every line; what is not known is null.
std::string inspection_json(const FrameInspection& f) {
    using Json = nlohmann::ordered_json;
    Json j;
    j["event"] = "info";
    j["file"] = f.file;
    for (const char* key : {"width",  "height",  "planes",    "bitpix",    "pattern", "roworder", "exposure_s",
                            "gain",   "binning", "date_obs",  "object",    "camera",  "min",      "max",
                            "median", "sigma",   "undefined", "uncovered", "stars",   "fwhm_px"})
        j[key] = nullptr;
    j["error"] = f.error.empty() ? Json(nullptr) : Json(f.error);
    if (f.error.empty()) fill(j, f);
    return j.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace nightstack::tools

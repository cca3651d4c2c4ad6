// SPDX-License-Identifier: MIT
#include "device/sim/sky/judge_fields.h"

#include <algorithm>
#include <cmath>

#include "device/sim/sky/affine_fit.h"
#include "io/npz/npz_writer.h"
#include "pipeline/sky/light_field.h"

namespace nightstack::device::sim {
namespace {

constexpr double kCloudySky = 1.7;   // what the judge takes a cloudy frame's sky for, over its `sky`
constexpr double kBesides_px = 220;  // stars this far outside the first frame are told as well

using Values = std::vector<double>;

struct Row {
    Values& to;
    template <class... Numbers>
    void operator()(Numbers... numbers) {
        (to.push_back(static_cast<double>(numbers)), ...);
    }
};

// A scene in pixels of the first frame's scale, so that what leads to the frame is rigid.
struct StoredScene {
    sky::Scene scene;
    sky::FrameTruth truth;  // of the first frame: nothing but stars and objects, through no air
};

StoredScene stored_scene(const FrameRecord& record, double fwhm_px) {
    StoredScene out{*record.scene, {}};
    const double scale = record.truth.frame_from_scene.scale() > 0.75 ? 1 : 0.5;
    for (sky::SceneStar& star : out.scene.stars) {
        star.x *= scale;
        star.y *= scale;
    }
    for (sky::ExtendedObject& object : out.scene.extended) {
        object.x *= scale;
        object.y *= scale;
        object.half_light_px *= scale;
    }
    out.truth.frame_from_scene = record.truth.frame_from_scene * Transform({1 / scale, 0, 0, 0, 1 / scale, 0, 0, 0, 1});
    out.truth.fwhm_px = fwhm_px;
    return out;
}

int first_that(const std::vector<JudgedFrame>& frames, bool (*is)(const JudgedFrame&)) {
    const auto found = std::find_if(frames.begin(), frames.end(), is);
    return found == frames.end() ? -1 : static_cast<int>(found - frames.begin());
}
bool cloudy(const JudgedFrame& frame) { return frame.cloud > 0.05; }
bool shaken(const JudgedFrame& frame) { return frame.shaken; }

double median(Values values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

void write_frames(io::NpzWriter& out, const JudgedFirst& first, const std::vector<JudgedFrame>& frames) {
    const std::size_t n = frames.size();
    const int cloud = first_that(frames, cloudy);
    Values affine, fwhm, transparency, sky, trails, colour;
    for (std::size_t i = 0; i < n; ++i) {
        const JudgedFrame& frame = frames[i];
        const auto m = affine_fit(frame.from_first, first.width, first.height);
        affine.insert(affine.end(), m.begin(), m.end());
        fwhm.push_back(frame.fwhm_px);
        transparency.push_back(frame.transparency);
        sky.push_back(frame.sky_e.g / (static_cast<int>(i) == cloud ? kCloudySky : 1));
        for (const sky::Trail& t : frame.trails) {
            // A blinking light is too short to be followed.
            if (std::hypot(t.to.x - t.from.x, t.to.y - t.from.y) < first.width / 4.0) continue;
            Row{trails}(i, t.from.x, t.from.y, t.to.x, t.to.y, t.peak_e);
        }
    }
    const sky::Rgb light = frames[n / 2].sky_e;
    const double green = std::max(light.g, 1e-9);
    out.numbers("affine", {n, 2, 3}, affine);
    out.numbers("fwhm", {n}, fwhm);
    out.numbers("trans", {n}, transparency);
    out.numbers("sky", {n}, sky);
    out.numbers("sky_rgb", {3}, Values{light.r / green, light.g / green, light.b / green});
    out.numbers("trails", {trails.size() / 6, 6}, trails);
    out.integer("cloud", cloud);
    out.integer("wind", first_that(frames, shaken));
}

void write_camera(io::NpzWriter& out, const JudgedFirst& first, double beta) {
    const CameraTruth& camera = first.record.camera;
    out.number("rn", camera.read_noise_e);
    out.number("dark_median", camera.dark_median_e);
    out.number("sat_e", camera.saturation_e);
    out.number("gain12", camera.e_per_value);
    out.number("off12", camera.black);
    out.number("adu16_per_e", 1 / camera.e_per_value);
    out.number("beta", beta);
    out.text("pattern", "GBRG");
    out.integer("W", first.width);
    out.integer("H", first.height);
}

void write_stars(io::NpzWriter& out, const StoredScene& stored, const JudgedFirst& first) {
    Values x, y, flux;
    for (const sky::SceneStar& star : stored.scene.stars) {
        const Point p = stored.truth.seen({star.x, star.y});
        if (p.x < -kBesides_px || p.y < -kBesides_px) continue;
        if (p.x > first.width + kBesides_px || p.y > first.height + kBesides_px) continue;
        x.push_back(p.x);
        y.push_back(p.y);
        Row{flux}(star.flux_e.r, star.flux_e.g, star.flux_e.b);
    }
    out.numbers("star_x", {x.size()}, x);
    out.numbers("star_y", {y.size()}, y);
    out.numbers("star_flux", {x.size(), 3}, flux);
}

// An exponential disk of half-light radius 1 as three Gaussians (least squares): widths and shares of the light.
constexpr double kDisk[3][2] = {{0.200, 0.035}, {0.540, 0.330}, {1.138, 0.635}};

void add_gaussian(Values& rows, const sky::ExtendedObject& o, Point at, double angle, double sigma, double share) {
    const double minor = sigma * o.axis_ratio;
    const double peak = share / (2 * 3.141592653589793 * sigma * minor);
    Row{rows}(at.x, at.y, sigma, minor, angle, peak * o.flux_e.r, peak * o.flux_e.g, peak * o.flux_e.b);
}

void write_extended(io::NpzWriter& out, const StoredScene& stored, const JudgedFirst& first) {
    Values rows(16, 0.0);  // the judge masks the first two; the smooth light is what it measures
    rows[2] = rows[3] = rows[10] = rows[11] = 1;
    for (const sky::ExtendedObject& o : stored.scene.extended) {
        const Point at = stored.truth.seen({o.x, o.y});
        const double far = 4 * o.half_light_px;
        if (at.x < -far || at.y < -far || at.x > first.width + far || at.y > first.height + far) continue;
        const double angle = o.angle_rad + stored.truth.frame_from_scene.rotation_rad();
        if (o.profile == sky::Profile::exponential) {
            for (const auto& [width, share] : kDisk) add_gaussian(rows, o, at, angle, width * o.half_light_px, share);
        } else {
            add_gaussian(rows, o, at, angle, o.half_light_px / 1.177410023, 1);
        }
    }
    out.numbers("ext", {rows.size() / 8, 8}, rows);
}

void write_scene(io::NpzWriter& out, const StoredScene& stored, const JudgedFirst& first, double beta) {
    const auto width = static_cast<std::size_t>(first.width), height = static_cast<std::size_t>(first.height);
    const sky::LightField field(first.width, first.height, beta, stored.scene, stored.truth, {});
    Values row(width);
    out.rows("scene", {3, height, width}, [&](std::size_t i, std::span<float> values) {
        const Colour colour = i < height ? Colour::red : i < 2 * height ? Colour::green : Colour::blue;
        std::fill(row.begin(), row.end(), 0.0);
        field.add_row(row.data(), static_cast<int>(i % height), {colour, colour});
        std::transform(row.begin(), row.end(), values.begin(), [](double e) { return static_cast<float>(e); });
    });
}

}  // namespace

void write_judge_fields(const std::filesystem::path& path, const JudgedFirst& first,
                        const std::vector<JudgedFrame>& frames) {
    Values widths;
    for (const JudgedFrame& frame : frames) widths.push_back(frame.fwhm_px);
    const StoredScene stored = stored_scene(first.record, median(widths));
    io::NpzWriter out(path, io::Overwrite::yes);
    write_frames(out, first, frames);
    write_camera(out, first, kStarBeta);
    write_stars(out, stored, first);
    write_extended(out, stored, first);
    write_scene(out, stored, first, kStarBeta);
    out.publish();
}

}  // namespace nightstack::device::sim

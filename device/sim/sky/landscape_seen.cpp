// SPDX-License-Identifier: MIT
#include "device/sim/sky/landscape_seen.h"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <utility>

#include "device/sim/sky/camera.h"

namespace nightstack::device::sim {
namespace {

constexpr double kFairWeather = 0.4;  // part of the sky that clouds take by day when none are asked for

Colour3 single(const sky::Rgb& c) {
    return {static_cast<float>(c.r), static_cast<float>(c.g), static_cast<float>(c.b)};
}

double component(const Colour3& c, std::optional<Colour> band) {
    if (!band) return static_cast<double>((c.r + c.g + c.b) / 3);
    return static_cast<double>(*band == Colour::red ? c.r : *band == Colour::green ? c.g : c.b);
}

// Rows of the landscape. The tele camera's lens makes a point more than two pixels wide: for it every second pixel of
// every second row is drawn, which is also what its sums of 2 x 2 are, and the rest is straight in between.
class Rows {
public:
    Rows(const Landscape& landscape, const LandscapeCamera& camera, const LandscapeLight& light, bool halved, bool sums)
        : view_(landscape, camera, light), height_(camera.height), width_(camera.width), halved_(halved), sums_(sums) {}

    bool seen() const { return view_.seen(); }

    void stand_before(double* row, int y, const sky::RowBands& bands) {
        if (sums_) return sums(row, y, bands);
        if (halved_) return between(row, y, bands);
        const std::shared_ptr<const RowLight> light = light_of(y);
        for (int x = 0; x < width_; ++x) put(row[x], at(*light, x), x % 2 == 0 ? bands.even : bands.odd);
    }

private:
    struct Seen {
        Colour3 land, sky;
        float left;
    };
    static Seen at(const RowLight& light, int x) {
        const auto i = static_cast<std::size_t>(x);
        return {light.land[i], light.sky[i], light.left[i]};
    }
    static Seen mixed(const Seen& a, const Seen& b, float part) {
        return {mix(a.land, b.land, part), mix(a.sky, b.sky, part), a.left + (b.left - a.left) * part};
    }
    static void put(double& electrons, const Seen& seen, std::optional<Colour> band) {
        electrons = component(seen.land, band) +
                    static_cast<double>(seen.left) * std::max(0.0, electrons + component(seen.sky, band));
    }

    void sums(double* row, int y, const sky::RowBands& bands) {
        const std::shared_ptr<const RowLight> light = light_of(2 * (y / 4) + y % 2);
        for (int x = 0; x < width_; ++x) {
            const int first = 4 * (x / 2) + x % 2;
            for (const int i : {first, first + 2}) put(row[i], at(*light, x), i % 2 == 0 ? bands.even : bands.odd);
        }
    }

    // Pixel x of the sensor is (x - 0.5) / 2 of those that are drawn.
    void between(double* row, int y, const sky::RowBands& bands) {
        const int above = std::clamp((y - 1) >> 1, 0, height_ - 2);
        const std::shared_ptr<const RowLight> upper = light_of(above), lower = light_of(above + 1);
        const float down = std::clamp(0.5F * static_cast<float>(y) - 0.25F - static_cast<float>(above), 0.0F, 1.0F);
        Seen before = mixed(at(*upper, 0), at(*lower, 0), down);
        put(row[0], before, bands.even);
        for (int x = 1; x < width_; ++x) {
            const Seen next = mixed(at(*upper, x), at(*lower, x), down);
            put(row[2 * x - 1], mixed(before, next, 0.25F), bands.odd);
            put(row[2 * x], mixed(before, next, 0.75F), bands.even);
            before = next;
        }
        put(row[2 * width_ - 1], before, bands.odd);
    }

    // Neighbouring rows of the sensor ask for the same ones.
    std::shared_ptr<const RowLight> light_of(int y) {
        {
            const std::lock_guard lock(mutex_);
            for (const auto& [row, light] : kept_)
                if (row == y && light) return light;
        }
        auto light = std::make_shared<const RowLight>(view_.row_light(y));
        const std::lock_guard lock(mutex_);
        kept_[next_++ % kept_.size()] = {y, light};
        return light;
    }

    LandscapeView view_;
    const int height_, width_;
    const bool halved_, sums_;
    std::mutex mutex_;
    std::array<std::pair<int, std::shared_ptr<const RowLight>>, 64> kept_{};  // guarded by mutex_
    std::size_t next_ = 0;                                                    // guarded by mutex_
};

bool halved(const Exposed& exposed) { return exposed.camera == 0; }

LandscapeCamera camera_of(const Exposed& exposed, const AltAz& ahead, const sky::FrameTruth& truth) {
    const CameraFacts& facts = camera_facts(exposed.camera);
    const int n = halved(exposed) ? 2 : 1;
    // What the lens blurs to a point of that width needs no texture finer than a third of it.
    const double blur_px = std::max(1.0, truth.fwhm_px / 3 / n);
    return {ahead.azimuth_deg, ahead.altitude_deg, facts.focal_px / n, facts.width / n, facts.height / n, blur_px};
}

}  // namespace

std::function<void(double* row, int y, const sky::RowBands& bands)> landscape_seen(const Landscape& landscape,
                                                                                   const Exposed& exposed,
                                                                                   const AltAz& ahead,
                                                                                   const Lights& lights,
                                                                                   const sky::FrameTruth& truth) {
    const sky::Rgb day = day_light(exposed, lights), all = sky_light(exposed, {90, 0}, lights);
    LandscapeLight light;
    light.day = single(day);
    light.night = single({all.r - day.r, all.g - day.g, all.b - day.b});
    light.sun_azimuth_deg = lights.sun.azimuth_deg;
    light.sun_altitude_deg = lights.sun.altitude_deg;
    light.clouds = std::max(kFairWeather, std::min(exposed.weather.cloud, 1.0));
    const auto rows =
        std::make_shared<Rows>(landscape, camera_of(exposed, ahead, truth), light, halved(exposed), binned(exposed));
    if (!rows->seen()) return {};
    return [rows](double* row, int y, const sky::RowBands& bands) { rows->stand_before(row, y, bands); };
}

}  // namespace nightstack::device::sim

// SPDX-License-Identifier: MIT
#include "device/sim/sky/twin_sky.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include "device/sim/landscape/landscape.h"
#include "device/sim/sky/air.h"
#include "device/sim/sky/frame_seen.h"
#include "device/sim/sky/landscape_seen.h"
#include "device/sim/sky/metering.h"
#include "device/sim/sky/mount.h"
#include "device/sim/sky/passers.h"
#include "device/sim/sky/solar_light.h"
#include "device/sim/sky/star_scene.h"
#include "pipeline/sky/elementary.h"
#include "pipeline/sky/exposure.h"
#include "pipeline/sky/light_field.h"

namespace nightstack::device::sim {
namespace {

using Backdrop = std::function<void(double* row, int y, const sky::RowBands& bands)>;

// Whether one of these hides a place of the frame.
bool behind(Point p, const std::vector<BodyPose>& faces) {
    return std::ranges::any_of(faces, [&](const BodyPose& face) {
        return std::hypot(p.x - face.centre.x, p.y - face.centre.y) < 0.9 * face.radius_px;
    });
}

}  // namespace

class TwinSky::Parts {
public:
    Parts(const SkyOptions& options, Runner& runner)
        : o_(options), runner_(runner), scenes_(options.seed), land_(options.seed) {}

    FrameRecord record(const Exposed& told, const Exposed& first) { return look(as_taken(told, first), first).record; }

    FrameRecord expose(const Exposed& told, const Exposed& first, ImageView<std::uint16_t> out) {
        const Exposed exposed = as_taken(told, first);
        Look look = this->look(exposed, first);
        const sky::SensorModel& sensor = sensor_of(exposed.camera);
        if (exposed.kind == Exposed::Kind::dark)
            sky::render_dark(out, sensor, exposure(exposed, look), runner_);
        else
            sky::render_light(out, *look.drawn, look.truth, sensor, exposure(exposed, look), runner_);
        return std::move(look.record);
    }

private:
    // What the camera sees, in the sensor's pixels, and what is told of it.
    struct Look {
        FrameRecord record;
        sky::FrameTruth truth;
        std::shared_ptr<const sky::Scene> drawn;  // the record's scene and what moves among its stars
        std::vector<BodyPose> faces;
        Backdrop land;  // what stands in front of all that
    };

    // With what the camera's automatic chose. Tiles of a panorama have to fit each other: all as the first one.
    Exposed as_taken(const Exposed& exposed, const Exposed& first) {
        Exposed taken = exposed;
        if (!exposed.automatic && !exposed.automatic_gain) return taken;
        const bool tile = exposed.kind == Exposed::Kind::tile;
        const Metering found = metered(exposed, green_light(tile ? first : exposed));
        taken.exposure_s = found.exposure_s;
        taken.gain = found.gain;
        return taken;
    }

    // All over the frame, a few thousand pixels.
    std::vector<double> green_light(const Exposed& exposed) {
        constexpr int kRows = 36, kColumnStep = 16;
        Exposed trial = exposed;
        trial.exposure_s = kMeteringExposure_s;
        const Look seen = look(trial, trial);
        const CameraFacts& facts = camera_facts(exposed.camera);
        const sky::ExposureOptions e = exposure(trial, seen);
        const sky::LightField field(facts.width, facts.height, e.beta, *seen.drawn, seen.truth, {});
        std::vector<double> green, row(static_cast<std::size_t>(facts.width));
        for (int i = 0; i < kRows; ++i) {
            const int y = (2 * i + 1) * facts.height / (2 * kRows);
            const sky::RowBands bands = sky::row_bands(CfaPattern::gbrg, y);
            std::ranges::fill(row, 0.0);
            field.add_row(row.data(), y, bands);
            if (e.backdrop) e.backdrop(row.data(), y, bands);
            const std::size_t first_green = bands.even == Colour::green ? 0 : 1;
            for (std::size_t x = first_green; x < row.size(); x += kColumnStep) green.push_back(row[x]);
        }
        return green;
    }

    Look look(const Exposed& exposed, const Exposed& first) {
        Look look;
        FrameRecord& record = look.record;
        record.exposure_s = exposed.exposure_s;
        record.gain = exposed.gain;
        record.middle = middle_of(exposed);
        record.camera = camera_truth(exposed, o_.seed, o_.pixels);
        const Sight sight = sight_of(exposed, first);
        const Equatorial place = place_of(sight.middle.ahead);
        record.ra_deg = place.ra_deg;
        record.dec_deg = place.dec_deg;
        record.azimuth_deg = sight.place.azimuth_deg;
        record.altitude_deg = sight.place.altitude_deg;
        record.rot_deg = rotation_deg(sight.middle);
        set_frame_from_first(record, exposed, first, sight);
        if (exposed.kind == Exposed::Kind::dark) return look;
        const StarScene& scene = scene_for(exposed, first, sight);
        record.scene = scene.scene;
        look.truth = truth_of(scene, exposed, sight);
        look.faces =
            faces_in_view(sight.middle, exposed, record.middle, o_.site, look.truth.transparency, look.truth.fwhm_px);
        std::erase_if(look.truth.stars, [&](const sky::TrueStar& s) { return behind({s.x, s.y}, look.faces); });
        look.drawn = with_what_moves(scene, exposed, sight, look);
        look.land = landscape_seen(land_, exposed, sight.place, lights_at(record.middle, o_.site), look.truth);
        record.truth = as_stored(look.truth, exposed);
        return look;
    }

    sky::FrameTruth truth_of(const StarScene& scene, const Exposed& exposed, const Sight& sight) const {
        const Plane plane = plane_of(exposed);
        sky::FrameTruth truth;
        set_air(truth, exposed, sight, o_.site, o_.seed);
        truth.frame_from_scene = to_from(sight.middle, scene.base, plane);
        truth.anomalies.shake = motion(exposed, sight, o_.seed);
        truth.anomalies.trails = passers(exposed, o_.seed).trails;
        truth.stars = sky::stars_in_frame(*scene.scene, truth, plane.width, plane.height);
        if (sight.place.altitude_deg - camera_facts(exposed.camera).field_radius_deg < kHighestRidge_deg)
            hide_stars(truth, exposed, sight);
        return truth;
    }

    // Those behind the landscape are not in the frame.
    void hide_stars(sky::FrameTruth& truth, const Exposed& exposed, const Sight& sight) const {
        const SkyTime middle = middle_of(exposed);
        std::erase_if(truth.stars, [&](const sky::TrueStar& star) {
            const Vec3 d = direction_of(Point{star.x, star.y}, sight.middle, plane_of(exposed));
            const auto place = altaz_of(d, middle, o_.site);
            return place.altitude_deg < land_.skyline_deg(place.azimuth_deg);
        });
    }

    // Moon and planets; flashes of a plane.
    std::shared_ptr<const sky::Scene> with_what_moves(const StarScene& scene, const Exposed& exposed,
                                                      const Sight& sight, const Look& look) const {
        const Transform& frame_from_scene = look.truth.frame_from_scene;
        sky::Scene bodies = solar_light(scene, sight.middle.ahead, exposed, middle_of(exposed), o_.site);
        const Passers passing = passers(exposed, o_.seed);
        for (const Point& flash : passing.flashes) {
            const Point p = frame_from_scene.inverse()(flash);
            bodies.stars.push_back({p.x, p.y, {passing.flash_e, passing.flash_e, passing.flash_e}});
        }
        if (bodies.stars.empty() && bodies.extended.empty() && look.faces.empty()) return scene.scene;
        auto both = std::make_shared<sky::Scene>(*scene.scene);
        if (!look.faces.empty()) {
            std::erase_if(both->stars, [&](const sky::SceneStar& s) {
                return behind(frame_from_scene({s.x, s.y}), look.faces);
            });
        }
        both->stars.insert(both->stars.end(), bodies.stars.begin(), bodies.stars.end());
        both->extended.insert(both->extended.end(), bodies.extended.begin(), bodies.extended.end());
        return both;
    }

    Attitude attitude(const Exposed& exposed, const Exposed& first, SkyTime time) const {
        return camera_attitude(exposed, first, time, o_.site, o_.seed);
    }

    Sight sight_of(const Exposed& exposed, const Exposed& first) const {
        const SkyTime middle = middle_of(exposed);
        Sight sight{attitude(exposed, first, exposed.begin),
                    attitude(exposed, first, middle),
                    attitude(exposed, first, end_of(exposed)),
                    {}};
        sight.place = altaz_of(sight.middle.ahead, middle, o_.site);
        return sight;
    }

    void set_frame_from_first(FrameRecord& record, const Exposed& exposed, const Exposed& first,
                              const Sight& sight) const {
        if (exposed.begin == first.begin && exposed.number == first.number) return;
        const Attitude from = attitude(first, first, middle_of(first));
        if (dot(from.ahead, sight.middle.ahead) < 0.2) return;  // nothing in common
        const Transform sensor = to_from(sight.middle, from, plane_of(exposed));
        record.frame_from_first = sensor_from_stored(exposed).inverse() * sensor * sensor_from_stored(first);
    }

    // Side of the patch that a star's light covers: a trailed star is seen only when it is brighter.
    double spread_px(const Exposed& exposed) const {
        constexpr double kTurn_rad_s = 7.292e-5;
        const double fwhm = star_fwhm_px(exposed, 90, o_.seed);
        if (exposed.aim.tracking) return fwhm;
        const double line = kTurn_rad_s * exposed.exposure_s * camera_facts(exposed.camera).focal_px;
        return fwhm * std::sqrt(1 + std::min(line, kLongestLine_px) / fwhm);
    }

    // All frames that lie near the first one show its scene.
    const StarScene& scene_for(const Exposed& exposed, const Exposed& first, const Sight& sight) {
        const Attitude from = attitude(first, first, middle_of(first));
        const double allowed_rad = exposed.camera == 0 ? 0.4 * sky::pi / 180 : 2.5 * sky::pi / 180;
        const bool near =
            exposed.aim.tracking == first.aim.tracking && dot(from.ahead, sight.middle.ahead) > std::cos(allowed_rad);
        const Exposed& owner = near ? first : exposed;
        return scenes_.about(near ? from.ahead : sight.middle.ahead, exposed, spread_px(owner));
    }

    sky::ExposureOptions exposure(const Exposed& exposed, const Look& look) {
        sky::ExposureOptions e;
        e.dark_s = dark_seconds(exposed);
        e.beta = kStarBeta;
        e.noise_seed = o_.seed;
        e.number = exposed.number;
        e.binning = binned(exposed) ? 2 : 1;
        e.converter = converter_options(exposed, o_.seed, o_.pixels);
        e.backdrop = backdrop(exposed, look);
        return e;
    }

    Backdrop backdrop(const Exposed& exposed, const Look& look) {
        if (look.faces.empty()) return look.land;
        std::vector<std::shared_ptr<const BodyImage>> bodies;
        for (const BodyPose& pose : look.faces) {
            if (pose.body == Planet::moon && !moon_) moon_ = std::make_unique<const MoonFace>();
            bodies.push_back(std::make_shared<const BodyImage>(pose, moon_.get()));
        }
        const int width = camera_facts(exposed.camera).width;
        return [bodies, width, land = look.land](double* row, int y, const sky::RowBands& bands) {
            for (const auto& body : bodies) body->add_row(row, width, y, bands);
            if (land) land(row, y, bands);
        };
    }

    const sky::SensorModel& sensor_of(int camera) {
        std::unique_ptr<sky::SensorModel>& sensor = sensors_[camera == 0 ? 0 : 1];
        if (!sensor) sensor = std::make_unique<sky::SensorModel>(sensor_options(camera, o_.seed), runner_);
        return *sensor;
    }

    SkyOptions o_;
    Runner& runner_;
    StarScenes scenes_;
    Landscape land_;
    std::unique_ptr<const MoonFace> moon_;  // made when it is first seen
    std::unique_ptr<sky::SensorModel> sensors_[2];
};

TwinSky::TwinSky(const SkyOptions& options, Runner& runner) : parts_(std::make_unique<Parts>(options, runner)) {}
TwinSky::~TwinSky() = default;

int TwinSky::width(const Exposed& exposed) { return camera_facts(exposed.camera).width / (binned(exposed) ? 2 : 1); }
int TwinSky::height(const Exposed& exposed) { return camera_facts(exposed.camera).height / (binned(exposed) ? 2 : 1); }

FrameRecord TwinSky::expose(const Exposed& exposed, const Exposed& first, ImageView<std::uint16_t> out) {
    return parts_->expose(exposed, first, out);
}

FrameRecord TwinSky::record(const Exposed& exposed, const Exposed& first) { return parts_->record(exposed, first); }

}  // namespace nightstack::device::sim

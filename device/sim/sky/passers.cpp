// SPDX-License-Identifier: MIT
#include "device/sim/sky/passers.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "device/sim/sky/camera.h"
#include "pipeline/sky/random.h"

namespace nightstack::device::sim {
namespace {

enum Stream : std::uint64_t { satellite_stream = 401, plane_stream };

// Two points far outside on a line through a place in the frame.
struct Course {
    Point from, to;
    Point at(double t) const { return {from.x + t * (to.x - from.x), from.y + t * (to.y - from.y)}; }
    Point beside(Point p, double px) const {
        const double dx = to.x - from.x, dy = to.y - from.y, length = std::hypot(dx, dy);
        return {p.x - px * dy / length, p.y + px * dx / length};
    }
};

Course course(const CameraFacts& facts, std::uint64_t key) {
    const Point through{facts.width * (0.15 + 0.7 * sky::uniform_at(key, 0)),
                        facts.height * (0.15 + 0.7 * sky::uniform_at(key, 1))};
    const double angle = 2 * std::numbers::pi * sky::uniform_at(key, 2);
    const double far = facts.width + facts.height;
    return {{through.x - far * std::cos(angle), through.y - far * std::sin(angle)},
            {through.x + far * std::cos(angle), through.y + far * std::sin(angle)}};
}

// The light that a thing which crosses leaves on a pixel does not depend on the exposure.
sky::Trail satellite(const CameraFacts& facts, std::uint64_t key) {
    const Course line = course(facts, key);
    const double bright = sky::uniform_at(key, 3);
    return {0, line.from, line.to, facts.light * 30 * std::pow(6, bright), 3.8};
}

// Two wide lines, and between them a light that flashes.
void add_plane(Passers& all, const CameraFacts& facts, std::uint64_t key) {
    const Course line = course(facts, key);
    for (const double side : {-22.0, 22.0})
        all.trails.push_back({0, line.beside(line.from, side), line.beside(line.to, side), facts.light * 25, 11});
    const double gap = 260 / std::hypot(line.to.x - line.from.x, line.to.y - line.from.y);
    for (double t = gap * sky::uniform_at(key, 4); t < 1; t += gap) {
        const Point p = line.at(t);
        if (p.x > -50 && p.y > -50 && p.x < facts.width + 50 && p.y < facts.height + 50) all.flashes.push_back(p);
    }
    all.flash_e = facts.light * 60'000;
}

}  // namespace

Passers passers(const Exposed& exposed, std::uint64_t seed) {
    constexpr int kMost = 20;
    const CameraFacts& facts = camera_facts(exposed.camera);
    const std::uint64_t key = sky::stream_key(seed, satellite_stream, exposed.number);
    Passers all;
    for (int i = 0; i < std::min(exposed.weather.satellites, kMost); ++i)
        all.trails.push_back(satellite(facts, sky::bits_at(key, static_cast<std::uint64_t>(i))));
    if (exposed.weather.plane) add_plane(all, facts, sky::stream_key(seed, plane_stream, exposed.number));
    return all;
}

}  // namespace nightstack::device::sim

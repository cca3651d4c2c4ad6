// SPDX-License-Identifier: MIT
#include "pipeline/stages/integrate/sky_tilt.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace nightstack {
namespace {

struct Sample {
    double x = 0;
    double y = 0;
    double difference = 0;
    bool kept = true;
};

constexpr std::size_t kLeastCells = 12;  // four times the unknowns
constexpr int kRounds = 4;

std::vector<Sample> compare(const SkyMesh& frame, double scale, double offset, const SkyMesh& reference,
                            const Transform& ref_from_frame, int colour) {
    std::vector<Sample> samples;
    for (int r = 0; r < frame.rows; ++r) {
        for (int c = 0; c < frame.columns; ++c) {
            const Point p{(c + 0.5) * frame.cell_px - 0.5, (r + 0.5) * frame.cell_px - 0.5};
            const Point q = ref_from_frame(p);
            const auto mine = frame.at(colour, p.x, p.y);
            const auto theirs = reference.at(colour, q.x, q.y);
            if (mine && theirs) samples.push_back({p.x, p.y, *theirs - (*mine * scale + offset), true});
        }
    }
    return samples;
}

// Whether the kept samples reach over half of the frame both ways. A cell stands for the sky of its own
// width; besides, half a cell at either end is lost, since the reference cannot be asked beyond its outer
// centres. So a 16:9 frame turned by 90 degrees, which shares 9/16 of its length, is just enough.
bool span_half(const std::vector<Sample>& samples, const SkyMesh& frame) {
    double x0 = 1e30, x1 = -1e30, y0 = 1e30, y1 = -1e30;
    for (const Sample& s : samples) {
        if (!s.kept) continue;
        x0 = std::min(x0, s.x);
        x1 = std::max(x1, s.x);
        y0 = std::min(y0, s.y);
        y1 = std::max(y1, s.y);
    }
    const auto enough = [&](double span, int cells) { return 2 * (span + 2 * frame.cell_px) >= cells * frame.cell_px; };
    return enough(x1 - x0, frame.columns) && enough(y1 - y0, frame.rows);
}

bool fit_level(SkyTilt& tilt, const std::vector<Sample>& samples) {
    double n = 0, sum = 0;
    for (const Sample& s : samples) {
        if (!s.kept) continue;
        n += 1;
        sum += s.difference;
    }
    if (n < kLeastCells) return false;
    tilt = {.level = sum / n};
    return true;
}

// Plane through the kept samples about their centroid; false when they lie on a line.
bool fit_plane(SkyTilt& tilt, const std::vector<Sample>& samples) {
    double n = 0, mx = 0, my = 0, mz = 0;
    for (const Sample& s : samples) {
        if (!s.kept) continue;
        n += 1;
        mx += s.x;
        my += s.y;
        mz += s.difference;
    }
    if (n < kLeastCells) return false;
    mx /= n;
    my /= n;
    mz /= n;
    double xx = 0, xy = 0, yy = 0, xz = 0, yz = 0;
    for (const Sample& s : samples) {
        if (!s.kept) continue;
        const double x = s.x - mx;
        const double y = s.y - my;
        const double z = s.difference - mz;
        xx += x * x;
        xy += x * y;
        yy += y * y;
        xz += x * z;
        yz += y * z;
    }
    const double determinant = xx * yy - xy * xy;
    if (!(determinant > 1e-6 * xx * yy)) return false;
    tilt.along_x = (xz * yy - yz * xy) / determinant;
    tilt.along_y = (yz * xx - xz * xy) / determinant;
    tilt.level = mz - tilt.along_x * mx - tilt.along_y * my;
    return true;
}

void drop_outliers(std::vector<Sample>& samples, const SkyTilt& tilt) {
    std::vector<double> distance;
    for (const Sample& s : samples) distance.push_back(std::abs(s.difference - tilt.at(s.x, s.y)));
    std::vector<double> sorted = distance;
    const auto mid = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), mid, sorted.end());
    const double limit = 3 * 1.4826 * *mid;
    for (std::size_t i = 0; i < samples.size(); ++i) samples[i].kept = distance[i] <= limit;
}

}  // namespace

SkyTilt SkyTilt::over(const Transform& here_from_there, Point about) const {
    constexpr double kStep = 1;  // of the numerical derivative; exact for affine transforms
    const Point p = here_from_there(about);
    const Point px = here_from_there({about.x + kStep, about.y});
    const Point py = here_from_there({about.x, about.y + kStep});
    SkyTilt there = *this;
    there.along_x = along_x * (px.x - p.x) + along_y * (px.y - p.y);
    there.along_y = along_x * (py.x - p.x) + along_y * (py.y - p.y);
    there.level = at(p.x, p.y) - there.along_x * about.x - there.along_y * about.y;
    return there;
}

SkyTilt fit_sky_tilt(const SkyMesh& frame, double scale, double offset, const SkyMesh& reference,
                     const Transform& ref_from_frame, int colour) {
    std::vector<Sample> samples = compare(frame, scale, offset, reference, ref_from_frame, colour);
    SkyTilt tilt;
    bool plane = true;
    for (int round = 0; round < kRounds; ++round) {
        plane = plane && span_half(samples, frame);  // once a level, always: the rounds must not swing
        if (!(plane ? fit_plane(tilt, samples) : fit_level(tilt, samples))) return {};
        drop_outliers(samples, tilt);
    }
    tilt.known = true;
    return tilt;
}

}  // namespace nightstack

// SPDX-License-Identifier: MIT
#include "tests/pipeline/stages/scene/scenes.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

namespace nightstack {
namespace {

constexpr int kLattice = 64;

double smooth_step(double t) {
    t = std::clamp(t, 0.0, 1.0);
    return t * t * t * (t * (6 * t - 15) + 10);
}

// 0 to 1 over about two pixels: what optics make of an edge.
double edge(double distance_px) { return smooth_step(0.5 + distance_px / 3); }

class ValueNoise {
public:
    explicit ValueNoise(unsigned seed) : values_(kLattice * kLattice) {
        std::mt19937 rng(seed);
        for (float& v : values_) v = static_cast<float>(rng()) / 4294967296.0F;
    }
    double operator()(double x, double y) const {
        const double fx = std::floor(x), fy = std::floor(y);
        const auto ix = static_cast<int>(fx), iy = static_cast<int>(fy);
        const double u = smooth_step(x - fx), v = smooth_step(y - fy);
        const double top = (1 - u) * at(ix, iy) + u * at(ix + 1, iy);
        const double bottom = (1 - u) * at(ix, iy + 1) + u * at(ix + 1, iy + 1);
        return (1 - v) * top + v * bottom;
    }

private:
    double at(int x, int y) const {
        constexpr unsigned mask = kLattice - 1;
        const unsigned row = static_cast<unsigned>(y) & mask, column = static_cast<unsigned>(x) & mask;
        return static_cast<double>(values_[row * kLattice + column]);
    }
    std::vector<float> values_;
};

}  // namespace

Scene texture(unsigned seed, double coarsest_px) {
    auto noises = std::make_shared<std::vector<ValueNoise>>();
    std::vector<double> sizes;
    for (double size = coarsest_px; size >= 6; size /= 2.3) {
        noises->emplace_back(seed + 7919 * static_cast<unsigned>(sizes.size()));
        sizes.push_back(size);
    }
    return [noises, sizes](Point p) {
        double sum = 0, weight = 1, all = 0;
        for (std::size_t k = 0; k < sizes.size(); ++k) {
            sum += weight * (*noises)[k](p.x / sizes[k] + 0.37, p.y / sizes[k] + 0.71);
            all += weight;
            weight *= 0.6;
        }
        return sum / all;
    };
}

Scene landscape(unsigned seed, int width, int height) {
    const Scene land = texture(seed, width / 8.0), ridge = texture(seed + 1, width / 4.0);
    struct House {
        double x, y, half_width, half_height, brightness;
    };
    std::vector<House> houses;
    std::mt19937 rng(seed + 2);
    std::uniform_real_distribution<double> unit(0, 1);
    for (int k = 0; k < 12; ++k) {
        houses.push_back({unit(rng) * width, (0.6 + 0.35 * unit(rng)) * height, (0.01 + 0.02 * unit(rng)) * width,
                          (0.01 + 0.03 * unit(rng)) * height, 0.2 + 0.7 * unit(rng)});
    }
    return [=](Point p) {
        const double skyline = (0.25 + 0.2 * ridge({p.x, 40})) * height;
        double value = 0.1 + 0.7 * land(p);
        for (const House& h : houses) {
            const double inside = std::min(h.half_width - std::abs(p.x - h.x), h.half_height - std::abs(p.y - h.y));
            const double share = edge(inside);
            value += share * (h.brightness - value);
        }
        const double above = edge(skyline - p.y);
        return value + above * (0.85 + 0.1 * p.y / height - value);
    };
}

Scene moon(unsigned seed, Point centre, double radius_px) {
    const Scene maria = texture(seed, radius_px / 2);
    return [=](Point p) {
        const double x = (p.x - centre.x) / radius_px, y = (p.y - centre.y) / radius_px;
        const double r = std::sqrt(x * x + y * y);
        if (r > 1.2) return 0.0;
        // Lit from the side: the cosine of the sun's height, 0 beyond the terminator.
        const double z = std::sqrt(std::max(0.0, 1 - r * r));
        const double sun = std::clamp(0.8 * x + 0.6 * z, 0.0, 1.0);
        return edge((1 - r) * radius_px) * std::sqrt(sun) * (0.3 + 0.7 * maria(p));
    };
}

Scene planet(Point centre, double diameter_px) {
    const double radius = diameter_px / 2;
    return [=](Point p) {
        const double x = (p.x - centre.x) / radius, y = (p.y - centre.y) / radius;
        const double r = std::sqrt(x * x + y * y);
        if (r > 2) return 0.0;
        const double limb = 0.5 + 0.5 * std::sqrt(std::max(0.0, 1 - r * r));
        const double bands =
            1 - 0.25 * std::exp(-40 * (y - 0.25) * (y - 0.25)) - 0.2 * std::exp(-60 * (y + 0.3) * (y + 0.3));
        return edge((1 - r) * radius) * limb * bands;
    };
}

Image<float> drawn(const Scene& scene, int width, int height, const Shot& shot) {
    Image<float> out(width, height);
    for (int y = 0; y < height; ++y) {
        const std::span<float> row = out.view().row(y);
        for (int x = 0; x < width; ++x) {
            const double v = scene(shot.ref_from_frame({static_cast<double>(x), static_cast<double>(y)}));
            row[static_cast<std::size_t>(x)] = static_cast<float>(shot.gain * v + shot.offset);
        }
    }
    if (shot.noise > 0) add_noise(out.view(), shot.noise, shot.seed);
    return out;
}

void add_noise(ImageView<float> plane, double sigma, unsigned seed) {
    std::mt19937 rng(seed);
    std::normal_distribution<float> noise(0, static_cast<float>(sigma));
    for (int y = 0; y < plane.height(); ++y) {
        for (float& v : plane.row(y)) v += noise(rng);
    }
}

Image<float> blurred(ImageView<const float> plane, double sigma_px) {
    const int reach = static_cast<int>(std::ceil(4 * sigma_px)), w = plane.width(), h = plane.height();
    std::vector<double> taps;
    double sum = 0;
    for (int i = -reach; i <= reach; ++i) {
        taps.push_back(std::exp(-0.5 * i * i / (sigma_px * sigma_px)));
        sum += taps.back();
    }
    Image<float> across(w, h), out(w, h);
    const auto pass = [&](ImageView<float> to, ImageView<const float> from, int step_x, int step_y) {
        for (int y = 0; y < h; ++y) {
            for (int x = 0; x < w; ++x) {
                double v = 0;
                for (int i = -reach; i <= reach; ++i) {
                    const int sx = std::clamp(x + i * step_x, 0, w - 1), sy = std::clamp(y + i * step_y, 0, h - 1);
                    v += taps[static_cast<std::size_t>(i + reach)] * static_cast<double>(from(sx, sy));
                }
                to(x, y) = static_cast<float>(v / sum);
            }
        }
    };
    pass(across.view(), plane, 1, 0);
    pass(out.view(), across.cview(), 0, 1);
    return out;
}

Transform turned_and_shifted(int width, int height, double degrees, double dx, double dy) {
    const double cx = 0.5 * (width - 1), cy = 0.5 * (height - 1);
    return Transform::shift(cx + dx, cy + dy) * Transform::similarity(1, degrees * std::numbers::pi / 180, 0, 0) *
           Transform::shift(-cx, -cy);
}

double rms_distance(const Transform& a, const Transform& b, const Rect& where) {
    double sum = 0;
    int n = 0;
    for (int j = 0; j <= 4; ++j) {
        for (int i = 0; i <= 4; ++i) {
            const Point p{where.x + where.width * i / 4.0, where.y + where.height * j / 4.0};
            const Point pa = a(p), pb = b(p);
            sum += (pa.x - pb.x) * (pa.x - pb.x) + (pa.y - pb.y) * (pa.y - pb.y);
            ++n;
        }
    }
    return std::sqrt(sum / n);
}

}  // namespace nightstack

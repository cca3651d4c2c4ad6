// SPDX-License-Identifier: MIT
#include "pipeline/stages/drizzle/drizzle.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "pipeline/core/error.h"
#include "pipeline/stages/drizzle/drop_overlap.h"

namespace nightstack {
namespace {

constexpr std::array kKernels{DrizzleKernel::square, DrizzleKernel::point, DrizzleKernel::gaussian};

// A sliver of a drop says where it fell only by rounding.
constexpr double kLeastWeight = 1e-4;

constexpr double kFwhmPerSigma = 2.3548200450309493;
constexpr double kGaussianReach = 3;  // sigmas

// exp(-t) for t in [0, 8], by plain arithmetic: libm differs between processors.
double decay(double t) {
    const double u = -t / 256;
    double e = 1 + u * (1 + u / 2 * (1 + u / 3 * (1 + u / 4 * (1 + u / 5))));
    for (int i = 0; i < 8; ++i) e *= e;
    return e;
}

// What a canvas pixel has gathered, per colour.
struct Gathered {
    double weighted = 0;
    double weight = 0;
    void add(double a, double x) {
        weighted += a * x;
        weight += a;
    }
};

// One canvas pixel as the frame sees it.
struct Footprint {
    Quad corners;
    Point centre;
    double per_area;  // 1 over the area
    int x, y;         // of the canvas
};

class Gatherer {
public:
    Gatherer(const DrizzleSource& source, const Transform& source_from_out, const DrizzleOptions& options)
        : source_(source),
          out_from_source_(source_from_out.inverse()),
          kernel_(options.kernel),
          half_drop_(0.5 * options.pixfrac),
          sigma_(options.pixfrac / kFwhmPerSigma) {}

    void gather(const Footprint& f, std::array<Gathered, 3>& sums) const {
        switch (kernel_) {
            case DrizzleKernel::square: {
                const QuadOverSquares quad(f.corners, half_drop_);
                return over(reach(f, half_drop_), sums, [&](Point p) { return quad.overlap(p) * f.per_area; });
            }
            case DrizzleKernel::point:
                return over(reach(f, 0), sums, [&](Point p) { return falls_into(f, p) ? f.per_area : 0; });
            case DrizzleKernel::gaussian:
                return over(around(f.centre, kGaussianReach * sigma_), sums, [&](Point p) {
                    const double t = 0.5 * squared(f.centre, p) / (sigma_ * sigma_);
                    return t > 0.5 * kGaussianReach * kGaussianReach ? 0 : peak() * decay(t);
                });
        }
    }

private:
    struct Box {
        double left, right, top, bottom;
    };
    static double squared(Point a, Point b) { return (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y); }
    static Box around(Point c, double r) { return {c.x - r, c.x + r, c.y - r, c.y + r}; }
    static Box reach(const Footprint& f, double border) {
        const auto& c = f.corners;
        const auto [left, right] = std::minmax({c[0].x, c[1].x, c[2].x, c[3].x});
        const auto [top, bottom] = std::minmax({c[0].y, c[1].y, c[2].y, c[3].y});
        return {left - border, right + border, top - border, bottom + border};
    }
    // A drop has the light of pixfrac x pixfrac of a raw pixel, as the square one.
    double peak() const { return 4 * half_drop_ * half_drop_ / (2 * 3.14159265358979323846 * sigma_ * sigma_); }
    // Half-open, so that a centre on a border falls into exactly one pixel.
    bool falls_into(const Footprint& f, Point p) const {
        const Point on_canvas = out_from_source_(p);
        return std::floor(on_canvas.x + 0.5) == f.x && std::floor(on_canvas.y + 0.5) == f.y;
    }

    // All raw pixels whose centres lie in the box, row by row.
    template <class Weight>
    void over(const Box& box, std::array<Gathered, 3>& sums, Weight weight) const {
        const Rect& r = source_.rect;
        const int x0 = static_cast<int>(std::max(std::ceil(box.left), static_cast<double>(r.x)));
        const int x1 = static_cast<int>(std::min(std::floor(box.right), static_cast<double>(r.right() - 1)));
        const int y0 = static_cast<int>(std::max(std::ceil(box.top), static_cast<double>(r.y)));
        const int y1 = static_cast<int>(std::min(std::floor(box.bottom), static_cast<double>(r.bottom() - 1)));
        for (int y = y0; y <= y1; ++y) {
            const float* row = source_.pixels.row_data(y - r.y) - r.x;
            for (int x = x0; x <= x1; ++x) {
                const float value = row[x];
                if (!(value - value == 0)) continue;
                const double a = weight(Point{static_cast<double>(x), static_cast<double>(y)});
                if (!(a > 0)) continue;
                const std::size_t colour = source_.cfa ? static_cast<std::size_t>(colour_at(*source_.cfa, x, y)) : 0;
                sums[colour].add(a, static_cast<double>(value));
            }
        }
    }

    const DrizzleSource& source_;
    Transform out_from_source_;
    DrizzleKernel kernel_;
    double half_drop_;
    double sigma_;
};

void check_fit(std::span<const DrizzleOut> out, const Rect& tile, const DrizzleSource& source) {
    const std::size_t colours = source.cfa ? 3 : 1;
    if (out.size() != colours) {
        throw OptionError("drizzle: " + std::to_string(out.size()) + " output planes for " + std::to_string(colours) +
                          " colours");
    }
    for (const DrizzleOut& plane : out) {
        if (!plane.value.same_size(tile.width, tile.height) || !plane.weight.same_size(tile.width, tile.height)) {
            throw OptionError("drizzle: an output plane has another size than the tile");
        }
    }
    if (!source.pixels.same_size(source.rect.width, source.rect.height)) {
        throw OptionError("drizzle: source pixels have another size than their region");
    }
}

// The corners between canvas rows y - 1 and y, from the left edge of the tile to the right.
void corner_row(std::vector<Point>& corners, const Rect& tile, int y, const Transform& source_from_out) {
    corners.resize(static_cast<std::size_t>(tile.width) + 1);
    for (int i = 0; i <= tile.width; ++i) {
        corners[static_cast<std::size_t>(i)] = source_from_out({tile.x + i - 0.5, y - 0.5});
    }
}

}  // namespace

std::string_view name(DrizzleKernel kernel) {
    switch (kernel) {
        case DrizzleKernel::square: return "square";
        case DrizzleKernel::point: return "point";
        case DrizzleKernel::gaussian: return "gaussian";
    }
    return "?";
}

std::optional<DrizzleKernel> parse_drizzle_kernel(std::string_view text) {
    for (const DrizzleKernel kernel : kKernels) {
        if (text == name(kernel)) return kernel;
    }
    return std::nullopt;
}

void DrizzleOptions::check() const {
    if (!(pixfrac >= 0.05 && pixfrac <= 2)) {
        throw OptionError("drizzle: pixfrac " + std::to_string(pixfrac) + " is not between 0.05 and 2");
    }
}

void drizzle(std::span<const DrizzleOut> out, const Rect& out_tile, const DrizzleSource& source,
             const Transform& source_from_out, const DrizzleOptions& options) {
    options.check();
    check_fit(out, out_tile, source);
    const Gatherer gatherer(source, source_from_out, options);
    std::vector<Point> above, below;
    corner_row(above, out_tile, out_tile.y, source_from_out);
    for (int y = 0; y < out_tile.height; ++y) {
        const int canvas_y = out_tile.y + y;
        corner_row(below, out_tile, canvas_y + 1, source_from_out);
        for (int x = 0; x < out_tile.width; ++x) {
            const auto i = static_cast<std::size_t>(x);
            Footprint f{{above[i], above[i + 1], below[i + 1], below[i]}, {}, 0, out_tile.x + x, canvas_y};
            f.centre = source_from_out({static_cast<double>(f.x), static_cast<double>(f.y)});
            f.per_area = 1 / QuadOverSquares(f.corners, 1).area();
            std::array<Gathered, 3> sums;
            gatherer.gather(f, sums);
            for (std::size_t p = 0; p < out.size(); ++p) {
                const bool seen = sums[p].weight >= kLeastWeight;
                out[p].weight(x, y) = seen ? static_cast<float>(sums[p].weight) : 0.0F;
                out[p].value(x, y) = seen ? static_cast<float>(sums[p].weighted / sums[p].weight)
                                          : std::numeric_limits<float>::quiet_NaN();
            }
        }
        std::swap(above, below);
    }
}

}  // namespace nightstack

// SPDX-License-Identifier: MIT
#include "demosaic_twin.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace nightstack {
namespace {

int reflect(int i, int size) {
    const int period = 2 * (size - 1);
    i = ((i % period) + period) % period;
    return i < size ? i : period - i;
}

// A mosaic without end, mirrored at its edges.
struct Mosaic {
    ImageView<const float> view;
    CfaPattern pattern;
    std::array<double, 3> scales{1, 1, 1};
    double operator()(int x, int y) const {
        const double seen = view(reflect(x, view.width()), reflect(y, view.height()));
        return seen * scales[static_cast<std::size_t>(colour(x, y))];
    }
    Colour colour(int x, int y) const { return colour_at(pattern, x & 1, y & 1); }
};

// A plane computed once per place, over the frame and a border around it.
class Plane {
public:
    static constexpr int kBorder = 14;
    Plane(int width, int height, const std::function<double(int, int)>& value) : width_(width + 2 * kBorder) {
        for (int y = -kBorder; y < height + kBorder; ++y) {
            for (int x = -kBorder; x < width + kBorder; ++x) values_.push_back(value(x, y));
        }
    }
    // Places outside the border are asked for only by places that do not count.
    double operator()(int x, int y) const {
        const long i = long{y + kBorder} * width_ + x + kBorder;
        return values_[static_cast<std::size_t>(std::clamp(i, 0L, static_cast<long>(values_.size()) - 1))];
    }

private:
    int width_;
    std::vector<double> values_;
};

Rgb rendered(int width, int height, const std::function<double(int, int, Colour)>& value) {
    Rgb out = make_rgb(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            for (std::size_t c = 0; c < 3; ++c) {
                out[c].view()(x, y) = static_cast<float>(value(x, y, static_cast<Colour>(c)));
            }
        }
    }
    return out;
}

double square(double v) { return v * v; }

constexpr double kTiny = 1e-10;

// Energy of structure at (x, y) along direction (dx, dy), summed over three pixels of that direction.
double energy(const Mosaic& m, int x, int y, int dx, int dy) {
    const double weights[7] = {1, -3, -1, 6, -1, -3, 1};
    double sum = kTiny;
    for (int s = -1; s <= 1; ++s) {
        double answer = 0;
        for (int k = -3; k <= 3; ++k) answer += weights[k + 3] * m(x + (s + k) * dx, y + (s + k) * dy);
        sum += square(answer);
    }
    return sum;
}

Plane decided(int width, int height, const Plane& share) {
    return Plane(width, height, [&](int x, int y) {
        const double own = share(x, y);
        const double around =
            (share(x - 1, y - 1) + share(x + 1, y - 1) + share(x - 1, y + 1) + share(x + 1, y + 1)) / 4;
        return std::abs(0.5 - own) < std::abs(0.5 - around) ? around : own;
    });
}

// Two estimates from opposite sides, each weighed by the gradient on the other side.
double weighed(double a, double gradient_a, double b, double gradient_b) {
    return (a * gradient_b + b * gradient_a) / (gradient_a + gradient_b);
}

}  // namespace

Rgb superpixel_twin(ImageView<const float> mosaic, CfaPattern pattern) {
    return rendered(mosaic.width() / 2, mosaic.height() / 2, [&](int i, int j, Colour wanted) {
        double sum = 0;
        int count = 0;
        for (int y = 2 * j; y < 2 * j + 2; ++y) {
            for (int x = 2 * i; x < 2 * i + 2; ++x) {
                if (colour_at(pattern, x, y) != wanted) continue;
                sum += mosaic(x, y);
                ++count;
            }
        }
        return sum / count;
    });
}

// The mean of the nearest pixels of the colour: itself, or all that touch.
Rgb bilinear_twin(ImageView<const float> view, CfaPattern pattern) {
    const Mosaic m{view, pattern};
    return rendered(view.width(), view.height(), [&](int x, int y, Colour wanted) {
        if (m.colour(x, y) == wanted) return m(x, y);
        double sum = 0;
        int count = 0;
        for (int dy = -1; dy <= 1; ++dy) {
            for (int dx = -1; dx <= 1; ++dx) {
                if (m.colour(x + dx, y + dy) != wanted) continue;
                sum += m(x + dx, y + dy);
                ++count;
            }
        }
        return sum / count;
    });
}

// The filters as figure 2 of the paper prints them, but in 64ths, and with a quarter of the paper's gain between red
// and blue; the plane they make is the sum of both terms.
Rgb linear_twin(ImageView<const float> view, CfaPattern pattern) {
    using Filter = int[5][5];
    static constexpr Filter kGreen = {
        {0, 0, -8, 0, 0}, {0, 0, 16, 0, 0}, {-8, 16, 32, 16, -8}, {0, 0, 16, 0, 0}, {0, 0, -8, 0, 0}};
    static constexpr Filter kAcross = {
        {0, 0, 4, 0, 0}, {0, -8, 0, -8, 0}, {-8, 32, 40, 32, -8}, {0, -8, 0, -8, 0}, {0, 0, 4, 0, 0}};
    static constexpr Filter kDiagonal = {
        {0, 0, -3, 0, 0}, {0, 16, 0, 16, 0}, {-3, 0, 12, 0, -3}, {0, 16, 0, 16, 0}, {0, 0, -3, 0, 0}};
    const Mosaic m{view, pattern};
    const auto filtered = [&](int x, int y, const Filter& filter, bool transposed) {
        double sum = 0;
        for (int dy = -2; dy <= 2; ++dy) {
            for (int dx = -2; dx <= 2; ++dx) {
                const int tap = transposed ? filter[dx + 2][dy + 2] : filter[dy + 2][dx + 2];
                if (tap != 0) sum += tap * m(x + dx, y + dy);
            }
        }
        return sum / 64;
    };
    return rendered(view.width(), view.height(), [&](int x, int y, Colour wanted) {
        const Colour seen = m.colour(x, y);
        if (seen == wanted) return m(x, y);
        if (wanted == Colour::green) return filtered(x, y, kGreen, false);
        if (seen != Colour::green) return filtered(x, y, kDiagonal, false);
        return filtered(x, y, kAcross, m.colour(x + 1, y) != wanted);
    });
}

Rgb rcd_twin(ImageView<const float> view, CfaPattern pattern, const DemosaicOptions& options) {
    const double pedestal = options.pedestal;
    const double scales[3] = {options.red_scale, 1, options.blue_scale};
    const auto scale = [&](Colour c) { return scales[static_cast<int>(c)]; };
    Mosaic m{view, pattern};
    m.scales = {scales[0], scales[1], scales[2]};
    const int width = view.width();
    const int height = view.height();
    const auto plane = [&](const std::function<double(int, int)>& value) { return Plane(width, height, value); };

    const Plane upright = decided(width, height, plane([&](int x, int y) {
                                      const double v = energy(m, x, y, 0, 1);
                                      return v / (v + energy(m, x, y, 1, 0));
                                  }));
    const Plane slanted = decided(width, height, plane([&](int x, int y) {
                                      const double falling = energy(m, x, y, 1, 1);
                                      return falling / (falling + energy(m, x, y, 1, -1));
                                  }));
    const Plane bright = plane([&](int x, int y) {
        double sum = 4 * pedestal;
        for (int dy = -1; dy <= 1; ++dy) {
            for (int dx = -1; dx <= 1; ++dx) sum += m(x + dx, y + dy) / (1 << (std::abs(dx) + std::abs(dy)));
        }
        return std::max(0.0, sum);
    });

    const Plane green = plane([&](int x, int y) {
        if (m.colour(x, y) == Colour::green) return m(x, y);
        double gradient[4], estimate[4];
        const int step[4][2] = {{0, -1}, {0, 1}, {-1, 0}, {1, 0}};
        for (int s = 0; s < 4; ++s) {
            const auto [dx, dy] = step[s];
            const auto along = [&, dx = dx, dy = dy](int k) { return m(x + k * dx, y + k * dy); };
            gradient[s] = kTiny + std::abs(along(1) - along(-1)) + std::abs(along(0) - along(2)) +
                          std::abs(along(1) - along(3)) + std::abs(along(2) - along(4));
            const double here = bright(x, y);
            const double beyond = bright(x + 2 * dx, y + 2 * dy);
            estimate[s] = along(1) + std::max(0.0, along(1) + pedestal) * (here - beyond) / (here + beyond + kTiny);
        }
        const double vertical = weighed(estimate[0], gradient[0], estimate[1], gradient[1]);
        const double horizontal = weighed(estimate[2], gradient[2], estimate[3], gradient[3]);
        return (1 - upright(x, y)) * vertical + upright(x, y) * horizontal;
    });

    const Plane third = plane([&](int x, int y) {
        if (m.colour(x, y) == Colour::green) return 0.0;
        double gradient[4], estimate[4];
        const int step[4][2] = {{-1, -1}, {1, 1}, {1, -1}, {-1, 1}};
        for (int s = 0; s < 4; ++s) {
            const auto [dx, dy] = step[s];
            gradient[s] = kTiny + std::abs(m(x + dx, y + dy) - m(x - dx, y - dy)) +
                          std::abs(m(x + dx, y + dy) - m(x + 3 * dx, y + 3 * dy)) +
                          std::abs(green(x, y) - green(x + 2 * dx, y + 2 * dy));
            estimate[s] = m(x + dx, y + dy) - green(x + dx, y + dy);
        }
        const double falling = weighed(estimate[0], gradient[0], estimate[1], gradient[1]);
        const double rising = weighed(estimate[2], gradient[2], estimate[3], gradient[3]);
        return green(x, y) + (1 - slanted(x, y)) * falling + slanted(x, y) * rising;
    });

    // Right at red and blue pixels only.
    const auto known = [&](int x, int y, Colour wanted) { return m.colour(x, y) == wanted ? m(x, y) : third(x, y); };
    return rendered(width, height, [&](int x, int y, Colour wanted) {
        if (wanted == Colour::green) return green(x, y);
        if (m.colour(x, y) != Colour::green) return known(x, y, wanted) / scale(wanted);
        double gradient[4], estimate[4];
        const int step[4][2] = {{0, -1}, {0, 1}, {-1, 0}, {1, 0}};
        for (int s = 0; s < 4; ++s) {
            const auto [dx, dy] = step[s];
            const auto along = [&, dx = dx, dy = dy](int k) { return known(x + k * dx, y + k * dy, wanted); };
            gradient[s] = kTiny + std::abs(green(x, y) - green(x + 2 * dx, y + 2 * dy)) +
                          std::abs(along(1) - along(-1)) + std::abs(along(1) - along(3));
            estimate[s] = along(1) - green(x + dx, y + dy);
        }
        const double vertical = weighed(estimate[0], gradient[0], estimate[1], gradient[1]);
        const double horizontal = weighed(estimate[2], gradient[2], estimate[3], gradient[3]);
        return (green(x, y) + (1 - upright(x, y)) * vertical + upright(x, y) * horizontal) / scale(wanted);
    });
}

}  // namespace nightstack

// SPDX-License-Identifier: MIT
#include "pipeline/stages/scene/coarse_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <span>

#include "pipeline/stages/scene/small_motion.h"
#include "pipeline/stages/warp/warp.h"

namespace nightstack {
namespace {

constexpr int kBoxReach = 8;
constexpr int kPeaks = 3;
constexpr int kPeakRadius = 3;
constexpr std::size_t kMostGuesses = 4;

int power_of_two_from(int n) {
    int p = 2;
    while (p < n) p *= 2;
    return p;
}

// Means over 2 * kBoxReach + 1 along one axis. Beyond an edge the line goes on as its point reflection in the edge
// pixel, so that a slope stays one.
void box_mean(std::vector<double>& line) {
    const auto n = static_cast<int>(line.size());
    const int reach = std::min(kBoxReach, n - 1);
    const auto at = [&](int i) { return line[static_cast<std::size_t>(i)]; };
    const auto beyond = [&](int i) {
        if (i < 0) return 2 * at(0) - at(-i);
        return i < n ? at(i) : 2 * at(n - 1) - at(2 * n - 2 - i);
    };
    double sum = 0;
    for (int i = -reach; i <= reach; ++i) sum += beyond(i);
    std::vector<double> out;
    for (int i = 0; i < n; ++i) {
        out.push_back(sum / (2 * reach + 1));
        if (i + 1 < n) sum += beyond(i + 1 + reach) - beyond(i - reach);
    }
    line = std::move(out);
}

// 0 at the edge, 1 from an eighth of the side on.
double ramp(int i, int n) {
    const double room = std::max(1.0, n / 8.0);
    const double t = std::min(1.0, (std::min(i, n - 1 - i) + 0.5) / room);
    return t * t * (3 - 2 * t);
}

std::vector<float> squared_frequencies(int n) {
    std::vector<float> out;
    for (int i = 0; i < n; ++i) {
        const double f = static_cast<double>(Fourier::frequency(i, n)) / n;
        out.push_back(static_cast<float>(f * f));
    }
    return out;
}

void put_into(Spectrum& s, ImageView<const float> plane, int width, int height) {
    s.re.reshape(width, height);
    s.im.reshape(width, height);
    for (int y = 0; y < height; ++y) {
        const std::span<float> re = s.re.view().row(y), im = s.im.view().row(y);
        std::fill(im.begin(), im.end(), 0.0F);
        auto rest = re.begin();
        if (y < plane.height()) rest = std::copy_n(plane.row_data(y), plane.width(), re.begin());
        std::fill(rest, re.end(), 0.0F);
    }
}

// A pixel that is no number takes the value before it: it would spread over its whole row and column.
Image<float> finite_only(ImageView<const float> plane) {
    Image<float> out(plane.width(), plane.height());
    float last = 0;
    for (int y = 0; y < plane.height(); ++y) {
        const float* from = plane.row_data(y);
        float* to = out.view().row_data(y);
        for (int x = 0; x < plane.width(); ++x) to[x] = last = std::isfinite(from[x]) ? from[x] : last;
    }
    return out;
}

struct Peak {
    int x = 0, y = 0;
    float height = 0;
};

int distance_around(int a, int b, int n) {
    const int d = std::abs(a - b);
    return std::min(d, n - d);
}

// The highest points of a plane that goes around, apart from each other.
std::vector<Peak> highest(ImageView<const float> plane) {
    std::vector<Peak> peaks;
    for (int k = 0; k < kPeaks; ++k) {
        Peak best;
        for (int y = 0; y < plane.height(); ++y) {
            const float* row = plane.row_data(y);
            for (int x = 0; x < plane.width(); ++x) {
                if (!(row[x] > best.height)) continue;
                const bool apart = std::all_of(peaks.begin(), peaks.end(), [&](const Peak& p) {
                    return std::max(distance_around(x, p.x, plane.width()), distance_around(y, p.y, plane.height())) >
                           kPeakRadius;
                });
                if (apart) best = {x, y, row[x]};
            }
        }
        if (!(best.height > 0)) break;
        peaks.push_back(best);
    }
    return peaks;
}

// Vertex of the parabola through three values, the middle one the highest.
double vertex(float before, float here, float after) {
    const double curvature = static_cast<double>(before) - 2.0 * static_cast<double>(here) + static_cast<double>(after);
    if (!(curvature < 0)) return 0;
    return std::clamp(0.5 * (static_cast<double>(before) - static_cast<double>(after)) / curvature, -0.5, 0.5);
}

Point refined(ImageView<const float> plane, const Peak& p) {
    const int w = plane.width(), h = plane.height();
    return {vertex(plane((p.x + w - 1) % w, p.y), p.height, plane((p.x + 1) % w, p.y)),
            vertex(plane(p.x, (p.y + h - 1) % h), p.height, plane(p.x, (p.y + 1) % h))};
}

double energy(ImageView<const float> plane, const Rect& part) {
    double sum = 0;
    for (int y = part.y; y < part.bottom(); ++y) {
        for (const float v : plane.cropped(part).row(y - part.y)) sum += static_cast<double>(v * v);
    }
    return sum;
}

// Correlation of a(p) with b(p + s) where both are. A small part that happens to be empty must not count as a match:
// the energies of both are held to a quarter of the whole's at least.
double overlap_correlation(ImageView<const float> a, ImageView<const float> b, int sx, int sy) {
    constexpr double kLeastOverlap = 0.25;
    const Rect in_a = intersected(a.bounds(), {-sx, -sy, b.width(), b.height()});
    if (in_a.width * in_a.height < kLeastOverlap * a.width() * a.height()) return 0;
    const Rect in_b{in_a.x + sx, in_a.y + sy, in_a.width, in_a.height};
    double product = 0;
    for (int y = 0; y < in_a.height; ++y) {
        const float *ra = a.row_data(in_a.y + y) + in_a.x, *rb = b.row_data(in_b.y + y) + in_b.x;
        for (int x = 0; x < in_a.width; ++x) product += static_cast<double>(ra[x] * rb[x]);
    }
    const double ea = std::max(energy(a, in_a), energy(a, a.bounds()) / 4);
    const double eb = std::max(energy(b, in_b), energy(b, b.bounds()) / 4);
    const double both = std::sqrt(ea) * std::sqrt(eb);
    return both > 0 && std::isfinite(both) ? product / both : 0;
}

}  // namespace

void band_pass(Image<float>& out, ImageView<const float> raw) {
    const int w = raw.width(), h = raw.height();
    const Image<float> finite = finite_only(raw);
    const ImageView<const float> plane = finite.cview();
    out.reshape(w, h);
    std::vector<std::vector<double>> wide(static_cast<std::size_t>(h));
    for (int y = 0; y < h; ++y) {
        wide[static_cast<std::size_t>(y)].assign(plane.row(y).begin(), plane.row(y).end());
        box_mean(wide[static_cast<std::size_t>(y)]);
    }
    std::vector<double> column(static_cast<std::size_t>(h));
    for (int x = 0; x < w; ++x) {
        for (int y = 0; y < h; ++y)
            column[static_cast<std::size_t>(y)] = wide[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)];
        box_mean(column);
        for (int y = 0; y < h; ++y) {
            const int up = std::max(0, y - 1), down = std::min(h - 1, y + 1);
            const int left = std::max(0, x - 1), right = std::min(w - 1, x + 1);
            const auto three = [&](int row) {
                return static_cast<double>(plane(left, row)) + 2 * static_cast<double>(plane(x, row)) +
                       static_cast<double>(plane(right, row));
            };
            const double smooth = (three(up) + 2 * three(y) + three(down)) / 16;
            out.view()(x, y) =
                static_cast<float>((smooth - column[static_cast<std::size_t>(y)]) * ramp(x, w) * ramp(y, h));
        }
    }
}

CoarseSearch::CoarseSearch(ImageView<const float> reference, int turns)
    : width_(reference.width()),
      height_(reference.height()),
      fourier_(power_of_two_from(width_), power_of_two_from(height_)),
      column_weight_(squared_frequencies(fourier_.height())),
      row_weight_(squared_frequencies(fourier_.width())) {
    CoarseScratch scratch;
    band_pass(scratch.band, reference);
    const Point centre{0.5 * (width_ - 1), 0.5 * (height_ - 1)};
    for (int k = 0; k <= 2 * turns; ++k) {  // 0, 1, -1, 2, -2 ...
        Turned t;
        t.ref_from_turned = turn_about(centre, kTurnStep * (k % 2 == 1 ? (k + 1) / 2 : -(k / 2)));
        lay(scratch, t.ref_from_turned);
        t.band = scratch.laid.clone();
        put_into(scratch.frame, t.band.cview(), fourier_.width(), fourier_.height());
        fourier_.forward(scratch.frame);
        t.re = scratch.frame.re.clone();
        t.im = scratch.frame.im.clone();
        references_.push_back(std::move(t));
    }
}

// The band on the pixels of the reference, 0 where it does not reach.
void CoarseSearch::lay(CoarseScratch& scratch, const Transform& band_from_out) const {
    scratch.laid.reshape(width_, height_);
    const Rect whole{0, 0, width_, height_};
    const std::array<ImageView<const float>, 1> planes{scratch.band.cview()};
    const std::array<ImageView<float>, 1> out{scratch.laid.view()};
    warp(out, whole, {planes, whole, width_, height_}, band_from_out, WarpKind::bilinear);
    for (int y = 0; y < height_; ++y) {
        for (float& v : scratch.laid.view().row(y)) v = std::isfinite(v) ? v : 0.0F;
    }
}

// conj(reference) * frame over its own modulus, where that is well above its mean, in the band between a few cycles per
// plane and half the sampling limit.
void CoarseSearch::correlate(const Turned& reference, CoarseScratch& scratch) const {
    Spectrum& p = scratch.product;
    p.re.reshape(fourier_.height(), fourier_.width());
    p.im.reshape(fourier_.height(), fourier_.width());
    double sum = 0;
    for (int y = 0; y < p.re.height(); ++y) {
        const float *rr = reference.re.view().row_data(y), *ri = reference.im.view().row_data(y);
        const float *fr = scratch.frame.re.view().row_data(y), *fi = scratch.frame.im.view().row_data(y);
        float *const re = p.re.view().row_data(y), *const im = p.im.view().row_data(y);
        for (int x = 0; x < p.re.width(); ++x) {
            re[x] = rr[x] * fr[x] + ri[x] * fi[x];
            im[x] = rr[x] * fi[x] - ri[x] * fr[x];
            sum += static_cast<double>(std::sqrt(re[x] * re[x] + im[x] * im[x]));
        }
    }
    const auto floor = static_cast<float>(sum / (static_cast<double>(fourier_.width()) * fourier_.height()));
    for (int y = 0; y < p.re.height(); ++y) {
        float *const re = p.re.view().row_data(y), *const im = p.im.view().row_data(y);
        for (int x = 0; x < p.re.width(); ++x) {
            const float f2 = row_weight_[static_cast<std::size_t>(y)] + column_weight_[static_cast<std::size_t>(x)];
            const float high = 1 + f2 * f2 * 256;  // a half at a quarter of a cycle per px
            const float modulus = std::sqrt(re[x] * re[x] + im[x] * im[x]);
            const float weight = 1 / (high * (modulus + floor) + 1e-30F);
            re[x] *= weight;
            im[x] *= weight;
        }
    }
    fourier_.inverse(p);
}

void CoarseSearch::add_peaks(std::vector<CoarseGuess>& out, const Turned& reference, CoarseScratch& scratch,
                             const Transform& prior) const {
    correlate(reference, scratch);
    const ImageView<const float> surface = scratch.product.re.cview();
    for (const Peak& peak : highest(surface)) {
        const Point part = refined(surface, peak);
        // What goes around may have come from either side.
        for (const int x : {peak.x, peak.x - fourier_.width()}) {
            for (const int y : {peak.y, peak.y - fourier_.height()}) {
                if (std::abs(x) >= width_ || std::abs(y) >= height_) continue;
                const double c = overlap_correlation(reference.band.cview(), scratch.laid.cview(), x, y);
                if (c < kLeastCorrelation) continue;
                out.push_back({reference.ref_from_turned * Transform::shift(-(x + part.x), -(y + part.y)) * prior, c});
            }
        }
    }
}

std::vector<CoarseGuess> CoarseSearch::guesses(CoarseScratch& scratch, const Transform& prior, bool turned) const {
    std::vector<CoarseGuess> out;
    lay(scratch, prior.inverse());
    put_into(scratch.frame, scratch.laid.cview(), fourier_.width(), fourier_.height());
    fourier_.forward(scratch.frame);
    if (!turned) {
        add_peaks(out, references_.front(), scratch, prior);
        const double here = overlap_correlation(references_.front().band.cview(), scratch.laid.cview(), 0, 0);
        if (here >= kLeastCorrelation) out.push_back({prior, here});
    } else {
        for (std::size_t k = 1; k < references_.size(); ++k) add_peaks(out, references_[k], scratch, prior);
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const CoarseGuess& a, const CoarseGuess& b) { return a.correlation > b.correlation; });
    if (out.size() > kMostGuesses) out.resize(kMostGuesses);
    return out;
}

}  // namespace nightstack

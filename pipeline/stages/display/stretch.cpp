// SPDX-License-Identifier: MIT
#include "pipeline/stages/display/stretch.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/stages/display/statistics.h"

namespace nightstack {
namespace {

double mtf(double m, double x) { return (m - 1) * x / ((2 * m - 1) * x - m); }

std::vector<float> sampled(const PictureRows& picture, int plane, int max_samples) {
    const double pixels = static_cast<double>(picture.width) * picture.height;
    const int step = std::max(1, static_cast<int>(std::ceil(std::sqrt(pixels / max_samples))));
    std::vector<float> row(static_cast<std::size_t>(picture.width));
    std::vector<std::uint16_t> covered(row.size(), 1);
    std::vector<float> samples;
    for (int y = std::min(step / 2, picture.height - 1); y < picture.height; y += step) {
        picture.values(plane, y, row);
        if (picture.coverage) picture.coverage(plane, y, covered);
        for (std::size_t x = std::min<std::size_t>(static_cast<std::size_t>(step) / 2, row.size() - 1); x < row.size();
             x += static_cast<std::size_t>(step)) {
            if (covered[x] > 0 && std::isfinite(row[x])) samples.push_back(row[x]);
        }
    }
    return samples;
}

// Gains or offsets that bring all sky levels to their mean.
void balance(const std::vector<PlaneStatistics>& skies, std::vector<ChannelStretch>& channels) {
    double target = 0;
    for (const PlaneStatistics& s : skies) target += s.median / static_cast<double>(skies.size());
    bool by_factor = true;
    for (const PlaneStatistics& s : skies) {
        const double gain = target / s.median;
        by_factor = by_factor && s.median > 5 * s.noise && gain >= 0.25 && gain <= 4;
    }
    for (std::size_t c = 0; c < skies.size(); ++c) {
        if (by_factor) {
            channels[c].gain = target / skies[c].median;
        } else {
            channels[c].offset = target - skies[c].median;
        }
    }
}

struct Levels {
    double black, white, sky;
};

Levels common_levels(const std::vector<PlaneStatistics>& skies, const std::vector<ChannelStretch>& channels,
                     const StretchOptions& options) {
    Levels levels{0, std::numeric_limits<double>::infinity(), 0};
    const double share = 1 / static_cast<double>(skies.size());
    double top = -std::numeric_limits<double>::infinity();
    for (std::size_t c = 0; c < skies.size(); ++c) {
        const ChannelStretch& ch = channels[c];
        levels.sky += share * (skies[c].median * ch.gain + ch.offset);
        levels.black -= share * options.shadows_sigma * skies[c].noise * ch.gain;
        if (options.white_level) levels.white = std::min(levels.white, *options.white_level * ch.gain + ch.offset);
        top = std::max(top, skies[c].max * ch.gain + ch.offset);
    }
    levels.black += levels.sky;
    if (!options.white_level) levels.white = top;
    return levels;
}

template <class Sample>
void stretch_samples(std::span<Sample> out, std::span<const float> values, std::span<const std::uint16_t> coverage,
                     const ChannelStretch& s) {
    assert(values.size() == out.size() && (coverage.empty() || coverage.size() == out.size()));
    // x -> t = a x + b, then (m - 1) t / ((2 m - 1) t - m); all in float, one division a pixel.
    const double range = s.white - s.black;
    const float a = static_cast<float>(s.gain / range);
    const float b = static_cast<float>((s.offset - s.black) / range);
    const float m = static_cast<float>(s.midtones);
    constexpr float full = static_cast<float>(std::numeric_limits<Sample>::max());
    const float m1 = m - 1;
    const float m2 = 2 * m - 1;
    // In pieces through a buffer, and no branch: so a compiler works on several pixels at once.
    constexpr std::size_t kPiece = 256;
    float screen[kPiece];
    for (std::size_t begin = 0; begin < out.size(); begin += kPiece) {
        const std::size_t n = std::min(kPiece, out.size() - begin);
        const float* in = values.data() + begin;
        for (std::size_t i = 0; i < n; ++i) {
            const float t = in[i] * a + b;
            screen[i] = t > 0 ? t : 0;  // also NaN
        }
        for (std::size_t i = 0; i < n; ++i) {
            const float t = screen[i];
            screen[i] = t < 1 ? t : 1;
        }
        for (std::size_t i = 0; i < n; ++i) {
            const float t = screen[i];
            screen[i] = m1 * t / (m2 * t - m) * full + 0.5F;
        }
        Sample* to = out.data() + begin;
        for (std::size_t i = 0; i < n; ++i) to[i] = static_cast<Sample>(static_cast<int>(screen[i]));
        if (coverage.empty()) continue;
        const std::uint16_t* covered = coverage.data() + begin;
        for (std::size_t i = 0; i < n; ++i) to[i] = static_cast<Sample>(covered[i] == 0 ? 0 : to[i]);
    }
}

}  // namespace

void StretchOptions::check() const {
    if (!(shadows_sigma >= 0 && shadows_sigma <= 100)) {
        throw OptionError("stretch: shadows_sigma is " + std::to_string(shadows_sigma) + ", must be in [0, 100]");
    }
    if (!(target_background > 0 && target_background < 1)) {
        throw OptionError("stretch: target_background is " + std::to_string(target_background) + ", must be in (0, 1)");
    }
    if (max_samples < 1) throw OptionError("stretch: max_samples is " + std::to_string(max_samples));
}

PictureRows rows_of(std::span<const ImageView<const float>> planes,
                    std::span<const ImageView<const std::uint16_t>> coverage) {
    PictureRows rows;
    if (planes.empty()) return rows;
    rows.width = planes.front().width();
    rows.height = planes.front().height();
    rows.planes = static_cast<int>(planes.size());
    rows.values = [kept = std::vector(planes.begin(), planes.end())](int plane, int y, std::span<float> out) {
        std::copy_n(kept[static_cast<std::size_t>(plane)].row_data(y), out.size(), out.begin());
    };
    if (coverage.empty()) return rows;
    rows.coverage = [kept = std::vector(coverage.begin(), coverage.end())](int plane, int y,
                                                                           std::span<std::uint16_t> out) {
        std::copy_n(kept[static_cast<std::size_t>(plane)].row_data(y), out.size(), out.begin());
    };
    return rows;
}

double ChannelStretch::operator()(double x) const {
    const double t = (x * gain + offset - black) / (white - black);
    if (!(t > 0)) return 0;
    return mtf(midtones, std::min(t, 1.0));
}

std::vector<ChannelStretch> auto_stretch(const PictureRows& picture, const StretchOptions& options, Runner& runner) {
    options.check();
    std::vector<ChannelStretch> channels(static_cast<std::size_t>(picture.planes));
    if (picture.planes == 0 || picture.width == 0 || picture.height == 0) return channels;
    std::vector<PlaneStatistics> skies(channels.size());
    runner.run(picture.planes, 1, [&](int p, int) {
        std::vector<float> samples = sampled(picture, p, options.max_samples);
        skies[static_cast<std::size_t>(p)] = value_statistics(samples);
    });
    const auto is_blank = [](const PlaneStatistics& s) { return s.pixels == 0; };
    if (std::any_of(skies.begin(), skies.end(), is_blank)) return channels;  // all will be black
    balance(skies, channels);
    Levels levels = common_levels(skies, channels, options);
    // A flat picture has no noise and perhaps no range: show it as a grey area.
    if (!(levels.white > levels.sky)) levels.white = levels.sky + std::max(1.0, std::abs(levels.sky));
    if (!(levels.black < levels.sky)) levels.black = levels.sky - 1e-3 * (levels.white - levels.sky);
    const double sky = (levels.sky - levels.black) / (levels.white - levels.black);
    for (ChannelStretch& ch : channels) {
        ch.black = levels.black;
        ch.white = levels.white;
        ch.midtones = mtf(options.target_background, sky);  // solves mtf(m, sky) = target
    }
    return channels;
}

void stretch_row(std::span<std::uint8_t> out, std::span<const float> values, std::span<const std::uint16_t> coverage,
                 const ChannelStretch& stretch) {
    stretch_samples(out, values, coverage, stretch);
}

void stretch_row(std::span<std::uint16_t> out, std::span<const float> values, std::span<const std::uint16_t> coverage,
                 const ChannelStretch& stretch) {
    stretch_samples(out, values, coverage, stretch);
}

}  // namespace nightstack

// SPDX-License-Identifier: MIT
#include "tools/night/sky/night_figures.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>

#include "pipeline/core/error.h"
#include "pipeline/stages/progress/noise_floor.h"
#include "pipeline/stages/progress/transparency.h"
#include "tools/night/sky/advice.h"

namespace nightstack::tools {
namespace {

constexpr double kLeastTrend_s = 600;
constexpr std::size_t kLastFrames = 15;  // whose FWHM is "now"
constexpr std::size_t kMostNoise = 4096;
constexpr std::size_t kMostPlaced = 4096;  // lines need no more

double seconds_of(NightTime time) { return std::chrono::duration<double>(time.time_since_epoch()).count(); }

bool is_number(const std::optional<double>& value, double low, double high) {
    return value && std::isfinite(*value) && *value > low && *value < high;
}

bool can_be(const Transform& t) {
    const auto& m = t.row_major();
    return std::all_of(m.begin(), m.end(), [](double v) { return std::isfinite(v) && std::abs(v) < 1e9; }) &&
           t.scale() > 0.1 && t.scale() < 10;
}

// Frames come nearly in order of time.
void insert(std::vector<Sample>& samples, const Sample& s) {
    const auto at = std::upper_bound(samples.begin(), samples.end(), s,
                                     [](const Sample& a, const Sample& b) { return a.position < b.position; });
    samples.insert(at, s);
}

// Every so-manieth of a long list, the last one among them.
template <class T>
std::vector<T> thinned(const std::vector<T>& all, std::size_t most) {
    if (all.size() <= most) return all;
    const std::size_t step = (all.size() + most - 1) / most;
    std::vector<T> out;
    for (std::size_t i = (all.size() - 1) % step; i < all.size(); i += step) out.push_back(all[i]);
    return out;
}

// The same against the logarithm of the depth, which is what the noise follows: the first ones all stay.
std::vector<StackNoise> thinned_by_depth(const std::vector<StackNoise>& all, std::size_t most) {
    if (all.size() <= most) return all;
    std::vector<StackNoise> out;
    const double per_step = std::log(static_cast<double>(all.size())) / static_cast<double>(most - 1);
    double next = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (static_cast<double>(i + 1) < next && i + 1 < all.size()) continue;
        out.push_back(all[i]);
        next = std::max(static_cast<double>(i + 2), static_cast<double>(i + 1) * std::exp(per_step));
    }
    return out;
}

double median_of(std::span<const Sample> samples) {
    std::vector<double> values;
    for (const Sample& s : samples) values.push_back(s.value);
    return median(std::move(values));
}

}  // namespace

NightFigures::NightFigures(int width, int height) : width_(width), height_(height) {}

void NightFigures::restart(int width, int height) { *this = NightFigures(width, height); }

void NightFigures::add_frame(const NightFrame& frame) {
    if (!frame.exposed || frame.verdict == "failed") return;
    const double time = seconds_of(*frame.exposed);
    if (is_number(frame.transparency, 0, 100)) insert(transparency_, {time, *frame.transparency});
    if (frame.verdict != "stacked") return;
    if (is_number(frame.fwhm_px, 0, 1000)) insert(fwhm_px_, {time, *frame.fwhm_px});
    if (!frame.ref_from_frame || !can_be(*frame.ref_from_frame)) return;
    const auto at = std::upper_bound(placed_.begin(), placed_.end(), time,
                                     [](double t, const PlacedFrame& p) { return t < p.time_s; });
    placed_.insert(at, {time, *frame.ref_from_frame});
}

void NightFigures::add_stack(double frames_effective, double noise_adu, double signal_adu) {
    if (!(frames_effective > 0) || !(noise_adu > 0) || !std::isfinite(frames_effective) || !std::isfinite(noise_adu))
        return;
    noise_.push_back({frames_effective, noise_adu});
    if (noise_.size() > kMostNoise) noise_ = thinned_by_depth(noise_, kMostNoise / 2);
    signal_adu_ = std::isfinite(signal_adu) ? std::max(0.0, signal_adu) : 0;
}

void NightFigures::take_noise(NightProgress& p, const Pace& pace, std::optional<double> wanted_snr) const {
    p.noise = thinned_by_depth(noise_, kMostNoiseShown);
    if (noise_.empty()) return;
    p.fit = fit_stack_noise(noise_);
    p.floor_reached = noise_floor(p.fit) == NoiseFloor::reached;
    if (signal_adu_ <= 0) return;
    const StackNoise& now = noise_.back();
    p.signal_adu = signal_adu_;
    p.snr = p.fit ? snr(*p.fit, signal_adu_, now.frames) : signal_adu_ / now.noise;
    if (!p.fit || !is_number(wanted_snr, 0, 1e9)) return;
    try {
        p.wanted = time_to_snr(*p.fit, signal_adu_, *wanted_snr, now.frames, pace);
    } catch (const OptionError&) {  // a pace that is not known yet
    }
}

std::optional<FieldMotion> NightFigures::motion() const {
    const std::vector<PlacedFrame> placed = thinned(placed_, kMostPlaced);
    try {
        return field_motion(placed, {0.5 * (width_ - 1), 0.5 * (height_ - 1)});
    } catch (const FormatError&) {
        return std::nullopt;
    }
}

std::optional<double> NightFigures::fwhm(std::size_t last) const {
    if (fwhm_px_.empty()) return std::nullopt;
    return median_of(std::span(fwhm_px_).last(std::min(last, fwhm_px_.size())));
}

// Of stretches as long as that of "now", the best: a single lucky frame is no measure.
std::optional<double> NightFigures::best_fwhm() const {
    if (fwhm_px_.size() < 2 * kLastFrames) return std::nullopt;
    double best = median_of(std::span(fwhm_px_).first(kLastFrames));
    for (std::size_t i = 0; i + kLastFrames <= fwhm_px_.size(); i += kLastFrames)
        best = std::min(best, median_of(std::span(fwhm_px_).subspan(i, kLastFrames)));
    return best;
}

NightProgress NightFigures::progress(const Pace& pace, std::optional<double> wanted_snr) const {
    NightProgress p;
    take_noise(p, pace, wanted_snr);
    AdviceFigures figures;
    figures.fit = p.fit;
    figures.width = width_;
    figures.height = height_;
    figures.fwhm_px = p.fwhm_px = fwhm(kLastFrames);
    figures.best_fwhm_px = best_fwhm();
    figures.transparency = transparency_trend(thinned(transparency_, kMostPlaced));
    // Of a few minutes it says nothing about an hour.
    const bool long_enough =
        transparency_.size() > 1 && transparency_.back().position - transparency_.front().position >= kLeastTrend_s;
    if (!long_enough) figures.transparency.reset();
    if (figures.transparency) p.transparency_per_hour = figures.transparency->per_hour;
    figures.motion = motion();
    if (figures.motion) {
        p.drift_px_per_hour = 60 * figures.motion->px_per_min;
        p.rotation_deg_per_hour = 60 * figures.motion->turn_deg_per_min;
    }
    p.advice = advice(figures);
    return p;
}

}  // namespace nightstack::tools

// SPDX-License-Identifier: MIT
// Nights of the synthetic sky in memory, as lights of a run, and a sink that keeps the finished stack.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/core/runner.h"
#include "pipeline/graph/offline_run.h"
#include "pipeline/graph/stream_run.h"
#include "pipeline/sky/night.h"
#include "pipeline/sky/render.h"

namespace nightstack {

// A small, benign camera: one electron per ADU, no defects, no vignetting, nothing on the mount and
// in the air that a test did not ask for.
sky::NightOptions quiet_night(int frames, int width = 480, int height = 320);
// The same on a mount that drifts and turns, with a trail in the second frame and hot pixels.
sky::NightOptions moving_night(int frames, int width = 260, int height = 180);
// A small night in which frames are broken, clouded or shaken as the dice fall.
sky::NightOptions troubled_night(int frames, std::mt19937& dice);

// Frames of a night, rendered once. Lights borrow it: it must outlive them. Any thread may read.
class RenderedNight {
public:
    RenderedNight(const sky::NightOptions& options, int stars, std::uint64_t seed = 1);
    // With a scene of the test's own.
    RenderedNight(const sky::NightOptions& options, sky::Scene scene);

    const sky::Night& night() const { return *night_; }
    std::vector<Light> lights() const;
    ImageView<float> frame(std::size_t i) { return frames_[i].view(); }
    ImageView<const float> frame(std::size_t i) const { return frames_[i].cview(); }
    std::size_t size() const { return frames_.size(); }
    StreamFormat format() const;

private:
    std::unique_ptr<sky::Night> night_;
    std::vector<Image<float>> frames_;
};

// A light that reads from a picture somebody else keeps.
Light light_of(ImageView<const float> picture, const StreamFormat& format, const std::string& name);

struct Stack {
    StackSummary summary;
    int begins = 0;
    std::vector<Image<float>> value, variance;
    std::vector<Image<std::uint16_t>> coverage, low, high;

    bool same_pixels(const Stack& other) const;
};

// The lights with one calibration for all, which they borrow.
std::vector<Light> calibrated_by(const Calibration& calibration, std::span<const Light> lights);

Stack run_night(std::span<const Light> lights, const OfflineOptions& options, Runner& runner,
                const std::stop_token& stop = {});
Stack run_night(std::span<const Light> lights, const OfflineOptions& options = {});
// Likewise, one by one through the live stack.
Stack stream_night(std::span<const Light> lights, const StreamOptions& options, Runner& runner,
                   const std::stop_token& stop = {});
Stack stream_night(std::span<const Light> lights, const StreamOptions& options = {});

// A sink that keeps all in `stack`, which it borrows.
StackSink keeper(Stack& stack);

// Bit for bit, NaN equal to NaN.
template <class T>
bool same_bits(ImageView<const T> a, ImageView<const T> b) {
    if (!a.same_size(b.width(), b.height())) return false;
    for (int y = 0; y < a.height(); ++y) {
        if (std::memcmp(a.row_data(y), b.row_data(y), static_cast<std::size_t>(a.width()) * sizeof(T)) != 0)
            return false;
    }
    return true;
}

PhaseProgress no_progress();

}  // namespace nightstack

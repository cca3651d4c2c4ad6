// SPDX-License-Identifier: MIT
#include "tests/tools/live/made_states.h"

#include <cstdio>
#include <fstream>
#include <limits>

#include "tools/live/about_json.h"

namespace nightstack::tools {
namespace {

constexpr double kSky = 1000, kNoise = 12;
constexpr float kHole = std::numeric_limits<float>::quiet_NaN();

std::uint64_t mixed(std::uint64_t h) {
    h ^= h >> 31;
    h *= 0xD6E8FEB86659FD93U;
    return h ^ (h >> 29);
}

float sample_at(std::uint64_t seed, std::uint64_t frame, std::uint64_t plane, int x, int y) {
    std::uint64_t h = mixed(seed * 0x9E3779B97F4A7C15U + frame);
    h = mixed(h ^ (plane << 60) ^ (static_cast<std::uint64_t>(static_cast<std::uint32_t>(x)) << 30) ^
              static_cast<std::uint32_t>(y));
    if (h % 97 == 0) return kHole;
    const double sum = static_cast<double>((h >> 40) + (mixed(h) >> 40)) / (1 << 24) - 1;
    return static_cast<float>(kSky + kNoise * 2.4 * sum + (h % 53 == 0 ? 400 : 0));
}

LedgerFrame ledger_frame(std::uint64_t n, std::size_t block) {
    LedgerFrame f;
    f.sequence = n + 1;
    f.file = std::to_string(n) + ".fits";
    char digits[65];
    std::snprintf(digits, sizeof digits, "%064llx", static_cast<unsigned long long>(mixed(n + 12345)));
    f.sha256 = digits;
    f.bytes = 4'153'600;
    f.info.object = "M 42";
    f.info.camera = "TELE";
    f.info.exposure = Seconds(15);
    f.info.gain = 80;
    f.info.start_utc = UtcTime(std::chrono::seconds(1'705'611'000 + 15 * n));
    f.figures.stars = 100 + static_cast<double>(n % 7);
    f.figures.fwhm_px = 2.1;
    f.judgement.limits["fwhm_px"] = {2.1, 3.3};
    f.block = block;
    f.weight = {1, 0.875, 0.5};
    f.scale = {1.01, 0.99, 1};
    f.offset = {-3.25, 1.0 / 3, 0};
    f.aligned_by = AlignedBy::stars;
    f.ref_from_frame = Transform::similarity(1, 1e-3 * static_cast<double>(n), 0.1, -7);
    f.recipe = LedgerRecipe{*f.ref_from_frame, 1920, 1080, {}, {}, 7.5, {std::string(64, 'd')}};
    f.recipe->tilt[0] = {0.1, 1e-5, -2e-5 / 3, true};
    return f;
}

LedgerFrame rejected_frame(std::uint64_t n) {
    LedgerFrame f = ledger_frame(n, 0);
    f.file = std::to_string(n) + "-clouds.fits";
    f.sha256[0] = 'f';
    f.block.reset();
    f.recipe.reset();
    f.weight = {};
    f.judgement.verdict = Verdict::rejected;
    f.judgement.reason = Reason::transparency;
    f.judgement.text = "transparency 0.31, at least 0.7 wanted";
    return f;
}

LiveLedger ledger_of_night() {
    LiveLedger ledger;
    ledger.reference = {"0.fits", ledger_frame(0, 0).sha256};
    ledger.format = {1920, 1080, PixelKind::cfa, CfaPattern::rggb};
    ledger.camera = "TELE";
    ledger.demosaic = "superpixel";
    ledger.canvas_scale = 0.5;
    ledger.white_adu = 4095;
    ledger.calibration = "D";
    ledger.history = {"live stacking"};
    ledger.how = {"max", "lanczos", "addscale", "noise", "", false};
    ledger.measure.emplace();
    ledger.measure->stars = {{10.1, 20.2, 5000, 900, 2.5, 0.9, 100, false}, {30, 1e-3, 4000, 800, 2.4, 0.8, 90, true}};
    ledger.measure->sky = {{{1000, 12, 500}, {1001, 12.5, 500}, {}}};
    ledger.measure->mesh = {32, 3, 1, 1, {{{1000.5F, kHole, 999.25F}}}};
    ledger.sky.cards = {"CTYPE1  = 'RA---TAN'", "CRVAL1  = 83.8"};
    ledger.masters = {{"dark", std::string(64, 'd'), 2, {{"d0.fits", std::string(64, '1'), 99}}}};
    return ledger;
}

}  // namespace

LiveStackOptions options_of(const MadeNight& night) {
    LiveStackOptions options;
    options.planes = night.planes;
    options.clip_depth = night.depth;
    options.white_adu = 4095;
    options.noise_adu = {kNoise, kNoise, 1};
    options.sky_adu = {kSky, kSky, 0};
    return options;
}

LiveFrame live_frame(const MadeNight& night, std::uint64_t n) {
    LiveFrame frame;
    frame.footprint = {-50 + static_cast<int>(n % 7) * 9, -30 + static_cast<int>(n % 5) * 13, night.width,
                       night.height};
    const int weight = 4 + static_cast<int>(n % 8);
    frame.weight = {weight, weight, weight};
    frame.sample = [night, n, footprint = frame.footprint](const Rect& tile, std::span<const ImageView<float>> out) {
        for (std::size_t p = 0; p < out.size(); ++p) {
            for (int y = 0; y < tile.height; ++y) {
                for (int x = 0; x < tile.width; ++x) {
                    const int cx = tile.x + x, cy = tile.y + y;
                    out[p](x, y) = footprint.contains({cx, cy, 1, 1}) ? sample_at(night.seed, n, p, cx, cy) : kHole;
                }
            }
        }
    };
    return frame;
}

LiveState made_state_without(const MadeNight& night, std::uint64_t first, std::uint64_t end, std::uint64_t left_out) {
    SerialRunner serial;
    LiveState state{LiveStack(options_of(night)), ledger_of_night()};
    for (std::uint64_t n = first; n < end; ++n) {
        const std::uint64_t in_block = (n - first) % kBlockFrames;
        if (in_block == 0) state.stack.close_block(serial);
        if (n != left_out) {
            state.stack.add(live_frame(night, n), serial);
            state.ledger.frames.push_back(ledger_frame(n, (n - first) / kBlockFrames));
        }
        if (n % 10 == 9) state.ledger.frames.push_back(rejected_frame(n));
    }
    if (state.stack.open_frames() > 0) state.ledger.open_block = (end - 1 - first) / kBlockFrames;
    return state;
}

LiveState made_state(const MadeNight& night, std::uint64_t first, std::uint64_t end) {
    return made_state_without(night, first, end, end);
}

LiveState small_state() {
    SerialRunner serial;
    MadeNight night;
    night.planes = 1;
    night.depth = 2;
    LiveState state{LiveStack(options_of(night)), ledger_of_night()};
    for (std::uint64_t n = 0; n < 2; ++n) {
        LiveFrame frame = live_frame(night, n);
        frame.footprint = {3, 5, 6, 4};
        frame.sample = [n](const Rect& tile, std::span<const ImageView<float>> out) {
            for (int y = 0; y < tile.height; ++y) {
                for (int x = 0; x < tile.width; ++x)
                    out[0](x, y) = Rect{3, 5, 6, 4}.contains({tile.x + x, tile.y + y, 1, 1})
                                       ? static_cast<float>(kSky + static_cast<double>(n) + x)
                                       : kHole;
            }
        };
        state.stack.add(frame, serial);
        if (n == 0) state.stack.close_block(serial);
        state.ledger.frames.push_back(ledger_frame(n, n));
    }
    state.ledger.open_block = 1;
    return state;
}

std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string saved(const std::filesystem::path& path, const LiveState& state) {
    SerialRunner serial;
    save_state(path, state.stack, state.ledger, io::Overwrite::yes, serial);
    return bytes_of(path);
}

LiveState loaded(const std::filesystem::path& path) {
    SerialRunner serial;
    return load_state(path, std::uint64_t{1} << 30, serial);
}

std::string about(const LiveState& state) { return about_json(state.ledger); }

}  // namespace nightstack::tools

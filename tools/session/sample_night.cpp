// SPDX-License-Identifier: MIT
#include "tools/session/sample_night.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "io/files/output_file.h"
#include "io/fits/writer.h"
#include "pipeline/core/error.h"
#include "pipeline/sky/night.h"
#include "pipeline/sky/render.h"
#include "tools/cli/progress.h"
#include "tools/session/product_name.h"

namespace nightstack::tools {
namespace {

constexpr double kExposure = 15;
constexpr int kGain = 80;
constexpr auto kCadence = std::chrono::milliseconds(16'500);  // exposure and writing to the card
constexpr const char* kSession = "DWARF_RAW_Sample_EXP_15_GAIN_80_2026-09-12-21-00-00-000";

UtcTime session_start() {
    using namespace std::chrono;
    return sys_days(year(2026) / September / 12) + hours(21);
}

int binning(const SampleNightOptions& sample) { return sample.width > 1920 || sample.height > 1080 ? 1 : 2; }

std::string darks_folder(int binned) { return "exp_15_gain_80_bin_" + std::to_string(binned); }

std::string binning_text(int binned) { return std::to_string(binned) + "*" + std::to_string(binned); }

// A DWARF II, as a rule at 2x2, under an average suburban sky.
sky::NightOptions night_options(const SampleNightOptions& sample) {
    sky::NightOptions night;
    night.frames = sample.frames;
    night.exposure_s = kExposure;
    night.conditions_seed = sample.seed;
    night.noise_seed = sample.seed;
    night.sensor.width = sample.width;
    night.sensor.height = sample.height;
    night.sensor.cfa = CfaPattern::gbrg;
    night.sensor.vignetting = 0.03;
    night.optics.fwhm_px = 2.6;
    night.mount.drift_x_px = 30;
    night.mount.drift_y_px = -18;
    night.mount.dither_px = 3;
    night.mount.rotation_deg = sample.rotation_deg;
    night.atmosphere.sky_e = {120, 170, 140};
    const double w = night.sensor.width;
    const double h = night.sensor.height;
    const int n = sample.frames;
    night.anomalies.trails = {{n / 4, {-20, 0.7 * h}, {w + 20, 0.2 * h}, 500, 3},
                              {2 * n / 3, {0.3 * w, -20}, {0.8 * w, h + 20}, 250, 3}};
    if (n >= 8) {
        night.anomalies.clouds = {{n / 2, 0.35, 1.7}};
        night.anomalies.shakes = {{4 * n / 5, 10, 0.6}};
    }
    return night;
}

sky::Scene sample_scene(const sky::NightOptions& night, std::uint64_t seed) {
    sky::SceneOptions options = sky::scene_options_for(night);
    options.seed = 40 + seed;
    options.n_stars = std::max(60, static_cast<int>(900.0 * night.sensor.width * night.sensor.height / (1920 * 1080)));
    options.nebula_peak_e = 45;
    options.n_nebula_clumps = 14;
    return sky::make_scene(options);
}

// The cards of a real DWARF II file and no others.
io::FitsCards header(UtcTime start, int binned) {
    io::FitsCards cards;
    cards.text("DATE-OBS", iso_utc(start));
    cards.text("DATE", iso_utc(start + kCadence), "");
    cards.number("EXP", kExposure, "[s]");
    cards.integer("GAIN", kGain, "");
    cards.text("BINNING", binning_text(binned), "");
    cards.number("RA", 0, "[h]");
    cards.number("DEC", 0, "[deg]");
    cards.text("OBJECT", "", "");
    cards.text("BAYERPAT", "GBRG", "");
    cards.text("TELESCOP", "DWARFII", "");
    cards.text("INSTRUME", "DWARFII", "");
    cards.text("ORIGIN", "DWARFLAB", "");
    return cards;
}

std::string counter_name(int i) {
    char text[16];
    std::snprintf(text, sizeof text, "%04d.fits", i);
    return text;
}

void write_sidecar(const std::filesystem::path& folder, int frames, int binned) {
    const nlohmann::json info = {{"DEC", 44.3},
                                 {"RA", 20.98},
                                 {"binning", binning_text(binned)},
                                 {"exp", "15"},
                                 {"format", "FITS"},
                                 {"gain", kGain},
                                 {"ir", "PASS"},
                                 {"shotsStacked", frames},
                                 {"shotsTaken", frames},
                                 {"shotsToTake", frames},
                                 {"target", "Sample"}};
    io::OutputFile file(folder / "shotsInfo.json");
    file.append(info.dump());
    file.publish();
}

}  // namespace

std::filesystem::path write_sample_night(const std::filesystem::path& out, const SampleNightOptions& options,
                                         Runner& runner, Talk& talk, const std::stop_token& stop) {
    if (options.width < 256 || options.height < 256 || options.width % 2 != 0 || options.height % 2 != 0)
        throw OptionError("a sample night's frames have an even width and height of 256 or more");
    const int binned = binning(options);
    const std::filesystem::path session = out / "Astronomy" / kSession;
    const std::filesystem::path darks = out / "Astronomy" / "DWARF_DARK" / darks_folder(binned);
    if (std::filesystem::exists(session)) throw OptionError(session.string() + " exists already");
    std::filesystem::create_directories(session);
    std::filesystem::create_directories(darks);
    const sky::NightOptions night_settings = night_options(options);
    const sky::Night night(night_settings, sample_scene(night_settings, options.seed), runner);
    Image<std::uint16_t> frame(night.width(), night.height());
    Progress progress(talk, "rendering", "frames", options.frames + options.darks);
    const auto go_on = [&] {  // what is on disk is whole, but no night: a second call begins anew
        if (!stop.stop_requested()) return;
        std::filesystem::remove_all(session);
        std::filesystem::remove_all(darks);
        throw Interrupted();
    };
    for (int i = 0; i < options.darks; ++i) {
        go_on();
        sky::render_dark(frame.view(), night, i, runner);
        io::write_fits(darks / counter_name(i), frame.cview(),
                       header(session_start() - std::chrono::hours(1) + i * kCadence, binned));
        progress.step();
    }
    for (int i = 0; i < options.frames; ++i) {
        go_on();
        sky::render_light(frame.view(), night, i, runner);
        io::write_fits(session / counter_name(i), frame.cview(), header(session_start() + i * kCadence, binned));
        progress.step();
    }
    write_sidecar(session, options.frames, binned);
    return session;
}

}  // namespace nightstack::tools

// SPDX-License-Identifier: MIT
#include "tools/session/sample_night.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "io/files/file.h"
#include "io/files/output_file.h"
#include "io/fits/writer.h"
#include "pipeline/core/error.h"
#include "pipeline/sky/night.h"
#include "pipeline/sky/render.h"
#include "tools/cli/progress.h"
#include "tools/session/product_name.h"
#include "tools/session/results_place.h"

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

void write_sidecar(const std::filesystem::path& path, int frames, int binned) {
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
    io::OutputFile file(path);
    file.append(info.dump());
    file.publish();
}

void check(const SampleNightOptions& o) {
    if (o.width < 256 || o.height < 256 || o.width % 2 != 0 || o.height % 2 != 0)
        throw OptionError("a sample night's frames have an even width and height of 256 or more");
    if (!(std::abs(o.rotation_deg) <= 180))  // not a number is in no range
        throw OptionError("--rotation: a number from -180 to 180 expected");
}

// A folder of ours alone: one that is there may hold frames of the user.
void refuse_existing_folder(const std::filesystem::path& folder) {
    if (!std::filesystem::exists(std::filesystem::symlink_status(folder))) return;
    throw OptionError(io::printable(folder.string()) + " exists already; choose another folder with --out");
}

// A folder and the files that were put into it. Unless kept they are gone again with this object, and nothing else
// is: half a night would stand in the way of the next try.
class NewFolder {
public:
    explicit NewFolder(std::filesystem::path path) : path_(std::move(path)), made_(path_) {}
    ~NewFolder() {
        std::error_code error;
        for (const auto& file : files_) std::filesystem::remove(file, error);
    }
    NewFolder(const NewFolder&) = delete;
    NewFolder& operator=(const NewFolder&) = delete;

    // `write` is given the path; a file that it did not write to the end is not ours to remove.
    template <class Write>
    void put(const std::string& name, const Write& write) {
        files_.reserve(files_.size() + 1);
        write(path_ / name);
        files_.push_back(path_ / name);
    }
    void keep() { files_.clear(); }

private:
    std::filesystem::path path_;
    MadeFolder made_;  // goes after the files
    std::vector<std::filesystem::path> files_;
};

}  // namespace

std::filesystem::path write_sample_night(const std::filesystem::path& out, const SampleNightOptions& options,
                                         Runner& runner, Talk& talk, const std::stop_token& stop) {
    check(options);
    const int binned = binning(options);
    const std::filesystem::path session = out / "Astronomy" / kSession;
    const std::filesystem::path darks = out / "Astronomy" / "DWARF_DARK" / darks_folder(binned);
    refuse_existing_folder(session);
    if (options.darks > 0) refuse_existing_folder(darks);
    const sky::NightOptions night_settings = night_options(options);
    const sky::Night night(night_settings, sample_scene(night_settings, options.seed), runner);
    Image<std::uint16_t> frame(night.width(), night.height());
    Progress progress(talk, "rendering", "frames", options.frames + options.darks);
    const auto put = [&](NewFolder& folder, int i, UtcTime start) {
        folder.put(counter_name(i), [&](const std::filesystem::path& path) {
            io::write_fits(path, frame.cview(), header(start + i * kCadence, binned));
        });
        progress.step();
        if (stop.stop_requested()) throw Interrupted();
    };
    NewFolder lights(session);
    std::optional<NewFolder> dark_frames;  // made when there are any
    if (options.darks > 0) dark_frames.emplace(darks);
    for (int i = 0; i < options.darks; ++i) {
        sky::render_dark(frame.view(), night, i, runner);
        put(*dark_frames, i, session_start() - std::chrono::hours(1));
    }
    for (int i = 0; i < options.frames; ++i) {
        sky::render_light(frame.view(), night, i, runner);
        put(lights, i, session_start());
    }
    lights.put("shotsInfo.json", [&](const auto& path) { write_sidecar(path, options.frames, binned); });
    lights.keep();
    if (dark_frames) dark_frames->keep();
    return session;
}

}  // namespace nightstack::tools

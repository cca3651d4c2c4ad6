// SPDX-License-Identifier: MIT
#include "tests/support/small_night.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "io/fits/writer.h"
#include "pipeline/core/runner.h"
#include "pipeline/sky/night.h"
#include "pipeline/sky/render.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;

sky::NightOptions night_options(const SmallNightOptions& o) {
    sky::NightOptions night;
    night.frames = std::max({1, o.frames + o.first, o.of_frames});
    night.exposure_s = o.exposure_s;
    night.conditions_seed = o.seed;
    night.noise_seed = o.seed;
    night.sensor.width = o.width;
    night.sensor.height = o.height;
    night.sensor.cfa = o.cfa;
    night.sensor.hot_pixels = 60;
    night.sensor.cold_pixels = 6;
    night.sensor.vignetting = 0.05;
    night.optics.fwhm_px = 2.6;
    night.optics.distortion_k1 = o.distortion_k1;
    night.mount.drift_x_px = o.drift_x_px;
    night.mount.drift_y_px = o.drift_y_px;
    night.mount.rotation_deg = o.rotation_deg;
    night.atmosphere.sky_e = {120 * o.sky_factor, 170 * o.sky_factor, 140 * o.sky_factor};
    night.anomalies = o.anomalies;
    return night;
}

sky::Scene scene_for(const sky::NightOptions& night, std::uint64_t seed) {
    sky::SceneOptions scene = sky::scene_options_for(night);
    scene.seed = 70 + seed;
    scene.n_stars = 120;
    scene.faintest_e = 3000;
    scene.n_nebula_clumps = 3;
    scene.n_galaxies = 1;
    return sky::make_scene(scene);
}

template <class... Args>
std::string format(const char* pattern, Args... args) {
    char text[160];
    const int n = std::snprintf(text, sizeof text, pattern, args...);
    return {text, static_cast<std::size_t>(n)};
}

// 2026-09-12, 21:00:00 and 20 s for each frame.
std::string time_of(int index, const char* pattern) {
    const int s = 20 * index;
    return format(pattern, 21 + s / 3600, s / 60 % 60, s % 60);
}

io::FitsCards dwarf_cards(const SmallNightOptions& o, int index, int gain) {
    const bool dated = o.layout == NightLayout::dwarf2_dated;
    io::FitsCards cards;
    cards.text("DATE-OBS", time_of(index, dated ? "2026-09-12-%02d-%02d-%02d-442" : "2026-09-12T%02d:%02d:%02d.442"));
    cards.number(o.layout == NightLayout::dwarf3 ? "EXPTIME" : "EXP", o.exposure_s);
    cards.integer("GAIN", gain);
    if (o.layout == NightLayout::dwarf3) {
        cards.integer("XBINNING", 2).integer("YBINNING", 2).text("FILTER", "Astro").number("FOCALLEN", 150);
    } else {
        cards.text("BINNING", "2*2").number("RA", 5.5, "[h]").number("DEC", 22, "[deg]");
    }
    cards.text("OBJECT", "");
    if (o.cfa) cards.text("BAYERPAT", name(*o.cfa));
    const char* scope = o.layout == NightLayout::dwarf3 ? "DWARF 3" : "DWARFII";
    cards.text("TELESCOP", scope).text("INSTRUME", scope).text("ORIGIN", "DWARFLAB");
    return cards;
}

struct Places {
    fs::path lights, darks, flats, biases;
    fs::path session;
};

Places places(const fs::path& root, const SmallNightOptions& o) {
    const std::string exposure_gain = format("EXP_%g_GAIN_%d", o.exposure_s, o.gain);
    const std::string dark = format("exp_%g_gain_%d_bin_2", o.exposure_s, o.dark_gain);
    const fs::path astronomy = root / "Astronomy";
    switch (o.layout) {
        case NightLayout::dwarf2_first: {
            const fs::path s = astronomy / "DWARF_RAW_20260912210000";
            return {s, astronomy / "DWARF_DARK" / dark, root / "flats", root / "biases", s};
        }
        case NightLayout::dwarf2_dated: {
            const fs::path s = astronomy / ("DWARF_RAW_" + o.object + "_" + exposure_gain + "_2026-09-12-21-00-00-000");
            return {s, astronomy / "DWARF_DARK" / dark, root / "flats", root / "biases", s};
        }
        case NightLayout::dwarf3: {
            const fs::path s =
                astronomy / ("DWARF_RAW_TELE_" + o.object + "_" + exposure_gain + "_2026-09-12-21-00-00-000");
            return {s, astronomy / "DWARF_DARK" / ("tele_" + dark + "_2026-09-12-20-00-00-000"), root / "flats",
                    root / "biases", s};
        }
        case NightLayout::sorted: {
            const fs::path s = root / o.object;
            return {s / "lights", s / "darks", s / "flats", s / "biases", s};
        }
        case NightLayout::imagetyp: {
            const fs::path s = root / "night";
            return {s, s, s, s, s};
        }
        case NightLayout::plain: break;
    }
    const fs::path s = root / "night";
    return {s, root / "my darks", root / "my flats", root / "my biases", s};
}

std::string light_name(const SmallNightOptions& o, int i) {
    const bool failed = std::find(o.device_failed.begin(), o.device_failed.end(), i) != o.device_failed.end();
    const std::string prefix = failed ? "failed_" : "";
    switch (o.layout) {
        case NightLayout::dwarf2_first: return prefix + format("%04d.fits", i);
        case NightLayout::dwarf2_dated: return prefix + o.object + format("_%gs_%d_%04d.fits", o.exposure_s, o.gain, i);
        case NightLayout::dwarf3:
            return prefix + o.object + format("_%gs%d_Astro_20260912-", o.exposure_s, o.gain) +
                   time_of(i, "%02d%02d%02d442") + "_17C.fits";
        case NightLayout::imagetyp: return prefix + format("frame%04d.fits", i);
        case NightLayout::sorted:
        case NightLayout::plain: break;
    }
    return prefix + format("light_%02d.fits", i);
}

bool is_dwarf(NightLayout layout) {
    return layout == NightLayout::dwarf2_first || layout == NightLayout::dwarf2_dated || layout == NightLayout::dwarf3;
}

void add_extras(const fs::path& session, const SmallNightOptions& o) {
    if (!is_dwarf(o.layout)) return;
    write_bytes(session / "stacked.jpg", "not a picture");
    write_bytes(session / "Thumbnail" / "0000.jpg", "not a picture");
    if (o.layout == NightLayout::dwarf2_first) return;
    write_bytes(session / "stacked-16.png", "not a picture");
    write_bytes(
        session / "shotsInfo.json",
        format(R"({"DEC":22.0,"RA":5.5,"binning":"2*2","exp":"%g","format":"FITS","gain":%d,"ir":"PASS",)",
               o.exposure_s, o.gain) +
            format(R"("shotsStacked":%d,"shotsTaken":%d,"shotsToTake":%d,"target":")", o.frames, o.frames, o.frames) +
            o.object + "\"}");
}

class Writer {
public:
    Writer(const SmallNightOptions& options, const sky::Night& night)
        : o_(options), night_(night), frame_(options.width, options.height) {}

    fs::path light(const fs::path& folder, int i) {
        sky::render_light(frame_.view(), night_, o_.first + i, runner_);
        return write(folder / light_name(o_, i), i, "Light Frame", o_.gain);
    }
    fs::path dark(const fs::path& folder, int i) {
        sky::render_dark(frame_.view(), night_, i, runner_);
        const std::string name = format(is_dwarf(o_.layout) ? "%04d.fits" : "dark%04d.fits", i);
        return write(folder / shown(name, i, 1), i, "Dark Frame", o_.dark_gain);
    }
    fs::path flat(const fs::path& folder, int i) {
        sky::render_flat(frame_.view(), night_, i, runner_);
        return write(folder / shown(format("flat%04d.fits", i), i, 2), i, "Flat Field", o_.gain);
    }
    fs::path bias(const fs::path& folder, int i) {
        sky::render_bias(frame_.view(), night_, i, runner_);
        return write(folder / shown(format("bias%04d.fits", i), i, 3), i, "Bias Frame", o_.gain);
    }

private:
    // Where only IMAGETYP shall tell, the name must not.
    std::string shown(const std::string& name, int i, int kind) const {
        return o_.layout == NightLayout::imagetyp ? format("frame%04d.fits", 1000 * kind + i) : name;
    }
    fs::path write(const fs::path& path, int i, const char* image_type, int gain) {
        fs::create_directories(path.parent_path());
        SmallNightOptions with_gain = o_;
        with_gain.gain = gain;
        io::write_fits(path, frame_.cview(),
                       is_dwarf(o_.layout) ? dwarf_cards(o_, i, gain) : plain_cards(with_gain, i, image_type));
        return path;
    }
    const SmallNightOptions& o_;
    const sky::Night& night_;
    Image<std::uint16_t> frame_;
    SerialRunner runner_;
};

}  // namespace

io::FitsCards plain_cards(const SmallNightOptions& o, int index, const std::string& image_type) {
    io::FitsCards cards;
    cards.text("IMAGETYP", image_type);
    cards.text("DATE-OBS", time_of(index, "2026-09-12T%02d:%02d:%02d"));
    cards.number("EXPTIME", image_type == "Bias Frame" ? 0.001 : o.exposure_s);
    cards.integer("GAIN", o.gain).integer("XBINNING", 1).integer("YBINNING", 1);
    cards.text("OBJECT", o.object).text("INSTRUME", "Test Camera").number("CCD-TEMP", 12.5);
    if (o.cfa) cards.text("BAYERPAT", name(*o.cfa));
    return cards;
}

SmallNight write_small_night(const fs::path& root, const SmallNightOptions& o) {
    SerialRunner runner;
    const sky::NightOptions settings = night_options(o);
    const sky::Night night(settings, scene_for(settings, o.seed), runner);
    const Places at = places(root, o);
    Writer writer(o, night);
    SmallNight made;
    made.session = at.session;
    for (int i = 0; i < o.frames; ++i) made.lights.push_back(writer.light(at.lights, i));
    for (int i = 0; i < o.darks; ++i) made.darks.push_back(writer.dark(at.darks, i));
    for (int i = 0; i < o.flats; ++i) made.flats.push_back(writer.flat(at.flats, i));
    for (int i = 0; i < o.biases; ++i) made.biases.push_back(writer.bias(at.biases, i));
    if (o.frames > 0) add_extras(at.session, o);
    return made;
}

std::string read_bytes(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot open " + path.string());
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_bytes(const fs::path& path, const std::string& bytes) {
    fs::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file) throw std::runtime_error("cannot write " + path.string());
}

}  // namespace nightstack::test

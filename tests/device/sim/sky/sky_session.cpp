// SPDX-License-Identifier: MIT
// sky_session FOLDER RA DEC FRAMES [WHOLE]: a RAW session of the twin's tele camera as a scope's card would hold it
// (2x2; WHOLE: 1x1), with darks and the truth, for judge_sky.py. A satellite in frame 2, wind in frame 5.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>

#include "device/sim/sky/session_truth.h"
#include "device/sim/sky/twin_sky.h"
#include "io/fits/writer.h"

namespace {

namespace fs = std::filesystem;
using namespace nightstack;
using namespace nightstack::device::sim;
using device::Equatorial;
using device::Horizon;

constexpr int kGain = 30;
const device::Site kSite{9, 48, 300};

std::string name_of(int index) {
    char name[32];
    std::snprintf(name, sizeof name, "%04d.fits", index);
    return name;
}

std::string utc(SkyTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text;
}

io::FitsCards cards(const Exposed& e) {
    io::FitsCards c;
    c.text("DATE-OBS", utc(e.begin)).number("EXP", e.exposure_s).integer("GAIN", e.gain);
    c.text("BINNING", e.binning == 1 ? "2*2" : "1*1").number("RA", 0).number("DEC", 0).text("OBJECT", "");
    c.text("BAYERPAT", "GBRG").text("TELESCOP", "DWARFII").text("INSTRUME", "DWARFII").text("ORIGIN", "DWARFLAB");
    return c;
}

Exposed exposed_at(int index, int count, Equatorial told, int binning) {
    Exposed e;
    e.begin = std::chrono::sys_days(std::chrono::year(2026) / 9 / 12) + std::chrono::hours(21) +
              std::chrono::milliseconds(16'200 * index);
    e.exposure_s = 15;
    e.gain = kGain;
    e.binning = binning;
    e.sensor_c = 22;
    e.aim.tracking = true;
    e.aim.told = told;
    e.aim.place = Horizon(kSite, e.begin).altaz_of(told);
    e.index = index;
    e.count = count;
    e.last = index == count - 1;
    e.number = static_cast<std::uint64_t>(index) + 1;
    if (index == 2) e.weather.satellites = 1;
    if (index == 5) e.weather.wind_px = 24;
    return e;
}

void write_session(const fs::path& folder, Equatorial told, int count, int binning) {
    SerialRunner runner;
    TwinSky sky({7, kSite, PixelScale::twelve_bit}, runner);
    const Exposed first = exposed_at(0, count, told, binning);
    Image<std::uint16_t> image(TwinSky::width(first), TwinSky::height(first));
    const fs::path lights = folder / "Astronomy" / "DWARF_RAW_NGC 7479_EXP_15_GAIN_30_2026-09-12-21-00-00-000";
    const fs::path darks =
        folder / "Astronomy" / "DWARF_DARK" / (binning == 1 ? "exp_15_gain_30_bin_2" : "exp_15_gain_30_bin_1");
    fs::create_directories(lights);
    fs::create_directories(darks);
    SessionTruth truth(folder / "truth");
    for (int i = 0; i < count; ++i) {
        const Exposed e = exposed_at(i, count, told, binning);
        const FrameRecord record = sky.expose(e, first, image.view());
        io::write_fits(lights / name_of(i), image.cview(), cards(e));
        truth.add(e, name_of(i), record);
    }
    for (int i = 0; i < 6; ++i) {
        Exposed e = exposed_at(i, 6, told, binning);
        e.kind = Exposed::Kind::dark;
        e.number = 1000 + static_cast<std::uint64_t>(i);
        sky.expose(e, e, image.view());
        io::write_fits(darks / name_of(i), image.cview(), cards(e));
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 5) return 2;
    try {
        write_session(argv[1], {std::atof(argv[2]), std::atof(argv[3])}, std::atoi(argv[4]), argc > 5 ? 0 : 1);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
    return 0;
}

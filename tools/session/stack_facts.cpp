// SPDX-License-Identifier: MIT
#include "tools/session/stack_facts.h"

#include <algorithm>
#include <cmath>

#include "tools/session/product_name.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

std::vector<const InputFrame*> frames_that_count(std::span<const InputFrame> lights, const StackSummary& summary) {
    std::vector<const InputFrame*> frames;
    for (std::size_t i = 0; i < lights.size(); ++i) {
        if (summary.lights[i].judgement.verdict == Verdict::stacked) frames.push_back(&lights[i]);
    }
    if (!frames.empty()) return frames;
    for (const InputFrame& light : lights) {
        if (light.file) frames.push_back(&light);
    }
    return frames;
}

// The value all frames share; where they differ, what `mixed` says.
std::string common_text(const std::vector<const InputFrame*>& frames, std::string FrameInfo::*field,
                        const char* mixed) {
    std::string value;
    for (const InputFrame* f : frames) {
        const std::string& mine = f->info.*field;
        if (mine.empty() || mine == value) continue;
        if (!value.empty()) return mixed;
        value = mine;
    }
    return value;
}

std::optional<double> mean(const std::vector<const InputFrame*>& frames, std::optional<double> FrameInfo::*field) {
    double sum = 0;
    int n = 0;
    for (const InputFrame* f : frames) {
        if (const auto& value = f->info.*field) {
            sum += *value;
            ++n;
        }
    }
    return n > 0 ? std::optional(sum / n) : std::nullopt;
}

void take_exposures(StackFacts& facts, const std::vector<const InputFrame*>& frames) {
    int known = 0;
    for (const InputFrame* f : frames) {
        if (!f->info.exposure) continue;
        facts.livetime_s += f->info.exposure->count();
        ++known;
    }
    if (known > 0) facts.exposure = Seconds(facts.livetime_s / known);
}

void take_times(StackFacts& facts, const std::vector<const InputFrame*>& frames) {
    double weighted_ms = 0;  // middle of each exposure, relative to the first start
    double weight = 0;
    for (const InputFrame* f : frames) {
        if (!f->info.start_utc) continue;
        const UtcTime start = *f->info.start_utc;
        const auto length =
            std::chrono::duration_cast<std::chrono::milliseconds>(f->info.exposure.value_or(Seconds(0)));
        if (!facts.first_start) facts.first_start = start;
        const double middle =
            static_cast<double>((start - *facts.first_start).count()) + 0.5 * static_cast<double>(length.count());
        const UtcTime origin = *facts.first_start;
        if (start < origin) {  // frames may come in any order: shift what was summed to the new origin
            weighted_ms += weight * static_cast<double>((origin - start).count());
            facts.first_start = start;
        }
        const double seconds = std::max(1e-6, f->info.exposure.value_or(Seconds(1)).count());
        weighted_ms += seconds * (start < origin ? middle + static_cast<double>((origin - start).count()) : middle);
        weight += seconds;
        facts.last_end = std::max(facts.last_end.value_or(start + length), start + length);
    }
    if (facts.first_start && weight > 0) {
        facts.mean_time = *facts.first_start + std::chrono::milliseconds(std::llround(weighted_ms / weight));
    }
}

// Two sites in one stack: none is named.
void take_site(StackFacts& facts, const std::vector<const InputFrame*>& frames) {
    constexpr double kSame_deg = 0.01;
    const FrameInfo* first = nullptr;
    for (const InputFrame* f : frames) {
        if (!f->info.site_lat_deg || !f->info.site_long_deg) continue;
        if (first == nullptr) first = &f->info;
        if (std::abs(*f->info.site_lat_deg - *first->site_lat_deg) > kSame_deg ||
            std::abs(*f->info.site_long_deg - *first->site_long_deg) > kSame_deg)
            return;
    }
    if (first == nullptr) return;
    facts.site_lat_deg = first->site_lat_deg;
    facts.site_long_deg = first->site_long_deg;
    facts.site_elev_m = first->site_elev_m;
}

double julian_day(UtcTime t) { return 2440587.5 + static_cast<double>(t.time_since_epoch().count()) / 86'400'000.0; }

void add_times(io::FitsCards& cards, const StackFacts& f) {
    if (!f.first_start) return;
    cards.text("DATE-OBS", iso_utc(*f.first_start), "UTC, start of the first exposure");
    cards.text("DATE-BEG", iso_utc(*f.first_start), "UTC");
    if (f.mean_time) {
        cards.text("DATE-AVG", iso_utc(*f.mean_time), "UTC, exposure-weighted middle");
        cards.number("MJD-AVG", julian_day(*f.mean_time) - 2400000.5, "[d]");
    }
    if (f.last_end) {
        cards.text("DATE-END", iso_utc(*f.last_end), "UTC, end of the last exposure");
        cards.number("EXPSTART", julian_day(*f.first_start), "[d] Julian day of the first start");
        cards.number("EXPEND", julian_day(*f.last_end), "[d] Julian day of the last end");
    }
}

void add_optional(io::FitsCards& cards, const char* key, const std::optional<double>& value, const char* comment) {
    if (value) cards.number(key, *value, comment);
}

void add_text(io::FitsCards& cards, const char* key, const std::string& value, const char* comment) {
    if (!value.empty()) cards.text(key, value, comment);
}

}  // namespace

StackFacts facts_of(std::span<const InputFrame> lights, const StackSummary& summary) {
    const auto frames = frames_that_count(lights, summary);
    StackFacts facts;
    facts.object = common_text(frames, &FrameInfo::object, "mixed");
    facts.camera = common_text(frames, &FrameInfo::camera, "mixed");
    facts.telescope = common_text(frames, &FrameInfo::telescope, "mixed");
    facts.filter = common_text(frames, &FrameInfo::filter, "mixed");
    facts.gain = mean(frames, &FrameInfo::gain);
    facts.temperature_c = mean(frames, &FrameInfo::temperature_c);
    facts.focal_length_mm = mean(frames, &FrameInfo::focal_length_mm);
    facts.pixel_size_um = mean(frames, &FrameInfo::pixel_size_um);
    if (!frames.empty()) {
        facts.binning = frames.front()->info.binning;
        facts.ra_deg = frames.front()->info.ra_deg;  // commanded, the same for all of a session
        facts.dec_deg = frames.front()->info.dec_deg;
    }
    take_exposures(facts, frames);
    take_times(facts, frames);
    take_site(facts, frames);
    return facts;
}

io::FitsCards stack_cards(const StackFacts& f, const StackSummary& s, const std::string& calstat,
                          const std::vector<std::string>& history, const std::optional<LinearScale>& scale) {
    io::FitsCards cards;
    cards.text("PROGRAM", kProgram);
    cards.text("IMAGETYP", "Light Frame", "stacked, see STACKCNT");
    add_text(cards, "OBJECT", f.object, "target");
    add_text(cards, "INSTRUME", f.camera, "camera");
    add_text(cards, "TELESCOP", f.telescope, "");
    add_text(cards, "FILTER", f.filter, "");
    if (f.exposure) cards.number("EXPTIME", f.exposure->count(), "[s] mean exposure of one sub");
    cards.number("LIVETIME", f.livetime_s, "[s] exposure in the stack");
    cards.number("XPOSURE", f.livetime_s, "[s] exposure in the stack");
    cards.integer("STACKCNT", static_cast<std::int64_t>(s.stacked), "subs in the stack");
    cards.integer("NCOMBINE", static_cast<std::int64_t>(s.stacked), "subs in the stack");
    cards.integer("STACKREJ", static_cast<std::int64_t>(s.rejected + s.failed), "subs left out");
    add_times(cards, f);
    add_optional(cards, "GAIN", f.gain, "camera steps");
    add_optional(cards, "CCD-TEMP", f.temperature_c, "[C] mean sensor temperature");
    if (f.binning) cards.integer("XBINNING", *f.binning).integer("YBINNING", *f.binning);
    add_optional(cards, "FOCALLEN", f.focal_length_mm, "[mm]");
    std::optional<double> pixel_um = f.pixel_size_um;
    if (pixel_um) *pixel_um /= s.canvas.scale;
    add_optional(cards, "XPIXSZ", pixel_um, "[um] of a pixel of this picture");
    add_optional(cards, "YPIXSZ", pixel_um, "[um] of a pixel of this picture");
    add_optional(cards, "RA", f.ra_deg, "[deg] J2000, as commanded");
    add_optional(cards, "DEC", f.dec_deg, "[deg] J2000, as commanded");
    add_optional(cards, "SITELAT", f.site_lat_deg, "[deg] north positive");
    add_optional(cards, "SITELONG", f.site_long_deg, "[deg] east positive");
    add_optional(cards, "SITEELEV", f.site_elev_m, "[m]");
    cards.text("ROWORDER", "TOP-DOWN", "first row is the top of the picture");
    if (scale) {
        cards.number("ADUZERO", scale->zero, "ADU = ADUZERO + ADUSTEP * stored number");
        cards.number("ADUSTEP", scale->step, "[adu] of the input frames");
        cards.number("DATAMAX", (s.white_adu - scale->zero) / scale->step, "white level found, as stored number");
    } else {
        cards.text("BUNIT", "adu", "units of the input frames");
        cards.number("DATAMAX", s.white_adu, "white level found in the input frames");
    }
    cards.text("CALSTAT", calstat, "applied: B bias, D dark, F flat");
    for (const std::string& line : history) cards.history(line);
    return cards;
}

}  // namespace nightstack::tools

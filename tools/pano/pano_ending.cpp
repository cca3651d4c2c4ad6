// SPDX-License-Identifier: MIT
#include "tools/pano/pano_ending.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>

#include "io/files/output_file.h"
#include "io/image_files/jpeg_writer.h"
#include "pipeline/core/printable.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/progress.h"
#include "tools/pano/pano_overlay.h"
#include "tools/pano/pano_page.h"
#include "tools/session/open_session.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kPageSide = 1600;  // pixels of a panorama in the page

std::string shown(const fs::path& path) { return printable(path.string()); }

void tell_tile(Talk& talk, const TileInput& t, const TileFate& fate) {
    Json event = {{"event", "tile"}, {"file", printable(t.file.filename().string())}};
    event["verdict"] = std::string(name(fate.verdict));
    event["reason"] = fate.reason;
    event["panorama"] = fate.panorama;
    talk.event(event.dump(-1, ' ', false, Json::error_handler_t::replace));
}

// What was done to floats beyond 0 to 1, for the report.
void add_float_notes(std::span<const MadePanorama> made, const GrowingPanorama& tiles,
                     std::vector<std::string>& notes) {
    for (const MadePanorama& m : made) {
        if (m.white == 1 || m.bits == 32) continue;
        char white[32];
        std::snprintf(white, sizeof white, "%.6g", static_cast<double>(m.white));
        notes.push_back(printable(m.image.filename().string()) + ": of the floats of the tiles " + white + " is white");
    }
    for (const TileInput& t : tiles.inputs()) {
        if (t.usable() && t.tile->info().range.cuts())
            notes.push_back(printable(t.file.filename().string()) +
                            ": values a million times larger than most are taken as no data");
    }
}

}  // namespace

PanoEnding::PanoEnding(const PanoCall& call) : call_(call), o_(call.options), names_(call.options) {
    names_.check();
    memory_ = take_memory(o_.memory);
}

int PanoEnding::finish(const GrowingPanorama& tiles, const std::vector<std::string>& notes) {
    tell_placement(tiles);
    std::vector<fs::path> files;
    for (const TileInput& t : tiles.inputs()) files.push_back(t.file);
    names_.check(files, tiles.placement().panoramas);
    make_pictures(tiles);
    write_reports(tiles, notes);
    return tell_done(tiles);
}

void PanoEnding::tell_placement(const GrowingPanorama& tiles) const {
    std::size_t k = 0;
    for (const TileInput& t : tiles.inputs()) {
        if (!t.usable()) continue;
        const TileFate& fate = tiles.placement().tiles[k++];
        if (fate.verdict == TileVerdict::left_out) call_.talk.warn(shown(t.file) + ": left out: " + fate.reason);
        if (fate.verdict == TileVerdict::weak) call_.talk.say("  " + shown(t.file) + ": weak: " + fate.reason);
        if (call_.talk.json()) tell_tile(call_.talk, t, fate);
    }
    if (tiles.placement().rows > 0)
        call_.talk.detail("grid of " + std::to_string(tiles.placement().rows) + " rows, " +
                          std::to_string(tiles.placement().columns) + " columns");
}

void PanoEnding::make_pictures(const GrowingPanorama& tiles) {
    phases_.begin("composing");
    for (int p = 0; p < tiles.placement().panoramas; ++p) {
        std::optional<Progress> progress;
        const PanoPictureCall call{o_, memory_, call_.runner, call_.stop, [&](int rows, int of) {
                                       if (!progress) progress.emplace(call_.talk, "composing", "rows", of);
                                       progress->step(rows);
                                   }};
        made_.push_back(make_panorama(tiles.usable(), tiles.placement(), p, names_.image(p), call));
    }
}

PanoReport PanoEnding::report(const GrowingPanorama& tiles, const std::vector<std::string>& notes) {
    PanoReport out;
    out.inputs = tiles.inputs();
    if (tiles.previews() > 0) out.preview = o_.preview;
    out.placement = &tiles.placement();
    out.panoramas = made_;
    out.notes = notes;
    for (const MadePanorama& m : made_) {
        if (m.canvas.other_kind)
            out.notes.push_back("a " + o_.projection + " picture cannot show this much; it is spherical");
        if (m.canvas.limited)
            out.notes.push_back(printable(m.image.filename().string()) + ": scaled to " +
                                std::to_string(m.canvas.scale) + ", for the format holds no larger picture");
    }
    add_float_notes(made_, tiles, out.notes);
    out.settings = call_.settings;
    out.run = run_figures(begin_, call_.runner);
    out.run.memory_mb = static_cast<double>(memory_) / (1 << 20);
    out.run.phases = phases_.times();
    return out;
}

// The pictures stand; what tells of them follows.
void PanoEnding::write_reports(const GrowingPanorama& tiles, const std::vector<std::string>& notes) {
    phases_.begin("reporting");
    if (o_.verify) {
        for (std::size_t i = 0; i < made_.size(); ++i)
            write_overlay(tiles.usable(), tiles.placement(), made_[i], names_.overlay(static_cast<int>(i)),
                          names_.overwrite(), call_.runner);
    }
    const PanoReport told = report(tiles, notes);
    for (const std::string& note : told.notes)
        if (std::find(notes.begin(), notes.end(), note) == notes.end()) call_.talk.say("  " + note);
    if (o_.html) {
        io::OutputFile page(names_.page(), names_.overwrite());
        page.append(pano_page(told, page_pictures(tiles), printable(o_.output.stem().string())));
        page.publish();
    }
    io::OutputFile file(names_.report(), names_.overwrite());
    file.append(pano_report_json(told));
    file.publish();
}

std::vector<PagePanorama> PanoEnding::page_pictures(const GrowingPanorama& tiles) const {
    std::vector<PagePanorama> out;
    for (const MadePanorama& made : made_) {
        PagePanorama p;
        const auto rgb = small_panorama(tiles.usable(), made, kPageSide, call_.runner, p.width, p.height, p.projection);
        p.jpeg = io::jpeg_bytes(p.width, p.height, rgb, 85);
        out.push_back(std::move(p));
    }
    return out;
}

int PanoEnding::tell_done(const GrowingPanorama& tiles) const {
    const PanoCounts c = counts_of(tiles.inputs(), tiles.placement());
    Json event = {{"event", "done"}, {"products", Json::array()}};
    for (const MadePanorama& m : made_) {
        call_.talk.say(shown(m.image) + ": " + std::to_string(m.tiles.size()) + " tiles, " +
                       std::to_string(m.crop.width) + " x " + std::to_string(m.crop.height) + " pixels, " +
                       std::string(name(m.canvas.projection.kind)));
        event["products"].push_back(shown(m.image));
        if (!call_.talk.json()) call_.talk.result(m.image.string() + "\n");
    }
    event["products"].push_back(shown(names_.report()));
    event["counts"] = {
        {"in", c.in}, {"placed", c.placed}, {"weak", c.weak}, {"left_out", c.left_out}, {"failed", c.failed}};
    call_.talk.event(event.dump());
    if (made_.empty()) {
        call_.talk.warn(c.in - c.failed < 2 ? "there is nothing to join: a panorama takes two tiles"
                                            : "no two of the tiles have anything in common");
        return kNoUsableFrame;
    }
    return c.left_out + c.failed > 0 ? kSomeInputsFailed : kDone;
}

}  // namespace nightstack::tools

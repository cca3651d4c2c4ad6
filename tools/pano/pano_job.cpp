// SPDX-License-Identifier: MIT
#include "tools/pano/pano_job.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "io/files/output_file.h"
#include "io/image_files/jpeg_writer.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/progress.h"
#include "tools/pano/pano_overlay.h"
#include "tools/pano/pano_page.h"
#include "tools/pano/pano_report.h"
#include "tools/pano/result_names.h"
#include "tools/pano/tile_files.h"
#include "tools/session/open_session.h"
#include "tools/session/run_figures.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr int kPreviewSide = 1280;
constexpr int kPageSide = 1600;  // pixels of a panorama in the page

std::string shown(const fs::path& path) { return printable(path.string()); }

class PanoJob {
public:
    PanoJob(const PanoOptions& options, const std::vector<Setting>& settings, Runner& runner, Talk& talk,
            const std::stop_token& stop)
        : o_(options),
          settings_(settings),
          runner_(runner),
          talk_(talk),
          stop_(stop),
          names_(options),
          opener_(options.fov_deg) {}

    int run() {
        names_.check();
        memory_ = take_memory(o_.memory);
        TileFiles found = find_tiles(o_.inputs);
        for (const std::string& note : found.notes) talk_.detail(note);
        if (found.files.empty()) throw OptionError("no pictures there (.jpg .png .tif)");
        names_.check(found.files, 1);
        if (o_.preview.empty()) {
            phases_.begin("opening");
            take(found.files);
            phases_.begin("placing");
            talk_.say("placing " + tiles_text(usable().size()));
            place();
        } else {
            for (const fs::path& file : found.files) grow(file);
        }
        tell_placement();
        names_.check(found.files, placement_.panoramas);
        make_pictures();
        write_reports(found.notes);
        return tell_done();
    }

private:
    static std::string tiles_text(std::size_t n) { return std::to_string(n) + (n == 1 ? " tile" : " tiles"); }

    // Opens files and looks for what they have in common with the tiles before.
    void take(std::span<const fs::path> files) {
        std::vector<PanoramaTile> tiles;
        for (TileInput& t : opener_.open(files, runner_, stop_)) {
            if (!t.usable()) talk_.warn(shown(t.file) + ": " + (t.copy ? "left out: " : "") + printable(t.problem));
            if (t.usable()) tiles.push_back(t.as_panorama_tile(t.file.stem().string()));
            inputs_.push_back(std::move(t));
        }
        placing_.add(std::move(tiles), runner_);
    }

    void place() {
        if (stop_.stop_requested()) throw Interrupted();
        placement_ = placing_.solve(runner_);
    }

    // One more tile, and what the panorama looks like with it.
    void grow(const fs::path& file) {
        phases_.begin("growing");
        take(std::span(&file, 1));
        if (!inputs_.back().usable()) return;
        place();
        if (placement_.panoramas == 0) return;
        const MadePanorama made = planned_panorama(usable(), placement_, 0, o_, 0, runner_);
        PagePanorama p;
        const auto rgb = small_panorama(usable(), made, kPreviewSide, runner_, p.width, p.height, p.projection);
        write_rgb(o_.preview, p.width, p.height, rgb, io::Overwrite::yes, runner_);
        talk_.detail("preview of " + tiles_text(made.tiles.size()));
        const Json event = {{"event", "preview"}, {"rev", ++rev_}, {"tiles", made.tiles.size()}};
        talk_.event(event.dump());
    }

    void tell_placement() const {
        std::size_t k = 0;
        for (const TileInput& t : inputs_) {
            if (!t.usable()) continue;
            const TileFate& fate = placement_.tiles[k++];
            if (fate.verdict == TileVerdict::left_out) talk_.warn(shown(t.file) + ": left out: " + fate.reason);
            if (fate.verdict == TileVerdict::weak) talk_.say("  " + shown(t.file) + ": weak: " + fate.reason);
            if (talk_.json()) tell_tile(t, fate);
        }
        if (placement_.rows > 0)
            talk_.detail("grid of " + std::to_string(placement_.rows) + " rows, " + std::to_string(placement_.columns) +
                         " columns");
    }

    void tell_tile(const TileInput& t, const TileFate& fate) const {
        Json event = {{"event", "tile"}, {"file", printable(t.file.filename().string())}};
        event["verdict"] = std::string(name(fate.verdict));
        event["reason"] = fate.reason;
        event["panorama"] = fate.panorama;
        talk_.event(event.dump(-1, ' ', false, Json::error_handler_t::replace));
    }

    void make_pictures() {
        phases_.begin("composing");
        for (int p = 0; p < placement_.panoramas; ++p) {
            std::optional<Progress> progress;
            const PanoPictureCall call{o_, memory_, runner_, stop_, [&](int rows, int of) {
                                           if (!progress) progress.emplace(talk_, "composing", "rows", of);
                                           progress->step(rows);
                                       }};
            made_.push_back(make_panorama(usable(), placement_, p, names_.image(p), call));
        }
    }

    std::vector<const TileInput*> usable() const {
        std::vector<const TileInput*> out;
        for (const TileInput& t : inputs_)
            if (t.usable()) out.push_back(&t);
        return out;
    }

    PanoReport report(const std::vector<std::string>& notes) {
        PanoReport out;
        out.inputs = inputs_;
        if (rev_ > 0) out.preview = o_.preview;
        out.placement = &placement_;
        out.panoramas = made_;
        out.notes = notes;
        for (const MadePanorama& m : made_) {
            if (m.canvas.other_kind)
                out.notes.push_back("a " + o_.projection + " picture cannot show this much; it is spherical");
            if (m.canvas.limited)
                out.notes.push_back(printable(m.image.filename().string()) + ": scaled to " +
                                    std::to_string(m.canvas.scale) + ", for the format holds no larger picture");
        }
        out.settings = settings_;
        out.run = run_figures(begin_, runner_);
        out.run.memory_mb = static_cast<double>(memory_) / (1 << 20);
        out.run.phases = phases_.times();
        return out;
    }

    // The pictures stand; what tells of them follows.
    void write_reports(const std::vector<std::string>& notes) {
        phases_.begin("reporting");
        if (o_.verify) {
            for (std::size_t i = 0; i < made_.size(); ++i)
                write_overlay(usable(), placement_, made_[i], names_.overlay(static_cast<int>(i)), names_.overwrite(),
                              runner_);
        }
        const PanoReport told = report(notes);
        for (const std::string& note : told.notes)
            if (std::find(notes.begin(), notes.end(), note) == notes.end()) talk_.say("  " + note);
        if (o_.html) {
            io::OutputFile page(names_.page(), names_.overwrite());
            page.append(pano_page(told, page_pictures(), printable(o_.output.stem().string())));
            page.publish();
        }
        io::OutputFile file(names_.report(), names_.overwrite());
        file.append(pano_report_json(told));
        file.publish();
    }

    std::vector<PagePanorama> page_pictures() const {
        std::vector<PagePanorama> out;
        for (const MadePanorama& made : made_) {
            PagePanorama p;
            const auto rgb = small_panorama(usable(), made, kPageSide, runner_, p.width, p.height, p.projection);
            p.jpeg = io::jpeg_bytes(p.width, p.height, rgb, 85);
            out.push_back(std::move(p));
        }
        return out;
    }

    int tell_done() const {
        const PanoCounts c = counts_of(inputs_, placement_);
        Json event = {{"event", "done"}, {"products", Json::array()}};
        for (const MadePanorama& m : made_) {
            talk_.say(shown(m.image) + ": " + std::to_string(m.tiles.size()) + " tiles, " +
                      std::to_string(m.crop.width) + " x " + std::to_string(m.crop.height) + " pixels, " +
                      std::string(name(m.canvas.projection.kind)));
            event["products"].push_back(shown(m.image));
            if (!talk_.json()) talk_.result(m.image.string() + "\n");
        }
        event["products"].push_back(shown(names_.report()));
        event["counts"] = {
            {"in", c.in}, {"placed", c.placed}, {"weak", c.weak}, {"left_out", c.left_out}, {"failed", c.failed}};
        talk_.event(event.dump());
        if (made_.empty()) {
            talk_.warn(c.in - c.failed < 2 ? "there is nothing to join: a panorama takes two tiles"
                                           : "no two of the tiles have anything in common");
            return kNoUsableFrame;
        }
        return c.left_out + c.failed > 0 ? kSomeInputsFailed : kDone;
    }

    const PanoOptions& o_;
    const std::vector<Setting>& settings_;
    Runner& runner_;
    Talk& talk_;
    const std::stop_token& stop_;
    const Clock::time_point begin_ = Clock::now();
    PhaseTimes phases_;
    std::size_t memory_ = 0;
    const ResultNames names_;
    TileOpener opener_;
    PanoramaPlacing placing_;
    std::vector<TileInput> inputs_;
    int rev_ = 0;  // of the preview
    PanoramaPlacement placement_;
    std::vector<MadePanorama> made_;
};

}  // namespace

int run_pano(const PanoOptions& options, const std::vector<Setting>& settings, Runner& runner, Talk& talk,
             const std::stop_token& stop) {
    return PanoJob(options, settings, runner, talk, stop).run();
}

}  // namespace nightstack::tools

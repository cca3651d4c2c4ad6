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
#include "tools/pano/picture_file.h"
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

// pano.jpg, pano-2.jpg ...
fs::path numbered(const fs::path& path, int number) {
    if (number == 0) return path;
    return path.parent_path() / (path.stem().string() + "-" + std::to_string(number + 1) + path.extension().string());
}

fs::path beside(const fs::path& path, const std::string& ending) {
    return path.parent_path() / (path.stem().string() + ending);
}

class PanoJob {
public:
    PanoJob(const PanoOptions& options, const std::vector<Setting>& settings, Runner& runner, Talk& talk,
            const std::stop_token& stop)
        : o_(options), settings_(settings), runner_(runner), talk_(talk), stop_(stop), opener_(options.fov_deg) {}

    int run() {
        check();
        memory_ = take_memory(o_.memory);
        TileFiles found = find_tiles(o_.inputs);
        for (const std::string& note : found.notes) talk_.detail(note);
        if (found.files.empty()) throw OptionError("no pictures there (.jpg .png .tif)");
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
        make_pictures();
        write_reports(found.notes);
        return tell_done();
    }

private:
    // What can be told before any work is.
    void check() const {
        if (!picture_kind(o_.output))
            throw OptionError("-o " + shown(o_.output) + ": a name ending in .jpg, .png, .tif or .dzi expected");
        std::error_code error;
        const fs::path folder = o_.output.parent_path().empty() ? fs::path(".") : o_.output.parent_path();
        if (!fs::is_directory(folder, error)) throw IoError("-o " + shown(o_.output) + ": no folder " + shown(folder));
        if (!o_.preview.empty() && o_.preview.extension() != ".png")
            throw OptionError("--preview " + shown(o_.preview) + ": a name ending in .png expected");
        if (o_.force) return;
        io::refuse_existing_output(o_.output);
        io::refuse_existing_output(beside(o_.output, ".json"));
        if (o_.html) io::refuse_existing_output(beside(o_.output, ".html"));
        if (o_.verify) io::refuse_existing_output(beside(o_.output, "-verify.png"));
    }

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
        event["verdict"] = fate.verdict == TileVerdict::placed ? "placed"
                           : fate.verdict == TileVerdict::weak ? "weak"
                                                               : "left_out";
        event["reason"] = fate.reason;
        event["panorama"] = fate.panorama;
        talk_.event(event.dump(-1, ' ', false, Json::error_handler_t::replace));
    }

    void make_pictures() {
        phases_.begin("composing");
        for (int p = 0; p < placement_.panoramas; ++p) {
            const fs::path image = numbered(o_.output, p);
            if (p > 0 && !o_.force) io::refuse_existing_output(image);
            std::optional<Progress> progress;
            const PanoPictureCall call{o_, memory_, runner_, stop_, [&](int rows, int of) {
                                           if (!progress) progress.emplace(talk_, "composing", "rows", of);
                                           progress->step(rows);
                                       }};
            made_.push_back(make_panorama(usable(), placement_, p, image, call));
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
        out.placement = &placement_;
        out.panoramas = made_;
        out.notes = notes;
        for (const MadePanorama& m : made_) {
            if (m.canvas.other_kind)
                out.notes.push_back("a " + o_.projection + " picture cannot show this much; it is spherical");
            if (m.canvas.scale < o_.scale * 0.999)
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
        const io::Overwrite overwrite = o_.force ? io::Overwrite::yes : io::Overwrite::no;
        if (o_.verify) {
            for (std::size_t i = 0; i < made_.size(); ++i)
                write_overlay(usable(), placement_, made_[i], beside(made_[i].image, "-verify.png"), overwrite,
                              runner_);
        }
        const PanoReport told = report(notes);
        for (const std::string& note : told.notes)
            if (std::find(notes.begin(), notes.end(), note) == notes.end()) talk_.say("  " + note);
        if (o_.html) {
            io::OutputFile page(beside(o_.output, ".html"), overwrite);
            page.append(pano_page(told, page_pictures(), printable(o_.output.stem().string())));
            page.publish();
        }
        io::OutputFile file(beside(o_.output, ".json"), overwrite);
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
        event["products"].push_back(shown(beside(o_.output, ".json")));
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

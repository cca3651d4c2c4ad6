// SPDX-License-Identifier: MIT
#include "tools/pano/growing_panorama.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <utility>

#include "pipeline/core/counted.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/pano/pano_overlay.h"
#include "tools/pano/pano_page.h"
#include "tools/pano/pano_picture.h"
#include "tools/pano/tile_files.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;

constexpr int kPreviewSide = 1280;

}  // namespace

GrowingPanorama::GrowingPanorama(const PanoOptions& options, Runner& runner, Talk& talk, const std::stop_token& stop)
    : o_(options), runner_(runner), talk_(talk), stop_(stop), opener_(options.fov_deg) {}

void GrowingPanorama::take(std::span<const fs::path> files) {
    std::vector<PanoramaTile> tiles;
    for (TileInput& t : opener_.open(files, runner_, stop_)) {
        if (!t.usable())
            talk_.warn(printable(t.file.string()) + ": " + (t.copy ? "left out: " : "") + printable(t.problem));
        if (t.usable()) tiles.push_back(t.as_panorama_tile(t.file.stem().string()));
        inputs_.push_back(std::move(t));
    }
    placing_.add(std::move(tiles), runner_);
}

void GrowingPanorama::place() {
    if (stop_.stop_requested()) throw Interrupted();
    placement_ = placing_.solve(runner_);
}

void GrowingPanorama::grow(const fs::path& file) {
    const bool known = std::ranges::any_of(inputs_, [&](const TileInput& t) { return t.file == file; });
    if (known) {  // it has changed since; what was found with it cannot be taken back one by one
        anew_ = true;
        return;
    }
    take(std::span(&file, 1));
    if (!inputs_.back().usable()) {
        anew_ = anew_ || inputs_.back().copy;  // which of the two is the copy, names decide
        return;
    }
    if (o_.preview.empty()) return;
    behind_ = true;
    if (Clock::now() - shown_at_ < show_took_) return;
    const Clock::time_point begin = Clock::now();
    place();
    show();
    shown_at_ = Clock::now();
    show_took_ = shown_at_ - begin;
}

void GrowingPanorama::show() {
    behind_ = false;
    if (placement_.panoramas == 0) return;
    const MadePanorama made = planned_panorama(usable(), placement_, 0, o_, 0, runner_);
    PagePanorama p;
    const auto rgb = small_panorama(usable(), made, kPreviewSide, runner_, p.width, p.height, p.projection);
    write_rgb(o_.preview, p.width, p.height, rgb, io::Overwrite::yes, runner_);
    talk_.detail("preview of " + counted(made.tiles.size(), "tile", "tiles"));
    const nlohmann::ordered_json event = {{"event", "preview"}, {"rev", ++previews_}, {"tiles", made.tiles.size()}};
    talk_.event(event.dump());
}

void GrowingPanorama::begin_anew() {
    std::vector<fs::path> files;
    for (const TileInput& t : inputs_) files.push_back(t.file);
    std::ranges::stable_sort(files, earlier_tile);
    placing_ = {};
    inputs_.clear();
    opener_ = TileOpener(o_.fov_deg);
    anew_ = false;
    take(files);
}

void GrowingPanorama::finish() {
    if (anew_) {
        begin_anew();
        place();
    } else {
        place();
        order_by_name();
    }
    if (behind_) show();
}

// The fates of those that could be read, and the numbers in the links, go with them.
void GrowingPanorama::order_by_name() {
    std::vector<std::size_t> order(inputs_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(
        order, [&](std::size_t a, std::size_t b) { return earlier_tile(inputs_[a].file, inputs_[b].file); });
    std::vector<std::size_t> fate(inputs_.size());
    std::size_t k = 0;
    for (std::size_t i = 0; i < inputs_.size(); ++i)
        if (inputs_[i].usable()) fate[i] = k++;
    std::vector<TileInput> inputs;
    std::vector<TileFate> fates;
    std::vector<int> now(placement_.tiles.size());
    for (const std::size_t i : order) {
        if (inputs_[i].usable()) {
            now[fate[i]] = static_cast<int>(fates.size());
            fates.push_back(std::move(placement_.tiles[fate[i]]));
        }
        inputs.push_back(std::move(inputs_[i]));
    }
    inputs_ = std::move(inputs);
    placement_.tiles = std::move(fates);
    for (PanoramaLink& l : placement_.links) {
        l.link.a = now[static_cast<std::size_t>(l.link.a)];
        l.link.b = now[static_cast<std::size_t>(l.link.b)];
    }
}

std::vector<const TileInput*> GrowingPanorama::usable() const {
    std::vector<const TileInput*> out;
    for (const TileInput& t : inputs_)
        if (t.usable()) out.push_back(&t);
    return out;
}

}  // namespace nightstack::tools

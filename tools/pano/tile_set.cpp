// SPDX-License-Identifier: MIT
#include "tools/pano/tile_set.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <numbers>

#include "io/files/file.h"
#include "io/tiles/reduced.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/session/file_hash.h"
#include "tools/session/scratch.h"

namespace nightstack::tools {
namespace {

constexpr double kGreyPixels = 800'000;  // at most, of the small picture registration works on
constexpr int kMostGreyBy = 8, kGuessedBy = 2;

int grey_by_for(int width, int height) {
    int by = 1;
    while (by<kMostGreyBy&& static_cast<double>(width) * height> kGreyPixels * by * by) by *= 2;
    return by;
}

double told_f(const io::TileInfo& info, double fov_deg) {
    if (fov_deg > 0) return std::max(info.width, info.height) / 2.0 / std::tan(fov_deg * std::numbers::pi / 360);
    return io::focal_px(info.exif, info.width, info.height).value_or(0);
}

// What is wrong with a file, without its name, which stands before it everywhere.
std::string problem_of(const std::filesystem::path& file, const std::exception& e) {
    const std::string what = e.what();
    for (const std::string& name : {file.string(), printable(file.string())})
        if (what.starts_with(name + ": ")) return what.substr(name.size() + 2);
    return what;
}

void open_one(TileInput& t, int guessed_by, double fov_deg, const std::stop_token& stop) {
    try {
        FileHash hash(t.file, stop);
        t.tile = io::open_tile(t.file, scratch(), {guessed_by, kLightBy}, &t.small);
        t.sha256 = hash.get();
        const io::TileInfo& info = t.tile->info();
        const int by = grey_by_for(info.width, info.height);
        if (by != guessed_by) {
            SerialRunner serial;
            t.small.gray = io::reduced_gray(*t.tile, by, serial);
        }
        while ((1 << t.grey_level) < by) ++t.grey_level;
        t.told_f_px = told_f(info, fov_deg);
    } catch (const Interrupted&) {
        throw;
    } catch (const IoError& e) {
        if (e.disk_full()) throw;  // of the scratch store: costs more than this file
        t.tile.reset();
        t.problem = problem_of(t.file, e);
    } catch (const Error& e) {
        t.tile.reset();
        t.problem = problem_of(t.file, e);
    }
}

}  // namespace

PanoramaTile TileInput::as_panorama_tile(const std::string& stem) const {
    PanoramaTile out;
    out.stem = stem;
    out.told_f_px = told_f_px;
    out.grey.width = tile->info().width;
    out.grey.height = tile->info().height;
    out.grey.level = grey_level;
    out.grey.reduced = small.gray.view();
    out.grey.read = [t = tile.get()](const Rect& region, ImageView<std::uint8_t> to) { t->read_gray(region, to); };
    return out;
}

ReducedTile TileInput::reduced_light() const {
    ReducedTile out;
    for (std::size_t i = 0; i < out.planes.size(); ++i)
        out.planes[i] = small.light[std::min(i, small.light.size() - 1)].view();
    out.scale = kLightBy;
    out.unit = tile->info().range.unit;
    return out;
}

std::vector<TileInput> TileOpener::open(std::span<const std::filesystem::path> files, Runner& runner,
                                        const std::stop_token& stop) {
    std::vector<TileInput> out(files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
        out[i].file = files[i];
        std::error_code error;
        const auto bytes = std::filesystem::file_size(files[i], error);
        out[i].bytes = error ? 0 : bytes;
    }
    // Most tiles are of one size: what suits the first is made of the others while their rows pass by.
    std::size_t first = 0;
    for (; first < out.size() && grey_by_ == 0; ++first) {
        open_one(out[first], kGuessedBy, fov_deg_, stop);
        if (out[first].usable()) grey_by_ = 1 << out[first].grey_level;
    }
    runner.run(static_cast<int>(out.size() - first), 1, [&](int begin, int end) {
        for (int i = begin; i < end; ++i) {
            if (stop.stop_requested()) throw Interrupted();
            open_one(out[first + static_cast<std::size_t>(i)], grey_by_, fov_deg_, stop);
        }
    });
    mark_copies(out);
    return out;
}

void TileOpener::mark_copies(std::vector<TileInput>& tiles) {
    for (TileInput& t : tiles) {
        if (!t.usable()) continue;
        const auto [it, fresh] = known_.try_emplace(t.sha256, t.file.filename().string());
        if (fresh) continue;
        t.tile.reset();
        t.copy = true;
        t.problem = "a copy of " + printable(it->second);
    }
}

}  // namespace nightstack::tools

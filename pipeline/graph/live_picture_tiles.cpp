// SPDX-License-Identifier: MIT
#include "pipeline/graph/live_picture_tiles.h"

#include <array>
#include <mutex>
#include <vector>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

// Each lies in one tile of the stack.
std::vector<Rect> pieces(const Rect& shown) {
    const Rect tiles = tiles_of(shown);
    std::vector<Rect> out;
    for (int row = tiles.y; row < tiles.bottom(); ++row)
        for (int column = tiles.x; column < tiles.right(); ++column)
            out.push_back(intersected(tile_pixels(row, column), shown));
    return out;
}

// Whole numbers, so that they add up to the same in any order.
struct Counts {
    double samples = 0, low = 0, high = 0, pixels = 0, flagged = 0;
    Counts& operator+=(const Counts& other) {
        samples += other.samples;
        low += other.low;
        high += other.high;
        pixels += other.pixels;
        flagged += other.flagged;
        return *this;
    }
};

Counts counted(const LivePicture::Plane& plane) {
    Counts sums;
    for (int y = 0; y < plane.coverage.height(); ++y) {
        for (int x = 0; x < plane.coverage.width(); ++x) {
            sums.samples += plane.coverage.view()(x, y);
            sums.low += plane.low.view()(x, y);
            sums.high += plane.high.view()(x, y);
            sums.pixels += plane.coverage.view()(x, y) > 0 ? 1 : 0;
            sums.flagged += plane.flag.view()(x, y);
        }
    }
    return sums;
}

void take_counts(StackSummary& summary, const std::array<Counts, 3>& counts) {
    summary.flagged_percent.emplace();
    for (std::size_t p = 0; p < static_cast<std::size_t>(summary.planes); ++p) {
        if (counts[p].samples == 0) continue;
        summary.low_percent[p] = 100 * counts[p].low / counts[p].samples;
        summary.high_percent[p] = 100 * counts[p].high / counts[p].samples;
        (*summary.flagged_percent)[p] = 100 * counts[p].flagged / counts[p].pixels;
    }
}

}  // namespace

int count_live_pieces(const Rect& shown) {
    const Rect tiles = tiles_of(shown);
    return tiles.width * tiles.height;
}

void put_live_picture(const LiveStack& stack, const Rect& shown, StackSummary& summary,
                      const std::function<void(const StackTile&)>& put, Runner& runner,
                      const std::function<void()>& done, const std::stop_token& stop,
                      const std::function<void(LivePicture&)>& convert) {
    const std::vector<Rect> all = pieces(shown);
    std::array<Counts, 3> total;
    std::mutex total_mutex;
    const auto put_piece = [&](const Rect& piece) {
        SerialRunner serial;  // pieces are the unit of parallel work
        LivePicture picture = stack.snapshot(piece, serial);
        if (convert) convert(picture);
        const Rect tile{piece.x - shown.x, piece.y - shown.y, piece.width, piece.height};
        for (std::size_t p = 0; p < picture.planes.size(); ++p) {
            const LivePicture::Plane& plane = picture.planes[p];
            put({tile, static_cast<int>(p), plane.value.view(), plane.variance.view(), plane.coverage.view(),
                 plane.low.view(), plane.high.view(), plane.flag.view()});
            const Counts mine = counted(plane);
            const std::lock_guard lock(total_mutex);
            total[p] += mine;
        }
    };
    runner.run(static_cast<int>(all.size()), 1, [&](int begin, int end) {
        for (int i = begin; i < end; ++i) {
            if (stop.stop_requested()) throw Interrupted();
            put_piece(all[static_cast<std::size_t>(i)]);
            if (done) done();
        }
    });
    take_counts(summary, total);
}

}  // namespace nightstack

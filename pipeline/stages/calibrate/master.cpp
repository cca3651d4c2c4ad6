// SPDX-License-Identifier: MIT
#include "pipeline/stages/calibrate/master.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <mutex>
#include <string>
#include <vector>

#include "pipeline/core/aligned_memory.h"
#include "pipeline/core/error.h"
#include "pipeline/core/pool.h"
#include "pipeline/stages/calibrate/master_rows.h"
#include "pipeline/stages/calibrate/median_search.h"

namespace nightstack {
namespace {

using Levels = std::array<double, 3>;

std::size_t colour_index(const std::optional<CfaPattern>& cfa, int x, int y) {
    return cfa ? static_cast<std::size_t>(colour_at(*cfa, x, y)) : 0;
}

void add_rows(std::array<MedianSearch, 3>& searches, ImageView<const float> rows, int y0,
              const std::optional<CfaPattern>& cfa) {
    for (int y = 0; y < rows.height(); ++y) {
        MedianSearch* by_column[2] = {&searches[colour_index(cfa, 0, y0 + y)], &searches[colour_index(cfa, 1, y0 + y)]};
        const float* row = rows.row_data(y);
        for (int x = 0; x < rows.width(); ++x) by_column[x & 1]->add(row[x]);
    }
}

Levels medians(const std::array<MedianSearch, 3>& searches) {
    return {searches[0].median(), searches[1].median(), searches[2].median()};
}

// One pass over the whole image; counts add up to the same in any order.
void add_image(std::array<MedianSearch, 3>& searches, ImageView<const float> image,
               const std::optional<CfaPattern>& cfa, Runner& runner) {
    const std::array<MedianSearch, 3> begun = searches;
    const int piece = (image.height() + runner.threads() - 1) / std::max(1, runner.threads());
    std::mutex mutex;
    runner.run(image.height(), piece, [&](int begin, int end) {
        std::array<MedianSearch, 3> mine = begun;
        add_rows(mine, image.cropped({0, begin, image.width(), end - begin}), begin, cfa);
        const std::lock_guard lock(mutex);
        for (std::size_t c = 0; c < 3; ++c) searches[c].take(mine[c]);
    });
}

Levels medians_of(ImageView<const float> image, const std::optional<CfaPattern>& cfa, Runner& runner) {
    std::array<MedianSearch, 3> searches;
    add_image(searches, image, cfa, runner);
    for (MedianSearch& search : searches) search.next_pass();
    add_image(searches, image, cfa, runner);
    return medians(searches);
}

// Rows of all frames, read and combined by one thread while they are in its cache.
struct Band {
    std::vector<Image<float>> held;
    std::vector<FrameTile> tiles;
    AlignedMemory scratch;
};

class MasterBuilder {
public:
    MasterBuilder(ImageView<float> master, int frames, const ReadRows& read, ImageView<const float> flat_offset,
                  const MasterOptions& options, Runner& runner)
        : master_(master), frames_(frames), read_(read), offset_(flat_offset), options_(options), runner_(runner) {}

    MasterReport build() {
        report_.frames = frames_;
        if (is_flat()) find_flat_levels();
        combine_bands();
        if (is_flat()) finish_flat();
        return report_;
    }

private:
    bool is_flat() const { return options_.kind == MasterKind::flat; }

    // Of a band that each thread holds. Small enough for a cache, but not in crumbs to read.
    int rows_per_band(std::size_t frames_held) const {
        constexpr std::size_t kCacheBytes = std::size_t{2} << 20;
        constexpr std::size_t kLeastRows = 8;
        const std::size_t row_bytes = sizeof(float) * static_cast<std::size_t>(master_.width() + 16) * frames_held;
        const std::size_t allowed =
            options_.band_bytes / static_cast<std::size_t>(std::max(1, runner_.threads())) / row_bytes;
        const std::size_t rows = std::min(allowed, std::max(kLeastRows, kCacheBytes / row_bytes));
        return static_cast<int>(std::clamp<std::size_t>(rows, 1, static_cast<std::size_t>(master_.height())));
    }

    // A flat's rows as it counts: without its offset.
    void read_rows(int frame, const Rect& rows, ImageView<float> out) const {
        read_(frame, rows, out);
        if (!is_flat() || offset_.empty()) return;
        for (int y = 0; y < out.height(); ++y) {
            float* row = out.row_data(y);
            const float* offset = offset_.row_data(rows.y + y);
            for (int x = 0; x < out.width(); ++x) row[x] -= offset[x];
        }
    }

    void find_flat_levels() {
        levels_.resize(static_cast<std::size_t>(frames_));
        const int band = rows_per_band(1);
        Pool<Image<float>> buffers;
        runner_.run(frames_, 1, [&](int begin, int end) {
            const auto buffer = buffers.borrow();
            for (int frame = begin; frame < end; ++frame) {
                std::array<MedianSearch, 3> searches;
                add_frame(searches, frame, band, *buffer);
                for (MedianSearch& search : searches) search.next_pass();
                add_frame(searches, frame, band, *buffer);
                levels_[static_cast<std::size_t>(frame)] = medians(searches);
            }
        });
        for (int frame = 0; frame < frames_; ++frame) check_level(frame);
    }
    void add_frame(std::array<MedianSearch, 3>& searches, int frame, int band, Image<float>& buffer) const {
        for (int y = 0; y < master_.height(); y += band) {
            const Rect rows{0, y, master_.width(), std::min(band, master_.height() - y)};
            buffer.reshape(rows.width, rows.height);
            read_rows(frame, rows, buffer.view());
            add_rows(searches, buffer.view(), y, options_.cfa);
        }
    }
    void check_level(int frame) {
        const Levels& level = levels_[static_cast<std::size_t>(frame)];
        for (std::size_t c = 0; c < (options_.cfa ? 3U : 1U); ++c) {
            if (!(level[c] > 0)) {
                const std::string who =
                    options_.frame_name ? options_.frame_name(frame) : "flat frame " + std::to_string(frame);
                throw OptionError(who + ": median " + std::to_string(level[c]) +
                                  " ADU above its offset, there is no light in it");
            }
            report_.level[c] += level[c] / frames_;
        }
    }

    void combine_bands() {
        row_reports_.resize(static_cast<std::size_t>(master_.height()));
        const int rows = rows_per_band(static_cast<std::size_t>(frames_));
        Pool<Band> bands;
        runner_.run((master_.height() + rows - 1) / rows, 1, [&](int begin, int end) {
            const auto band = bands.borrow();
            for (int i = begin; i < end; ++i) {
                const int y = i * rows;
                combine_band(*band, {0, y, master_.width(), std::min(rows, master_.height() - y)});
            }
        });
        add_up_reports();
    }
    void combine_band(Band& band, const Rect& rows) {
        band.held.resize(static_cast<std::size_t>(frames_));
        band.tiles.resize(band.held.size());
        const std::size_t scratch = master_scratch_bytes(frames_);
        if (band.scratch.size() < scratch) band.scratch = AlignedMemory(scratch);
        for (int frame = 0; frame < frames_; ++frame) {
            Image<float>& image = band.held[static_cast<std::size_t>(frame)];
            image.reshape(rows.width, rows.height);
            read_rows(frame, rows, image.view());
            if (is_flat()) scale_flat(frame, rows.y, image.view());
            band.tiles[static_cast<std::size_t>(frame)].samples = image.cview();
        }
        MasterRow row;
        row.frames = band.tiles.data();
        row.frame_count = frames_;
        row.width = rows.width;
        row.kappa_low = static_cast<float>(options_.kappa_low);
        row.kappa_high = static_cast<float>(options_.kappa_high);
        row.empty = is_flat() ? std::numeric_limits<float>::quiet_NaN() : 0.0F;  // a flat's becomes 1 at the end
        row.scratch = static_cast<float*>(band.scratch.data());
        for (row.y = 0; row.y < rows.height; ++row.y) {
            row.out = master_.row_data(rows.y + row.y);
            row_reports_[static_cast<std::size_t>(rows.y + row.y)] = combine_master_row(row);
        }
    }
    void add_up_reports() {
        MasterRowReport sum;
        for (const MasterRowReport& row : row_reports_) {
            sum.samples += row.samples;
            sum.rejected += row.rejected;
            sum.error_sum += row.error_sum;
            report_.empty_pixels += row.empty;
        }
        const double pixels = double(master_.width()) * double(master_.height());
        report_.noise = sum.error_sum / pixels;
        if (sum.samples > 0) report_.rejected_share = double(sum.rejected) / double(sum.samples);
    }
    void scale_flat(int frame, int y0, ImageView<float> rows) const {
        const Levels& level = levels_[static_cast<std::size_t>(frame)];
        for (int y = 0; y < rows.height(); ++y) {
            float factor[2];
            for (int x = 0; x < 2; ++x)
                factor[x] = static_cast<float>(1 / level[colour_index(options_.cfa, x, y0 + y)]);
            float* row = rows.row_data(y);
            for (int x = 0; x < rows.width(); ++x) row[x] *= factor[x & 1];
        }
    }

    // The median of a median-scaled stack is near 1, not 1: made so per colour.
    void finish_flat() {
        const Levels level = medians_of(master_, options_.cfa, runner_);
        std::atomic<std::int64_t> guarded{0};
        parallel_rows(runner_, master_.height(), [&](int y) { guarded += finish_flat_row(y, level); });
        report_.guarded_pixels = guarded;
    }
    int finish_flat_row(int y, const Levels& level) {
        int guarded = 0;
        float* row = master_.row_data(y);
        for (int x = 0; x < master_.width(); ++x) {
            const double divisor = level[colour_index(options_.cfa, x, y)];
            const float value = static_cast<float>(row[x] / divisor);
            const bool empty = std::isnan(row[x]);
            const bool usable = divisor > 0 && value >= kFlatFloor && std::isfinite(value);
            row[x] = usable ? value : 1;
            guarded += !usable && !empty;
        }
        return guarded;
    }

    ImageView<float> master_;
    int frames_;
    const ReadRows& read_;
    ImageView<const float> offset_;
    const MasterOptions& options_;
    Runner& runner_;
    std::vector<Levels> levels_;                // of each flat
    std::vector<MasterRowReport> row_reports_;  // kept per row, so that sums have one order
    MasterReport report_;
};

}  // namespace

void MasterOptions::check() const {
    for (const double kappa : {kappa_low, kappa_high}) {
        if (!(kappa > 0)) throw OptionError("master: kappa " + std::to_string(kappa) + " is not above 0");
    }
}

MasterReport build_master(ImageView<float> master, int frames, const ReadRows& read, ImageView<const float> flat_offset,
                          const MasterOptions& options, Runner& runner) {
    options.check();
    if (frames < 1) throw OptionError("master: no frames");
    if (master.empty()) throw OptionError("master: its size is 0");
    if (!flat_offset.empty() && !flat_offset.same_size(master.width(), master.height())) {
        throw OptionError("master: the offset of the flats has " + std::to_string(flat_offset.width()) + "x" +
                          std::to_string(flat_offset.height()) + " pixels, the flats have " +
                          std::to_string(master.width()) + "x" + std::to_string(master.height()));
    }
    return MasterBuilder(master, frames, read, flat_offset, options, runner).build();
}

}  // namespace nightstack

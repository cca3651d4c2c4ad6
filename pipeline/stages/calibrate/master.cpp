// SPDX-License-Identifier: MIT
#include "pipeline/stages/calibrate/master.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "pipeline/core/error.h"
#include "pipeline/core/pool.h"
#include "pipeline/stages/calibrate/master_rows.h"
#include "pipeline/stages/calibrate/median_search.h"
#include "pipeline/stages/integrate/sorting_network.h"

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

Levels medians_of(ImageView<const float> image, const std::optional<CfaPattern>& cfa) {
    std::array<MedianSearch, 3> searches;
    add_rows(searches, image, 0, cfa);
    for (MedianSearch& search : searches) search.next_pass();
    add_rows(searches, image, 0, cfa);
    return medians(searches);
}

class MasterBuilder {
public:
    MasterBuilder(ImageView<float> master, int frames, const ReadRows& read, ImageView<const float> flat_offset,
                  const MasterOptions& options, Runner& runner)
        : master_(master), frames_(frames), read_(read), offset_(flat_offset), options_(options), runner_(runner) {}

    MasterReport build() {
        report_.frames = frames_;
        if (is_flat()) find_flat_levels();
        combine_bands();
        is_flat() ? finish_flat() : finish_dark();
        return report_;
    }

private:
    bool is_flat() const { return options_.kind == MasterKind::flat; }

    int rows_per_band(std::size_t frames_held) const {
        const std::size_t row_bytes = sizeof(float) * static_cast<std::size_t>(master_.width() + 16);
        const std::size_t rows = options_.band_bytes / (row_bytes * frames_held);
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
        const int band = rows_per_band(static_cast<std::size_t>(std::max(1, runner_.threads())));
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
        network_ = sorting_network(frames_);
        row_reports_.resize(static_cast<std::size_t>(master_.height()));
        const int band = rows_per_band(static_cast<std::size_t>(frames_));
        std::vector<Image<float>> held(static_cast<std::size_t>(frames_));
        for (int y = 0; y < master_.height(); y += band) {
            const Rect rows{0, y, master_.width(), std::min(band, master_.height() - y)};
            runner_.run(frames_, 1, [&](int begin, int end) {
                for (int frame = begin; frame < end; ++frame) {
                    Image<float>& image = held[static_cast<std::size_t>(frame)];
                    image.reshape(rows.width, rows.height);
                    read_rows(frame, rows, image.view());
                    if (is_flat()) scale_flat(frame, y, image.view());
                }
            });
            combine_rows(rows, held);
        }
        MasterRowReport sum;
        for (const MasterRowReport& row : row_reports_) {
            sum.samples += row.samples;
            sum.rejected += row.rejected;
            sum.error_sum += row.error_sum;
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
    void combine_rows(const Rect& rows, std::vector<Image<float>>& held) {
        struct Scratch {
            std::vector<const float*> rows;
            Image<float> column;
        };
        Pool<Scratch> scratches;
        runner_.run(rows.height, 4, [&](int begin, int end) {
            const auto scratch = scratches.borrow();
            scratch->rows.resize(held.size());
            scratch->column.reshape(16, frames_);
            for (int y = begin; y < end; ++y) {
                for (std::size_t f = 0; f < held.size(); ++f) scratch->rows[f] = held[f].cview().row_data(y);
                const MasterRow row{scratch->rows.data(),
                                    frames_,
                                    master_.width(),
                                    static_cast<float>(options_.kappa_low),
                                    static_cast<float>(options_.kappa_high),
                                    &network_,
                                    master_.row_data(rows.y + y),
                                    scratch->column.view().data()};
                row_reports_[static_cast<std::size_t>(rows.y + y)] = combine_master_row(row);
            }
        });
    }

    void finish_dark() {
        replace_empty(0);
        report_.level[0] = medians_of(master_, std::nullopt)[0];
    }
    // The median of a median-scaled stack is near 1, not 1: made so per colour.
    void finish_flat() {
        const Levels level = medians_of(master_, options_.cfa);
        replace_empty(std::numeric_limits<float>::quiet_NaN());  // counted; becomes 1 below
        for (int y = 0; y < master_.height(); ++y) {
            float* row = master_.row_data(y);
            for (int x = 0; x < master_.width(); ++x) {
                const double divisor = level[colour_index(options_.cfa, x, y)];
                const float value = static_cast<float>(row[x] / divisor);
                const bool empty = std::isnan(row[x]);
                const bool usable = divisor > 0 && value >= kFlatFloor && std::isfinite(value);
                row[x] = usable ? value : 1;
                if (!usable && !empty) ++report_.guarded_pixels;
            }
        }
    }
    void replace_empty(float value) {
        for (int y = 0; y < master_.height(); ++y) {
            for (float& v : master_.row(y)) {
                if (!std::isnan(v)) continue;
                v = value;
                ++report_.empty_pixels;
            }
        }
    }

    ImageView<float> master_;
    int frames_;
    const ReadRows& read_;
    ImageView<const float> offset_;
    const MasterOptions& options_;
    Runner& runner_;
    std::vector<Levels> levels_;  // of each flat
    SortingNetwork network_;
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

// SPDX-License-Identifier: MIT
// Ratio corrected demosaicing, driven down strips of columns. Each step follows the one before by a
// few rows and keeps only the rows later steps still read, so that a strip lives in the cache.
#include <algorithm>
#include <cstring>

#include "pipeline/stages/demosaic/planes.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/demosaic/rcd.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pipeline/stages/demosaic/rcd_rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

constexpr int kBorder = demosaic_border(DemosaicKind::rcd);
constexpr int kStrip = 480;  // output columns at a time: all rings together fit a small L2 cache
constexpr int kMargin = 16;  // floats before a row; steps read up to 4 of them
constexpr int kRowFloats = 544;
static_assert(kRowFloats >= kMargin + kStrip + 2 * kBorder + /*last vector*/ 16 + /*read beyond it*/ 4);
static_assert(kStrip % 2 == 0 && kBorder % 2 == 0);  // odd columns of the frame are odd in a strip

// The last `kRows` rows of a plane, addressed by their number in the frame.
template <int kRows>
class RowRing {
    static_assert((kRows & (kRows - 1)) == 0);

public:
    explicit RowRing(float*& memory) : first_(memory + kMargin) { memory += kRows * kRowFloats; }
    float* operator[](int y) const { return first_ + (y & (kRows - 1)) * kRowFloats; }
    static constexpr int rows() { return kRows; }

private:
    float* first_;
};

class Strip {
public:
    static constexpr int kAllRows = 16 + 4 * 4 + 8 + 2 * 4 + 8 + 4 + 3 * 8 + 2;

    Strip(float* memory, const ColourPlanes& out, ImageView<const float> mosaic, CfaPattern first,
          const DemosaicOptions& options)
        : memory_(memory), out_(out), mosaic_(mosaic), first_(first), options_(options) {}

    // Output columns [x0, x0 + count). Row t of the mosaic comes in, row t - kBorder goes out.
    void run(int x0, int count) {
        x0_ = x0;
        count_ = count;
        width_ = count + 2 * kBorder;
        const int height = mosaic_.height();
        for (int t = -kBorder; t < height + kBorder; ++t) {
            load(t);
            measure(t - 3);
            share(t - 4);
            make_green(t - 5);
            make_third(t - 7);
            if (t - kBorder >= 0) finish(t - kBorder);
        }
    }

private:
    void load(int t) {
        const float* source = mosaic_.row_data(mirrored(t, mosaic_.height()));
        float* row = mosaic_rows_[t];
        const int begin = std::max(0, x0_ - kBorder);
        const int end = std::min(mosaic_.width(), x0_ + count_ + kBorder);
        const int shift = kBorder - x0_;
        std::memcpy(row + begin + shift, source + begin, static_cast<std::size_t>(end - begin) * sizeof(float));
        for (int x = x0_ - kBorder; x < begin; ++x) row[x + shift] = source[mirrored(x, mosaic_.width())];
        for (int x = end; x < x0_ + count_ + kBorder; ++x) row[x + shift] = source[mirrored(x, mosaic_.width())];
        const float scale = is_red_row(first_, t) ? options_.red_scale : options_.blue_scale;
        if (scale == 1) return;
        for (int x = red_or_blue_is_odd(first_, t); x < width_; x += 2) row[x] *= scale;
    }
    EnergyRows energies(int y) const { return {vertical_[y], horizontal_[y], falling_[y], rising_[y]}; }
    void measure(int y) {
        const float* rows[7];
        for (int k = 0; k < 7; ++k) rows[k] = mosaic_rows_[y + k - 3];
        energy_row(energies(y), rows, width_);
        brightness_row(bright_[y], rows[2], rows[3], rows[4], options_.pedestal, width_);
    }
    void share(int y) {
        const EnergyRows rows[3] = {energies(y - 1), energies(y), energies(y + 1)};
        share_row({upright_[y], slanted_[y]}, rows, width_);
    }
    void make_green(int y) {
        decide_row(upright_decided_[y], upright_[y - 1], upright_[y], upright_[y + 1], width_);
        decide_row(slanted_decided_[y], slanted_[y - 1], slanted_[y], slanted_[y + 1], width_);
        GreenRows rows;
        for (int k = 0; k < 9; ++k) rows.m[k] = mosaic_rows_[y + k - 4];
        for (int k = 0; k < 3; ++k) rows.bright[k] = bright_[y + 2 * k - 2];
        rows.decided = upright_decided_[y];
        if (red_or_blue_is_odd(first_, y)) {
            green_row<true>(green_[y], rows, options_.pedestal, width_);
        } else {
            green_row<false>(green_[y], rows, options_.pedestal, width_);
        }
    }
    // Fills both colours of row y at its red or blue pixels: one is seen, the third is made.
    void make_third(int y) {
        ThirdRows rows;
        for (int k = 0; k < 7; ++k) rows.m[k] = mosaic_rows_[y + k - 3];
        for (int k = 0; k < 5; ++k) rows.g[k] = green_[y + k - 2];
        rows.decided = slanted_decided_[y];
        const bool red_row = is_red_row(first_, y);
        float* seen = red_row ? red_[y] : blue_[y];
        std::memcpy(seen, mosaic_rows_[y], static_cast<std::size_t>(width_) * sizeof(float));
        third_row(red_row ? blue_[y] : red_[y], rows, width_);
    }
    void finish(int y) {
        LastRows rows;
        for (int k = 0; k < 5; ++k) rows.g[k] = green_[y + k - 2];
        rows.decided = upright_decided_[y];
        finish_colour(out_.red, red_, rows, y, options_.red_scale, is_red_row(first_, y));
        finish_colour(out_.blue, blue_, rows, y, options_.blue_scale, !is_red_row(first_, y));
        copy_out(out_.green, green_[y], y);
    }
    void finish_colour(ImageView<float> plane, const RowRing<8>& colour, LastRows& rows, int y, float scale,
                       bool is_seen) {
        for (int k = 0; k < 7; ++k) rows.c[k] = colour[y + k - 3];
        float* made = finished_[0];
        red_or_blue_is_odd(first_, y) ? last_row<true>(made, rows, width_) : last_row<false>(made, rows, width_);
        if (scale != 1) unscale(made, y, 1 / scale, is_seen);
        copy_out(plane, made, y);
    }
    // Seen pixels come back as they were, without the rounding of two products.
    void unscale(float* row, int y, float factor, bool is_seen) const {
        for (int x = 0; x < width_; ++x) row[x] *= factor;
        if (!is_seen) return;
        const float* source = mosaic_.row_data(y) + x0_;
        for (int x = red_or_blue_is_odd(first_, y); x < count_; x += 2) row[x + kBorder] = source[x];
    }
    void copy_out(ImageView<float> plane, const float* row, int y) const {
        std::memcpy(plane.row_data(y) + x0_, row + kBorder, static_cast<std::size_t>(count_) * sizeof(float));
    }

    float* memory_;
    ColourPlanes out_;
    ImageView<const float> mosaic_;
    CfaPattern first_;
    DemosaicOptions options_;
    int x0_ = 0;
    int count_ = 0;
    int width_ = 0;
    // Step (rows behind the mosaic) and how far back the last reader looks decide the length of each.
    RowRing<16> mosaic_rows_{memory_};
    RowRing<4> vertical_{memory_}, horizontal_{memory_}, falling_{memory_}, rising_{memory_};
    RowRing<8> bright_{memory_};
    RowRing<4> upright_{memory_}, slanted_{memory_};
    RowRing<8> upright_decided_{memory_};
    RowRing<4> slanted_decided_{memory_};
    RowRing<8> green_{memory_};
    RowRing<8> red_{memory_}, blue_{memory_};
    RowRing<2> finished_{memory_};
};

void rcd(const ColourPlanes& out, ImageView<const float> mosaic, CfaPattern first, const DemosaicOptions& options,
         float* memory) {
    Strip strip(memory, out, mosaic, first, options);
    for (int x = 0; x < mosaic.width(); x += kStrip) strip.run(x, std::min(kStrip, mosaic.width() - x));
}

constexpr int kScratchRows = Strip::kAllRows;
constexpr int kScratchWidth = kRowFloats;

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {

HWY_EXPORT(rcd);

void demosaic_rcd(const ColourPlanes& out, ImageView<const float> mosaic, CfaPattern first,
                  const DemosaicOptions& options, DemosaicScratch& scratch) {
    using HWY_STATIC_DISPATCH(kScratchRows);
    using HWY_STATIC_DISPATCH(kScratchWidth);
    scratch.rows.reshape(kScratchWidth, kScratchRows);
    HWY_DYNAMIC_DISPATCH(rcd)(out, mosaic, first, options, scratch.rows.view().data());
}

}  // namespace nightstack
#endif

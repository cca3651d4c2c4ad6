// SPDX-License-Identifier: MIT
// Loading, sorting and rejecting are the kernels of stages/integrate; only what becomes of the kept samples is ours.
#include "pipeline/stages/calibrate/master_rows.h"

#include <algorithm>
#include <bit>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/calibrate/master_rows.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pipeline/stages/integrate/column-inl.h"
#include "pipeline/stages/integrate/reject-inl.h"
#include "pipeline/stages/integrate/sort-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

// Fewer samples give no usable sigma.
constexpr int kLeastSamples = 5;

HWY_INLINE LaneM is_few(LaneV count) { return hn::Lt(count, splat(kLeastSamples)); }

// Lanes of few samples keep them all.
HWY_INLINE void reject_from_many(const CombineRow& row, Kept& kept, PerPixel& median) {
    if (row.frame_count < kLeastSamples) return find_median(row, kept, median);
    for (int k = 0; k < kVectors; ++k) {
        const LaneV begin = kept.begin.get(k);
        const LaneV count = kept.count.get(k);
        const LaneV middle = median_of_all(row, kept, k);
        reject_slice<RejectKind::winsorized>(row, kept, median, k);
        const auto few = is_few(count);
        kept.begin.set(k, hn::IfThenElse(few, begin, kept.begin.get(k)));
        kept.count.set(k, hn::IfThenElse(few, count, kept.count.get(k)));
        median.set(k, hn::IfThenElse(few, middle, median.get(k)));
    }
}

struct Moments {
    LaneV mean;  // from `centre`
    LaneV variance;
};

// Of the kept samples, from the smallest to the largest.
HWY_INLINE Moments moments_of(const CombineRow& row, const Kept& kept, LaneV centre, int k) {
    const Lane d;
    const LaneV one = hn::Set(d, 1.0F);
    const LaneV n = kept.count.get(k);
    const LaneV begin = kept.begin.get(k);
    const LaneV end = hn::Add(begin, n);
    const float* at = row.sorted + k * kLanes;
    LaneV sum = hn::Zero(d);
    LaneV squares = hn::Zero(d);
    for (int f = 0; f < row.frame_count; ++f, at += kColumnPixels) {
        const auto in = hn::And(hn::Ge(splat(f), begin), hn::Lt(splat(f), end));
        const LaneV away = hn::IfThenElseZero(in, hn::Sub(hn::Load(d, at), centre));
        sum = hn::Add(sum, away);
        squares = hn::Add(squares, hn::Mul(away, away));
    }
    const LaneV mean = hn::Div(sum, hn::Max(n, one));
    const LaneV rest = hn::Div(hn::Sub(squares, hn::Mul(sum, mean)), hn::Max(hn::Sub(n, one), one));
    return {mean, hn::Max(hn::Zero(d), rest)};
}

// Standard error of the mean of n samples, or of their median where there are few (its efficiency is 0.743 for
// three and 0.838 for four). The last factor undoes the bias of a deviation from few samples.
HWY_INLINE LaneV standard_error(LaneV variance, LaneV n, LaneM is_median) {
    const Lane d;
    const LaneV one = hn::Set(d, 1.0F);
    const LaneV of_few = hn::IfThenElse(hn::Lt(n, splat(3)), one,
                                        hn::IfThenElse(hn::Lt(n, splat(4)), hn::Set(d, 1.160F), hn::Set(d, 1.092F)));
    const LaneV factor = hn::IfThenElse(is_median, of_few, one);
    const LaneV unbiased = hn::Add(one, hn::Div(hn::Set(d, 0.25F), hn::Max(hn::Sub(n, one), one)));
    const LaneV error = hn::Mul(hn::Mul(factor, hn::Sqrt(hn::Div(variance, hn::Max(n, one)))), unbiased);
    return hn::IfThenElseZero(hn::Ge(n, splat(2)), error);
}

struct MasterColumn {
    PerPixel value, error;
};

HWY_INLINE void finish_column(const MasterRow& master, const CombineRow& row, const Kept& kept, const PerPixel& median,
                              MasterColumn& out) {
    const Lane d;
    for (int k = 0; k < kVectors; ++k) {
        const LaneV centre = median.get(k);
        const LaneV all = kept.covered.get(k);
        const Moments moments = moments_of(row, kept, centre, k);
        const LaneV mean = hn::Add(centre, moments.mean);
        const LaneV value = hn::IfThenElse(is_few(all), centre, mean);
        out.value.set(k, hn::IfThenElse(hn::Lt(all, splat(1)), hn::Set(d, master.empty), value));
        out.error.set(k, standard_error(moments.variance, kept.count.get(k), is_few(all)));
    }
}

// Adds the pixels of `pixels` (a bit each). Four sums, so that no addition waits for the one before.
void count_column(const Kept& kept, const PerPixel& error, std::uint32_t pixels, MasterRowReport& report) {
    double sums[4]{};
    int samples = 0;
    int rejected = 0;
    int empty = 0;
    for (int i = 0; i < kColumnPixels; ++i) {
        const int counts = static_cast<int>(pixels >> i & 1U);
        const int all = static_cast<int>(kept.covered.of[i]);
        samples += counts * all;
        rejected += counts * (all - static_cast<int>(kept.count.of[i]));
        empty += counts * static_cast<int>(all == 0);
        sums[i & 3] += counts != 0 ? double{error.of[i]} : 0;
    }
    report.samples += samples;
    report.rejected += rejected;
    report.empty += empty;
    report.error_sum += (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

constexpr std::uint32_t first_pixels(int count) { return (1U << count) - 1; }

// The pixels of a column without gaps in which nothing is rejected, a bit each, as the first round of the full rule
// tells: the answer is the same, for a fraction of the work. Sets the medians of all.
HWY_INLINE std::uint32_t settled_pixels(const CombineRow& row, const Kept& kept, PerPixel& median) {
    const Lane d;
    const auto all = hn::Eq(hn::Zero(d), hn::Zero(d));
    std::uint32_t settled = 0;
    for (int k = 0; k < kVectors; ++k) {
        const Slice s = slice_of(row, kept, k);
        sum_outwards<true>(s);
        const Kappas kappa = kappas_of(row, s.median);
        PulledIn pulled_in(s, all);
        const FirstRound first = first_round(s, all);
        const Bounds b = around_median(s, kappa, first.most);
        const auto inside = hn::And(hn::Ge(s.value(0), b.low), hn::Le(s.value(s.rows - 1), b.high));
        const auto decided = is_decided(s, pulled_in, kappa, first.most, first.bound, first.margin, all);
        std::uint8_t bits[8]{};
        hn::StoreMaskBits(d, hn::And(inside, decided), bits);
        settled |= static_cast<std::uint32_t>(bits[0] | bits[1] << 8) << (k * kLanes);
        median.set(k, s.median);
    }
    return settled;
}

// The other pixels of a row, gathered to full columns: one outlier in a column would have all its pixels wait for the
// rounds of one.
class Pending {
public:
    Pending(const MasterRow& master, CombineRow row) : master_(master), row_(row) {}

    HWY_INLINE void add(const CombineRow& from, int x, int pixel, MasterRowReport& report) {
        copy_pixel(from.sorted + pixel, row_.sorted + count_);
        x_[count_++] = x + pixel;
        if (count_ == kColumnPixels) finish(report);
    }

    HWY_INLINE void finish(MasterRowReport& report) {
        if (count_ == 0) return;
        const Lane d;
        for (int i = count_; i < kColumnPixels; ++i) copy_pixel(row_.sorted, row_.sorted + i);
        Kept kept;
        const LaneV most = hn::Set(d, std::numeric_limits<float>::max());
        for (int k = 0; k < kVectors; ++k) {
            kept.low.set(k, hn::Neg(most));
            kept.high.set(k, most);
            kept.begin.set(k, hn::Zero(d));
            kept.count.set(k, splat(row_.frame_count));
            kept.covered.set(k, splat(row_.frame_count));
        }
        PerPixel median;
        MasterColumn column;
        reject_from_many(row_, kept, median);
        finish_column(master_, row_, kept, median, column);
        for (int i = 0; i < count_; ++i) master_.out[x_[i]] = column.value.of[i];
        count_column(kept, column.error, first_pixels(count_), report);
        count_ = 0;
    }

private:
    HWY_INLINE void copy_pixel(const float* from, float* to) const {
        for (int f = 0; f < row_.frame_count; ++f) to[f * kColumnPixels] = from[f * kColumnPixels];
    }

    const MasterRow& master_;
    CombineRow row_;
    int x_[kColumnPixels];
    int count_ = 0;
};

// `row` and `pending` have columns of their own.
MasterRowReport combine_master(const MasterRow& master, const CombineRow& row, const CombineRow& pending_row) {
    MasterRowReport report;
    Kept kept;
    PerPixel median;
    MasterColumn column;
    Pending pending(master, pending_row);
    for (int x = 0; x < row.width; x += kColumnPixels) {
        const int pixels = std::min(kColumnPixels, row.width - x);
        load_column<true>(row, x, pixels, kept);
        sort_column(row, row.sorted);
        std::uint32_t done = first_pixels(pixels);
        if (kept.whole && row.frame_count >= kLeastSamples) {
            done = settled_pixels(row, kept, median);
        } else {
            reject_from_many(row, kept, median);
        }
        finish_column(master, row, kept, median, column);
        std::copy_n(column.value.of, pixels, master.out + x);
        count_column(kept, column.error, done, report);
        for (std::uint32_t left = first_pixels(pixels) & ~done; left != 0; left &= left - 1)
            pending.add(row, x, std::countr_zero(left), report);
    }
    pending.finish(report);
    return report;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {
namespace {

constexpr std::size_t kPlanes = 7;  // samples; sorted, sums, squares, and these of pending pixels

// Rows of a plane of the column: sorting pads them to whole groups of 8.
std::size_t padded_rows(int frames) { return (static_cast<std::size_t>(frames) + 7) / 8 * 8; }

}  // namespace

HWY_EXPORT(combine_master);

std::size_t master_scratch_bytes(int frame_count) {
    return kPlanes * kColumnPixels * sizeof(float) * padded_rows(frame_count);
}

MasterRowReport combine_master_row(const MasterRow& master) {
    const std::size_t plane = padded_rows(master.frame_count) * kColumnPixels;
    CombineRow row;
    row.frames = master.frames;
    row.frame_count = master.frame_count;
    row.y = master.y;
    row.width = master.width;
    row.rejection = RejectKind::winsorized;
    row.reject_low = master.kappa_low;
    row.reject_high = master.kappa_high;
    CombineRow pending = row;
    row.samples = master.scratch;
    float* at = row.samples;
    for (float** part : {&row.sorted, &row.sums, &row.squares, &pending.sorted, &pending.sums, &pending.squares})
        *part = at += plane;
    return HWY_DYNAMIC_DISPATCH(combine_master)(master, row, pending);
}

}  // namespace nightstack
#endif

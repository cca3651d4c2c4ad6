// SPDX-License-Identifier: MIT
// Sigma of winsorized clipping, by its definition (reject.h) in a fraction of its work:
//
// * A round pulls the samples in to median -+ b and takes their deviation g(b). Only the outermost rows
//   move; the rest of the sums stands ready in the slice. b never grows, so the search for the first
//   row that moves goes on from where it was.
// * Most of the ten or so rounds only polish sigma. g grows with b (pulling in shrinks the difference of
//   each pair), so if all sigmas so far are above s and 1.134 g(1.5 s) >= s, all later ones are, too; and
//   none is above the last 1.134 g(b), nor at the start above 1.134 times the plain deviation. If then the
//   samples within kappa times the latter all lie within kappa * s, the rounds left cannot change which
//   samples are kept, and are not made. A margin far above the rounding of the sums keeps the answer
//   that of the full definition, bit for bit.
#if defined(NIGHTSTACK_INTEGRATE_REJECT_WINSORIZED_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_INTEGRATE_REJECT_WINSORIZED_INL_H
#undef NIGHTSTACK_INTEGRATE_REJECT_WINSORIZED_INL_H
#else
#define NIGHTSTACK_INTEGRATE_REJECT_WINSORIZED_INL_H
#endif

#include <hwy/highway.h>

#include "pipeline/stages/integrate/slice-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Deviations of the kept samples pulled in to the median -+ a bound. The slice must not change meanwhile.
class PulledIn {
public:
    HWY_INLINE PulledIn(const Slice& slice, LaneM wanted)
        : s_(slice), at_(hn::Sub(slice.median, slice.pivot)), end_(slice.end()), to_(slice.rows), top_(slice.rows) {
        while (bottom_ < s_.middle && !any(hn::And(wanted, hn::Le(s_.begin, splat(bottom_))))) ++bottom_;
        while (top_ > s_.middle && !any(hn::And(wanted, hn::Ge(end_, splat(top_))))) --top_;
        from_ = bottom_;
        to_ = top_;
        around_ = !any(hn::AndNot(around_middle(s_, s_.begin, end_), wanted));
    }

    // Right in the lanes `wanted`, any subset of those at the start, and for any bound.
    HWY_INLINE Sums sums(LaneV bound, LaneM wanted) {
        const LaneV low = hn::Sub(at_, bound);
        const LaneV high = hn::Add(at_, bound);
        const auto middle_stays = hn::And(hn::Le(s_.offset(s_.middle - 1), high), hn::Ge(s_.offset(s_.middle), low));
        if (!around_ || any(hn::AndNot(middle_stays, wanted))) return row_by_row(low, high);
        while (from_ < s_.middle && any(hn::And(wanted, moves_low(from_, low)))) ++from_;
        while (to_ > s_.middle && any(hn::And(wanted, moves_high(to_ - 1, high)))) --to_;
        Sums below = stored(from_ < s_.middle, from_);
        for (int f = from_ - 1; f >= bottom_; --f) {
            add(below, hn::IfThenElseZero(hn::Ge(splat(f), s_.begin), pulled(f, low, high)));
        }
        Sums above = stored(to_ > s_.middle, to_ - 1);
        for (int f = to_; f < top_; ++f) {
            add(above, hn::IfThenElseZero(hn::Lt(splat(f), end_), pulled(f, low, high)));
        }
        return below + above;
    }

    // Rows that were found to move by now; a smaller bound that is only tried may put them back.
    struct Span {
        int from, to;
    };
    Span span() const { return {from_, to_}; }
    void put_back(Span span) {
        from_ = span.from;
        to_ = span.to;
    }

private:
    HWY_INLINE LaneV pulled(int f, LaneV low, LaneV high) const { return hn::Min(hn::Max(s_.offset(f), low), high); }
    HWY_INLINE LaneM moves_low(int f, LaneV low) const {
        return hn::Or(hn::Lt(splat(f), s_.begin), hn::Lt(s_.offset(f), low));
    }
    HWY_INLINE LaneM moves_high(int f, LaneV high) const {
        return hn::Or(hn::Ge(splat(f), end_), hn::Gt(s_.offset(f), high));
    }
    HWY_INLINE Sums stored(bool some, int f) const {
        const Lane d;
        const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(f) * kColumnPixels;
        return some ? Sums{hn::Load(d, s_.sums + at), hn::Load(d, s_.squares + at)} : no_sums();
    }
    HWY_INLINE Sums row_by_row(LaneV low, LaneV high) const {
        Sums below = no_sums();
        Sums above = no_sums();
        for (int f = s_.middle - 1; f >= 0; --f) add_kept(below, f, low, high);
        for (int f = s_.middle; f < s_.rows; ++f) add_kept(above, f, low, high);
        return below + above;
    }
    HWY_INLINE void add_kept(Sums& sums, int f, LaneV low, LaneV high) const {
        const auto in = hn::And(hn::Ge(splat(f), s_.begin), hn::Lt(splat(f), end_));
        add(sums, hn::IfThenElseZero(in, pulled(f, low, high)));
    }

    const Slice& s_;
    LaneV at_, end_;
    bool around_ = true;
    int bottom_ = 0, from_ = 0, to_, top_;  // rows any lane has kept, and among them those that stay
};

struct Kappas {
    LaneV low, high;
    LaneV least_sigma;  // sigma is at least that
};

// What sigma is at least around this median, see reject.h.
HWY_INLINE LaneV least_sigma(const CombineRow& row, LaneV median) {
    const Lane d;
    const LaneV noise = hn::Set(d, row.least_sigma);
    if (row.object_share == 0) return noise;
    const LaneV above = hn::Sub(median, hn::Set(d, row.sky_level));
    const LaneV share = hn::IfThenElseZero(hn::Gt(above, hn::Zero(d)), hn::Mul(above, hn::Set(d, row.object_share)));
    return hn::Sqrt(hn::Add(hn::Mul(noise, noise), hn::Mul(share, share)));
}

HWY_INLINE Kappas kappas_of(const CombineRow& row, LaneV median) {
    const Lane d;
    return {hn::Set(d, row.reject_low), hn::Set(d, row.reject_high), least_sigma(row, median)};
}

HWY_INLINE Bounds around_median(const Slice& s, const Kappas& kappa, LaneV sigma) {
    const LaneV used = hn::IfThenElse(hn::Lt(sigma, kappa.least_sigma), kappa.least_sigma, sigma);  // NaN stays NaN
    return {hn::Sub(s.median, hn::Mul(kappa.low, used)), hn::Add(s.median, hn::Mul(kappa.high, used))};
}

// The outermost samples within bounds, in lanes `wanted` that have one; elsewhere first > last.
HWY_INLINE Bounds outermost_within(const Slice& s, const Bounds& b, LaneM wanted) {
    const LaneV inf = hn::Set(Lane(), std::numeric_limits<float>::infinity());
    LaneV first = inf;
    for (int f = 0; f < s.rows; ++f) {
        const LaneV v = s.value(f);
        const auto below = hn::Lt(v, b.low);
        first = hn::Min(first, hn::IfThenElse(below, inf, v));
        if (!any(hn::And(wanted, below))) break;
    }
    LaneV last = hn::Neg(inf);
    for (int f = s.rows - 1; f >= 0; --f) {
        const LaneV v = s.value(f);
        const auto above = hn::Gt(v, b.high);
        last = hn::Max(last, hn::IfThenElse(above, hn::Neg(inf), v));
        if (!any(hn::And(wanted, above))) break;
    }
    return {first, last};
}

// Lanes of `wanted` in which no later sigma can keep other samples than `most`, the greatest it may be.
HWY_INLINE LaneM is_decided(const Slice& s, PulledIn& pulled_in, const Kappas& kappa, LaneV most, LaneV bound,
                            LaneV margin, LaneM wanted) {
    const Lane d;
    const Bounds kept = outermost_within(s, tighter(s, around_median(s, kappa, most)), wanted);
    const LaneV reach =
        hn::Max(hn::Div(hn::Sub(s.median, kept.low), kappa.low), hn::Div(hn::Sub(kept.high, s.median), kappa.high));
    const LaneV least = hn::Mul(hn::Max(hn::Zero(d), reach), margin);
    const LaneV tried = hn::Mul(least, hn::Set(d, 1.5F));
    // Far from the pivot the sums round coarser than the margin allows for.
    const auto near = hn::Le(hn::Abs(hn::Sub(s.median, s.pivot)), hn::Mul(least, hn::Set(d, 4.0F)));
    const auto some = hn::And(wanted, hn::Le(kept.low, kept.high));
    const auto open = hn::And(hn::And(some, near), hn::Le(tried, bound));
    if (!any(open)) return open;
    const PulledIn::Span span = pulled_in.span();
    const Sums sums = pulled_in.sums(tried, open);
    pulled_in.put_back(span);
    // 1.134 deviation >= least * margin, squared and times n (n - 1) / 1.134^2.
    const LaneV asked = hn::Mul(hn::Mul(least, margin), hn::Set(d, 1 / 1.134F));
    const LaneV pairs = hn::Mul(s.count, hn::Sub(s.count, hn::Set(d, 1.0F)));
    const LaneV rest = hn::Sub(hn::Mul(s.count, sums.second), hn::Mul(sums.first, sums.first));
    return hn::And(open, hn::Ge(rest, hn::Mul(hn::Mul(asked, asked), pairs)));
}

// Where the rounds begin: the plain deviation, the bound that follows, and the greatest that any sigma may be.
struct FirstRound {
    LaneV sigma, bound, most;
    LaneV margin;  // for the rounding of sums
};

HWY_INLINE FirstRound first_round(const Slice& s, LaneM wanted) {
    const Lane d;
    const LaneV margin = hn::Set(d, 1.001F + 4e-6F * static_cast<float>(s.rows));
    const LaneV sigma = deviation(sums_over(s, s.begin, s.end(), wanted), s.count);
    return {sigma, hn::Mul(sigma, hn::Set(d, 1.5F)), hn::Mul(hn::Mul(sigma, hn::Set(d, 1.134F)), margin), margin};
}

// In lanes that are decided early, the sigma returned is not the last but keeps the same samples.
HWY_INLINE LaneV winsorized_sigma(const Slice& s, const Kappas& kappa, LaneM wanted) {
    const Lane d;
    const LaneV widened = hn::Set(d, 1.134F);
    PulledIn pulled_in(s, wanted);
    auto [sigma, bound, most, margin] = first_round(s, wanted);
    for (int round = 0; any(wanted); ++round) {
        if (round % 4 == 0) {  // a try costs as much as a round
            const auto decided = is_decided(s, pulled_in, kappa, most, bound, margin, wanted);
            sigma = hn::IfThenElse(decided, most, sigma);
            wanted = hn::AndNot(decided, wanted);
        }
        if (round == 60 || !any(wanted)) break;
        const LaneV next = hn::Mul(deviation(pulled_in.sums(bound, wanted), s.count), widened);
        const auto settled = hn::Le(hn::Abs(hn::Sub(next, sigma)), hn::Mul(sigma, hn::Set(d, 0.0005F)));
        sigma = hn::IfThenElse(wanted, next, sigma);
        bound = hn::Min(bound, hn::Mul(sigma, hn::Set(d, 1.5F)));
        most = hn::Mul(sigma, margin);
        wanted = hn::AndNot(settled, wanted);
    }
    return sigma;
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif

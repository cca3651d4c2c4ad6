// SPDX-License-Identifier: MIT
// The five steps of ratio corrected demosaicing, one row each. Every step is computed for all
// pixels of a row, also where the colour is known: that is cheaper than picking every second lane,
// and what is not wanted is thrown away by the blends of the last step.
//
// Written from the published description of the method (L. Sanz Rodriguez, "RCD demosaicing", 2017).
// Differences: weighted means are written a + w (b - a), so that equal sides give exactly that
// value; ratios are formed above a pedestal and kept within [-1, 1]; nothing is clipped.
#if defined(NIGHTSTACK_DEMOSAIC_RCD_ROWS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_DEMOSAIC_RCD_ROWS_INL_H
#undef NIGHTSTACK_DEMOSAIC_RCD_ROWS_INL_H
#else
#define NIGHTSTACK_DEMOSAIC_RCD_ROWS_INL_H
#endif

#include <hwy/highway.h>

#include "pipeline/stages/demosaic/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

constexpr float kTiny = 1e-10F;  // keeps 0/0 from happening; far below any square of an ADU that matters

// w of the way from a to b, w = from / (from + to): the side with the smaller gradient wins.
HWY_INLINE V between(V a, V b, V from, V to) { return a + (from / (from + to)) * (b - a); }

// Squared answer of a 7-tap high pass. Each colour of an alternating row has weights (and, being
// symmetric, first moments) that sum to zero, so neither flat colour nor a slope is taken for structure.
HWY_INLINE V energy(V m3, V m2, V m1, V c, V p1, V p2, V p3) {
    const V answer = (m3 + p3) - (m1 + p1) + c * set(6) - (m2 + p2) * set(3);
    return answer * answer;
}

struct EnergyRows {
    float* vertical;
    float* horizontal;
    float* falling;  // along the diagonal from top left to bottom right
    float* rising;   // along the other
};

// `m[k]` points to row y + k - 3 of the mosaic.
HWY_INLINE void energy_row(const EnergyRows& out, const float* const* m, int width) {
    for_vectors(0, width, [&](int x) {
        const V c = at(m[3] + x);
        put(energy(at(m[0] + x), at(m[1] + x), at(m[2] + x), c, at(m[4] + x), at(m[5] + x), at(m[6] + x)),
            out.vertical + x);
        put(energy(at(m[3] + x - 3), at(m[3] + x - 2), at(m[3] + x - 1), c, at(m[3] + x + 1), at(m[3] + x + 2),
                   at(m[3] + x + 3)),
            out.horizontal + x);
        put(energy(at(m[0] + x - 3), at(m[1] + x - 2), at(m[2] + x - 1), c, at(m[4] + x + 1), at(m[5] + x + 2),
                   at(m[6] + x + 3)),
            out.falling + x);
        put(energy(at(m[0] + x + 3), at(m[1] + x + 2), at(m[2] + x + 1), c, at(m[4] + x - 1), at(m[5] + x - 2),
                   at(m[6] + x - 3)),
            out.rising + x);
    });
}

// 3x3 binomial mean, times 4, of pixel + pedestal; never negative. On a mosaic it sees one
// red, two greens and one blue in equal parts at every place: brightness.
HWY_INLINE void brightness_row(float* out, const float* above, const float* here, const float* below, float pedestal,
                               int width) {
    const V base = set(4 * pedestal);
    for_vectors(0, width, [&](int x) {
        const V axial = (at(above + x) + at(below + x)) + (at(here + x - 1) + at(here + x + 1));
        const V diagonal = (at(above + x - 1) + at(below + x - 1)) + (at(above + x + 1) + at(below + x + 1));
        const V sum = at(here + x) + axial * set(0.5F) + diagonal * set(0.25F) + base;
        put(positive(sum), out + x);
    });
}

// Share of the first direction in the energy, summed over three pixels along each: 0 = structure
// runs along the first direction, 1 = along the second.
struct ShareRows {
    float* upright;  // vertical against horizontal
    float* slanted;  // falling against rising
};

// `e[k]` holds row y + k - 1.
HWY_INLINE void share_row(const ShareRows& out, const EnergyRows* e, int width) {
    const V tiny = set(kTiny);
    for_vectors(0, width, [&](int x) {
        const V v = (at(e[0].vertical + x) + at(e[2].vertical + x)) + at(e[1].vertical + x) + tiny;
        const float* h_row = e[1].horizontal;
        const V h = (at(h_row + x - 1) + at(h_row + x + 1)) + at(h_row + x) + tiny;
        put(v / (v + h), out.upright + x);
        const V f = (at(e[0].falling + x - 1) + at(e[2].falling + x + 1)) + at(e[1].falling + x) + tiny;
        const V r = (at(e[0].rising + x + 1) + at(e[2].rising + x - 1)) + at(e[1].rising + x) + tiny;
        put(f / (f + r), out.slanted + x);
    });
}

// Of a share and the mean of its four diagonal neighbours, the one that decides more clearly.
HWY_INLINE void decide_row(float* out, const float* above, const float* here, const float* below, int width) {
    const V half = set(0.5F);
    for_vectors(0, width, [&](int x) {
        const V sum = (at(above + x - 1) + at(below + x - 1)) + (at(above + x + 1) + at(below + x + 1));
        const V around = sum * set(0.25F);
        const V own = at(here + x);
        put(if_less(distance(own, half), distance(around, half), around, own), out + x);
    });
}

// Green from one side: the neighbour, corrected by the ratio of brightness here and two pixels on.
HWY_INLINE V ratio_corrected(V neighbour, V bright_here, V bright_beyond, V pedestal) {
    const V ratio = (bright_here - bright_beyond) / (bright_here + bright_beyond + set(kTiny));
    return neighbour + positive(neighbour + pedestal) * ratio;
}

struct GreenRows {
    const float* m[9];       // mosaic rows y - 4 .. y + 4
    const float* bright[3];  // brightness of rows y - 2, y, y + 2
    const float* decided;    // upright share of row y
};

// Green at red and blue pixels.
HWY_INLINE V green_at(const GreenRows& r, int x, V pedestal) {
    const float* const* m = r.m + 4;
    const float* here = m[0] + x;
    const V c = at(here);
    const V tiny = set(kTiny);
    const V n1 = at(m[-1] + x), s1 = at(m[1] + x), w1 = at(here - 1), e1 = at(here + 1);
    const V n2 = at(m[-2] + x), s2 = at(m[2] + x), w2 = at(here - 2), e2 = at(here + 2);
    const V ns = distance(n1, s1) + tiny;
    const V we = distance(w1, e1) + tiny;
    const V n = ns + distance(c, n2) + distance(n1, at(m[-3] + x)) + distance(n2, at(m[-4] + x));
    const V s = ns + distance(c, s2) + distance(s1, at(m[3] + x)) + distance(s2, at(m[4] + x));
    const V w = we + distance(c, w2) + distance(w1, at(here - 3)) + distance(w2, at(here - 4));
    const V e = we + distance(c, e2) + distance(e1, at(here + 3)) + distance(e2, at(here + 4));
    const V bright = at(r.bright[1] + x);
    const V vertical = between(ratio_corrected(n1, bright, at(r.bright[0] + x), pedestal),
                               ratio_corrected(s1, bright, at(r.bright[2] + x), pedestal), n, s);
    const V horizontal = between(ratio_corrected(w1, bright, at(r.bright[1] + x - 2), pedestal),
                                 ratio_corrected(e1, bright, at(r.bright[1] + x + 2), pedestal), w, e);
    return vertical + at(r.decided + x) * (horizontal - vertical);
}

template <bool kKnownOdd>  // red or blue in the odd columns
HWY_INLINE void green_row(float* green, const GreenRows& rows, float pedestal, int width) {
    const V base = set(pedestal);
    for_vectors(0, width, [&](int x) {
        const V made = green_at(rows, x, base);
        const V seen = at(rows.m[4] + x);
        put(kKnownOdd ? by_column(made, seen) : by_column(seen, made), green + x);
    });
}

struct ThirdRows {
    const float* m[7];     // mosaic rows y - 3 .. y + 3
    const float* g[5];     // green rows y - 2 .. y + 2
    const float* decided;  // slanted share of row y
};

// The third colour at red and blue pixels (blue at red, red at blue), from the four diagonal neighbours.
HWY_INLINE void third_row(float* out, const ThirdRows& r, int width) {
    const float* const* m = r.m + 3;
    const float* const* g = r.g + 2;
    const V tiny = set(kTiny);
    for_vectors(0, width, [&](int x) {
        const V nw = at(m[-1] + x - 1), ne = at(m[-1] + x + 1), sw = at(m[1] + x - 1), se = at(m[1] + x + 1);
        const V green = at(g[0] + x);
        const V falling = distance(nw, se) + tiny;
        const V rising = distance(ne, sw) + tiny;
        const V to_nw = falling + distance(nw, at(m[-3] + x - 3)) + distance(green, at(g[-2] + x - 2));
        const V to_se = falling + distance(se, at(m[3] + x + 3)) + distance(green, at(g[2] + x + 2));
        const V to_ne = rising + distance(ne, at(m[-3] + x + 3)) + distance(green, at(g[-2] + x + 2));
        const V to_sw = rising + distance(sw, at(m[3] + x - 3)) + distance(green, at(g[2] + x - 2));
        const V p = between(nw - at(g[-1] + x - 1), se - at(g[1] + x + 1), to_nw, to_se);
        const V q = between(ne - at(g[-1] + x + 1), sw - at(g[1] + x - 1), to_ne, to_sw);
        put(green + p + at(r.decided + x) * (q - p), out + x);
    });
}

struct LastRows {
    const float* g[5];     // green rows y - 2 .. y + 2
    const float* c[7];     // rows y - 3 .. y + 3 of red or blue, right at all red and blue pixels
    const float* decided;  // upright share of row y
};

// Red or blue at green pixels, joined with the pixels where it is known already.
template <bool kKnownOdd>
HWY_INLINE void last_row(float* out, const LastRows& r, int width) {
    const float* const* g = r.g + 2;
    const float* const* c = r.c + 3;
    const V tiny = set(kTiny);
    for_vectors(0, width, [&](int x) {
        const float* here = c[0] + x;
        const float* green_here = g[0] + x;
        const V green = at(green_here);
        const V n1 = at(c[-1] + x), s1 = at(c[1] + x), w1 = at(here - 1), e1 = at(here + 1);
        const V ns = distance(n1, s1) + tiny;
        const V we = distance(w1, e1) + tiny;
        const V n = ns + distance(green, at(g[-2] + x)) + distance(n1, at(c[-3] + x));
        const V s = ns + distance(green, at(g[2] + x)) + distance(s1, at(c[3] + x));
        const V w = we + distance(green, at(green_here - 2)) + distance(w1, at(here - 3));
        const V e = we + distance(green, at(green_here + 2)) + distance(e1, at(here + 3));
        const V vertical = between(n1 - at(g[-1] + x), s1 - at(g[1] + x), n, s);
        const V horizontal = between(w1 - at(green_here - 1), e1 - at(green_here + 1), w, e);
        const V made = green + vertical + at(r.decided + x) * (horizontal - vertical);
        const V seen = at(here);
        put(kKnownOdd ? by_column(seen, made) : by_column(made, seen), out + x);
    });
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#endif

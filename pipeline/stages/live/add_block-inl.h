// SPDX-License-Identifier: MIT
// Pending frames enter the open block in one pass over its memory, one pixel per lane: the codes of up to eight frames
// are sorted in registers and merged with the two lists (bitonic networks, K. E. Batcher 1968), their sums are taken
// in whole numbers. What comes out are the lists and sums of all samples, so it does not matter how frames are grouped.
// Included once per instruction level; its guard therefore toggles.
#if defined(NIGHTSTACK_LIVE_ADD_BLOCK_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_LIVE_ADD_BLOCK_INL_H
#undef NIGHTSTACK_LIVE_ADD_BLOCK_INL_H
#else
#define NIGHTSTACK_LIVE_ADD_BLOCK_INL_H
#endif

#include <hwy/highway.h>

#include "pipeline/stages/live/block_rows.h"
#include "pipeline/stages/live/code_sums-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The two orders of a list: what stands first is kept. `nothing` stands last.
struct LowestFirst {
    static constexpr LiveSample nothing = kNoLowest;
    static HWY_INLINE IntV first(IntV a, IntV b) { return hn::Min(a, b); }
    static HWY_INLINE IntV last(IntV a, IntV b) { return hn::Max(a, b); }
};
struct HighestFirst {
    static constexpr LiveSample nothing = kNoHighest;
    static HWY_INLINE IntV first(IntV a, IntV b) { return hn::Max(a, b); }
    static HWY_INLINE IntV last(IntV a, IntV b) { return hn::Min(a, b); }
};

template <class Order>
HWY_INLINE void exchange(IntV& a, IntV& b) {
    const IntV first = Order::first(a, b);
    b = Order::last(a, b);
    a = first;
}

// A bitonic sequence of N (a power of two) becomes a sorted one.
template <class Order, int N>
HWY_INLINE void sort_bitonic(IntV* run) {
    if constexpr (N > 1) {
#pragma GCC unroll 8
        for (int i = 0; i < N / 2; ++i) exchange<Order>(run[i], run[i + N / 2]);
        sort_bitonic<Order, N / 2>(run);
        sort_bitonic<Order, N / 2>(run + N / 2);
    }
}

// Sorting networks with the fewest exchanges.
template <int N>
HWY_INLINE void sort_rising(IntV* s) {
    const auto swap = [&](int i, int j) { exchange<LowestFirst>(s[i], s[j]); };
    if constexpr (N == 2) {
        swap(0, 1);
    } else if constexpr (N == 4) {
        swap(0, 2), swap(1, 3), swap(0, 1), swap(2, 3), swap(1, 2);
    } else if constexpr (N == 8) {
        swap(0, 2), swap(1, 3), swap(4, 6), swap(5, 7), swap(0, 4), swap(1, 5), swap(2, 6), swap(3, 7), swap(0, 1);
        swap(2, 3), swap(4, 5), swap(6, 7), swap(2, 4), swap(3, 5), swap(1, 4), swap(3, 6), swap(1, 2), swap(3, 4);
        swap(5, 6);
    }
}

// The first C of a list of `depth` at most C, and of N sorted codes of which the first stands first.
template <class Order, int N, int C>
HWY_INLINE void merge_short(IntV* list, const IntV* sorted) {
    if constexpr (N < C) {  // few codes go in one by one
#pragma GCC unroll 8
        for (int n = 0; n < N; ++n) {
            IntV code = sorted[n];
#pragma GCC unroll 8
            for (int i = n; i < C; ++i) exchange<Order>(list[i], code);
        }
    } else {
#pragma GCC unroll 8
        for (int i = 0; i < C; ++i) list[i] = Order::first(list[i], sorted[C - 1 - i]);
        sort_bitonic<Order, C>(list);
    }
}

template <class Order, int C>
HWY_INLINE void load_list(IntV* list, const LiveSample* from, std::ptrdiff_t step, int depth) {
#pragma GCC unroll 8
    for (int i = 0; i < C; ++i)
        list[i] = i < depth ? hn::Load(CodeInts(), from + i * step) : hn::Set(CodeInts(), Order::nothing);
}

template <int C>
HWY_INLINE void store_list(const IntV* list, LiveSample* to, std::ptrdiff_t step, int depth) {
#pragma GCC unroll 8
    for (int i = 0; i < C; ++i)
        if (i < depth) hn::Store(list[i], CodeInts(), to + i * step);
}

// Any depth: whole pieces of N, each of which hands on what it does not keep, and a rest.
template <class Order, int N>
HWY_INLINE void merge_long(IntV* sorted, LiveSample* list, std::ptrdiff_t step, int depth) {
    IntV piece[N];
    for (; depth > 0; depth -= N, list += N * step) {
        load_list<Order, N>(piece, list, step, depth);
#pragma GCC unroll 8
        for (int i = 0; i < (N + 1) / 2; ++i) {
            exchange<Order>(piece[i], sorted[N - 1 - i]);
            if (i != N - 1 - i) exchange<Order>(piece[N - 1 - i], sorted[i]);
        }
        sort_bitonic<Order, N>(piece);
        sort_bitonic<Order, N>(sorted);
        store_list<N>(piece, list, step, depth);
    }
}

// The codes sorted twice: `low` with the lowest first, `high` with the highest first, what is missing last in both.
template <int N>
HWY_INLINE void sort_both(const IntV* codes, bool all_there, IntV* low, IntV* high) {
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) low[n] = codes[n];
    sort_rising<N>(low);
    if (all_there) {
#pragma GCC unroll 8
        for (int n = 0; n < N; ++n) high[n] = low[N - 1 - n];
        return;
    }
    // Sorted but for what is missing, which moves from one end to the other: a turned sequence is bitonic.
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) high[n] = hn::IfThenElse(is_there(low[n]), low[n], hn::Set(CodeInts(), kNoHighest));
    sort_bitonic<HighestFirst, N>(high);
}

// All loads come before the first store: the fields of a tile lie at the same place of their pages, and a load waits
// for a store that looks as if it went to its address.
template <int N, int C>
HWY_INLINE void enter_short(const OpenBlock& block, int x, int depth, const IntV* codes, bool all_there) {
    IntV low[N], high[N], lowest[C], highest[C];
    load_list<LowestFirst, C>(lowest, block.lowest + x, block.list_step, depth);
    load_list<HighestFirst, C>(highest, block.highest + x, block.list_step, depth);
    sort_both<N>(codes, all_there, low, high);
    merge_short<LowestFirst, N, C>(lowest, low);
    merge_short<HighestFirst, N, C>(highest, high);
    store_list<C>(lowest, block.lowest + x, block.list_step, depth);
    store_list<C>(highest, block.highest + x, block.list_step, depth);
}

template <int N>
HWY_INLINE void enter_long(const OpenBlock& block, int x, int depth, const IntV* codes, bool all_there) {
    IntV low[N], high[N];
    sort_both<N>(codes, all_there, low, high);
    merge_long<LowestFirst, N>(low, block.lowest + x, block.list_step, depth);
    merge_long<HighestFirst, N>(high, block.highest + x, block.list_step, depth);
}

// `C` = room for a short list, 0 for lists of any depth. Of the N columns those beyond frames.count are missing.
template <int N, int C>
void enter_run(const OpenBlock& block, int pixels, int depth, const PendingFrames& frames) {
    const CodeInts di;
    for (int x = 0; x < pixels; x += static_cast<int>(hn::MaxLanes(di))) {
        IntV codes[N];
        auto there = hn::Eq(hn::Zero(di), hn::Zero(di));
#pragma GCC unroll 8
        for (int n = 0; n < N; ++n) {
            codes[n] = n < frames.count ? hn::Load(di, frames.codes + n * frames.step + x) : hn::Set(di, kNoLowest);
            there = hn::And(there, is_there(codes[n]));
        }
        const bool all_there = hn::AllTrue(di, there);
        if constexpr (C > 0) {
            enter_short<N, C>(block, x, depth, codes, all_there);
        } else {
            enter_long<N>(block, x, depth, codes, all_there);
        }
        add_sums(block, x, all_there ? summed<N, true>(codes) : summed<N, false>(codes));
    }
}

template <int N>
void enter_columns(const OpenBlock& block, int pixels, int depth, const PendingFrames& frames) {
    if (depth <= 2) return enter_run<N, 2>(block, pixels, depth, frames);
    if (depth <= 4) return enter_run<N, 4>(block, pixels, depth, frames);
    if (depth <= 8) return enter_run<N, 8>(block, pixels, depth, frames);
    enter_run<N, 0>(block, pixels, depth, frames);
}

void enter_pending(const OpenBlock& block, int pixels, int depth, const PendingFrames& frames) {
    static_assert(kPendingFrames == 8);
    if (frames.count == 1) return enter_columns<1>(block, pixels, depth, frames);
    if (frames.count <= 4) return enter_columns<4>(block, pixels, depth, frames);
    enter_columns<8>(block, pixels, depth, frames);
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif

// SPDX-License-Identifier: MIT
// The two middle values of up to some thousand, by counting how many lie below a bound: loops without branches, so
// quicker than std::nth_element. Which values are found does not depend on the vectors.
#if defined(NIGHTSTACK_STARS_MIDDLE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_STARS_MIDDLE_INL_H
#undef NIGHTSTACK_STARS_MIDDLE_INL_H
#else
#define NIGHTSTACK_STARS_MIDDLE_INL_H
#endif

#include <hwy/highway.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#ifndef NIGHTSTACK_STARS_MIDDLE_SHARED
#define NIGHTSTACK_STARS_MIDDLE_SHARED
namespace nightstack {
namespace {

constexpr std::size_t kFew = 32;  // so many are compared each with each

// The values at two places of the sorted order.
struct Middle {
    float lower = 0;
    float upper = 0;
    bool found = false;
};

}  // namespace
}  // namespace nightstack
#endif

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

using EightFloats = float __attribute__((vector_size(32)));
using EightCounts = std::int32_t __attribute__((vector_size(32)));  // a true lane of a comparison is -1

// Values in vectors of eight; what is missing in the last is NaN and fails every comparison.
class Eights {
public:
    Eights(const float* values, std::size_t n) : values_(values), whole_(n / 8), rest_(n % 8 != 0) {
        if (!rest_) return;
        float last[8];
        for (std::size_t i = 0; i < 8; ++i) last[i] = 8 * whole_ + i < n ? values[8 * whole_ + i] : __builtin_nanf("");
        std::memcpy(&last_, last, sizeof last_);
    }
    template <class Use>
    HWY_INLINE void each(Use use) const {
        EightFloats v;
        for (std::size_t i = 0; i < whole_; ++i) {
            std::memcpy(&v, values_ + 8 * i, sizeof v);
            use(v);
        }
        if (rest_) use(last_);
    }

private:
    const float* values_;
    std::size_t whole_;
    bool rest_;
    EightFloats last_ = {};
};

HWY_INLINE std::size_t total(const EightCounts& counts) {
    std::int32_t sum = 0;
    for (int i = 0; i < 8; ++i) sum += counts[i];
    return static_cast<std::size_t>(sum);
}

HWY_INLINE std::size_t count_below(const Eights& values, float bound) {
    EightCounts below = {};
    values.each([&](const EightFloats& v) HWY_ATTR { below -= v < bound; });
    return total(below);
}

// Lowest and highest of what lies in [low, high); infinities the wrong way round when nothing does.
struct Range {
    float least;
    float most;
};
HWY_INLINE Range range_within(const Eights& values, float low, float high) {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    EightFloats least = EightFloats{} + kInfinity, most = EightFloats{} - kInfinity;
    values.each([&](const EightFloats& v) HWY_ATTR {
        const EightCounts in = (v >= low) & (v < high);
        least = (in & (v < least)) ? v : least;
        most = (in & (v > most)) ? v : most;
    });
    Range r{kInfinity, -kInfinity};
    for (int i = 0; i < 8; ++i) {
        r.least = least[i] < r.least ? least[i] : r.least;
        r.most = most[i] > r.most ? most[i] : r.most;
    }
    return r;
}

HWY_INLINE float highest_of(const EightFloats& v) {
    float most = v[0];
    for (int i = 1; i < 8; ++i) most = v[i] > most ? v[i] : most;
    return most;
}

// Every value against every other: `values` has room for whole vectors, NaN behind the last value.
template <std::size_t kVectors>
HWY_INLINE Middle middle_of_few(const float* values, std::size_t n, std::size_t lower, std::size_t upper) {
    EightFloats v[kVectors];
    EightCounts less[kVectors] = {}, not_more[kVectors] = {};
    std::memcpy(v, values, sizeof v);
    for (std::size_t j = 0; j < n; ++j) {
        const float other = values[j];
        for (std::size_t k = 0; k < kVectors; ++k) {
            less[k] -= other < v[k];
            not_more[k] -= other <= v[k];
        }
    }
    constexpr float kLowest = -std::numeric_limits<float>::infinity();
    EightFloats at_lower = EightFloats{} + kLowest, at_upper = at_lower;
    const auto low = static_cast<std::int32_t>(lower), high = static_cast<std::int32_t>(upper);
    for (std::size_t k = 0; k < kVectors; ++k) {  // a value holds the places from less to not_more of the sorted order
        at_lower = ((less[k] <= low) & (not_more[k] > low) & (v[k] > at_lower)) ? v[k] : at_lower;
        at_upper = ((less[k] <= high) & (not_more[k] > high) & (v[k] > at_upper)) ? v[k] : at_upper;
    }
    return {highest_of(at_lower), highest_of(at_upper), true};
}

Middle few(const float* values, std::size_t n, std::size_t lower, std::size_t upper) {
    if (n <= 8) return middle_of_few<1>(values, n, lower, upper);
    if (n <= 16) return middle_of_few<2>(values, n, lower, upper);
    return n <= 24 ? middle_of_few<3>(values, n, lower, upper) : middle_of_few<4>(values, n, lower, upper);
}

// Both places lie in [low, high); so many values lie below these.
struct Bracket {
    float low = 0;
    float high = 0;
    std::size_t below_low = 0;
    std::size_t below_high = 0;
};

float next_above(float v) { return std::nextafter(v, std::numeric_limits<float>::infinity()); }

// From every nth value, if both places are there indeed; else from all.
Bracket first_bracket(const Eights& eights, const float* values, std::size_t n, std::size_t lower, std::size_t upper) {
    alignas(32) float sample[kFew];
    for (std::size_t i = 0; i < kFew; ++i) sample[i] = values[i * (n / kFew)];
    const std::size_t at = kFew * lower / n;
    constexpr std::size_t kReach = 8;  // nearly three deviations of the sample's middle
    const Middle bounds = few(sample, kFew, at > kReach ? at - kReach : 0, at + kReach < kFew ? at + kReach : kFew - 1);
    Bracket b;
    b.low = bounds.lower;
    b.high = next_above(bounds.upper);
    EightCounts low = {}, high = {};
    eights.each([&](const EightFloats& v) HWY_ATTR {
        low -= v < b.low;
        high -= v < b.high;
    });
    b.below_low = total(low);
    b.below_high = total(high);
    if (b.below_low <= lower && upper < b.below_high) return b;
    const Range all =
        range_within(eights, -std::numeric_limits<float>::infinity(), std::numeric_limits<float>::infinity());
    b.low = all.least;
    b.high = next_above(all.most);
    b.below_low = 0;
    b.below_high = count_below(eights, b.high);
    return b;
}

// No NaN among the values; upper is lower or lower + 1. Nothing is found among infinities, and where halving leads
// nowhere.
Middle middle_of(const float* values, std::size_t n, std::size_t lower, std::size_t upper) {
    if (n <= kFew) {
        alignas(32) float work[kFew];
        for (std::size_t i = 0; i < kFew; ++i) work[i] = i < n ? values[i] : __builtin_nanf("");
        return few(work, n, lower, upper);
    }
    const Eights eights(values, n);
    Bracket b = first_bracket(eights, values, n, lower, upper);
    if (upper >= b.below_high) return {};
    constexpr int kRounds = 48;
    for (int round = 1; b.below_high - b.below_low > upper - lower + 1; ++round) {
        const float middle = 0.5F * b.low + 0.5F * b.high;
        if (!(middle > b.low && middle < b.high) || round % 8 == 0) {  // perhaps all are equal
            const Range r = range_within(eights, b.low, b.high);
            if (r.least == r.most) return {r.least, r.least, true};
            if (!(r.least < r.most) || round > kRounds) return {};
            b.low = r.least;
            b.high = next_above(r.most);
            continue;
        }
        const std::size_t below = count_below(eights, middle);
        if (below == upper && lower < upper) {  // one on either side
            return {range_within(eights, b.low, middle).most, range_within(eights, middle, b.high).least, true};
        }
        const bool up = below <= lower;
        b.low = up ? middle : b.low;
        b.below_low = up ? below : b.below_low;
        b.high = up ? b.high : middle;
        b.below_high = up ? b.below_high : below;
    }
    const Range r = range_within(eights, b.low, b.high);  // nothing else lies there
    return {r.least, r.most, true};
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#endif

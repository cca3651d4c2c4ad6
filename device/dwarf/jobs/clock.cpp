// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/clock.h"

#include "device/dwarf/protocol/quirks.h"

namespace nightstack::device::dwarf::jobs {
namespace {

constexpr std::chrono::seconds kTolerated{120};

}  // namespace

void refer_to_scope(Clock& clock, const std::optional<Utc>& told) {
    if (!told || *told < clock.built) return;
    clock.reference = told;
    clock.reference_name = "the scope's clock";
}

namespace {

// In the largest unit of which there are ten or more: nobody reads 17622050 s as half a year.
std::string how_long(std::chrono::seconds time) {
    const auto ten_of = [&](auto unit) { return time >= 10 * unit; };
    if (ten_of(std::chrono::hours(24))) return std::to_string(time / std::chrono::hours(24)) + " days";
    if (ten_of(std::chrono::hours(1))) return std::to_string(time / std::chrono::hours(1)) + " h";
    if (ten_of(std::chrono::minutes(1))) return std::to_string(time / std::chrono::minutes(1)) + " min";
    return std::to_string(time.count()) + " s";
}

}  // namespace

std::optional<std::string> doubt(const Clock& clock) {
    const std::string now = "This computer's clock says " + wire_date(clock.now) + " UTC";
    if (clock.now < clock.built)
        return now + ", which is earlier than this program was built (" + wire_date(clock.built) + ")";
    if (!clock.reference) return {};
    const auto off = std::chrono::duration_cast<std::chrono::seconds>(clock.now - *clock.reference);
    if (std::chrono::abs(off) <= kTolerated) return {};
    return now + ", " + how_long(std::chrono::abs(off)) + " " + (off.count() > 0 ? "later" : "earlier") + " than " +
           clock.reference_name;
}

}  // namespace nightstack::device::dwarf::jobs

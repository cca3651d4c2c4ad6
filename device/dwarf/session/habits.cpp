// SPDX-License-Identifier: MIT
#include "device/dwarf/session/habits.h"

#include <algorithm>
#include <array>

#include "device/dwarf/protocol/interface_table.h"

namespace nightstack::device::dwarf {
namespace {

// Mode, exposure, gain; infrared, picture settings, white balance. Real clients leave half a second
// between these (mode first, then the value), or the scope forgets one.
bool is_isp(int interface) {
    return (interface >= 10001 && interface <= 10005) || (interface >= 10203 && interface <= 10208) ||
           (interface >= 10212 && interface <= 10214);
}

// Video, RAW frames and darks, time lapse, motor, panorama, object, sky.
struct Stop {
    int number;
    std::array<int, 2> starts;  // 0: none
};
constexpr Stop kStops[] = {{10009, {10007, 0}}, {10015, {10011, 10026}}, {10019, {10018, 0}},    {10101, {10100, 0}},
                           {10106, {10103, 0}}, {11202, {11201, 0}},     {11204, {11203, 11205}}};

const Stop* find_stop(int interface) {
    const auto* found = std::ranges::find(kStops, interface, &Stop::number);
    return found == std::end(kStops) ? nullptr : found;
}

}  // namespace

Habits habits_of(int interface) {
    Habits habits;
    habits.isp = is_isp(interface);
    habits.stop = find_stop(interface) != nullptr;
    if (const Interface* row = find_interface(interface)) {
        habits.repeatable = row->repeat == Repeat::safe;
        habits.doubtful = row->answer == Answer::silent || row->answer == Answer::unknown;
        habits.answered = row->request && !habits.doubtful && !habits.stop;
    }
    return habits;
}

bool ends(int stop, int start) {
    const Stop* row = find_stop(stop);
    return row != nullptr && start != 0 && std::ranges::find(row->starts, start) != row->starts.end();
}

}  // namespace nightstack::device::dwarf

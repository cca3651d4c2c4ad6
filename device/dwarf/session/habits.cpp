// SPDX-License-Identifier: MIT
#include "device/dwarf/session/habits.h"

#include "device/dwarf/protocol/interface_table.h"

namespace nightstack::device::dwarf {
namespace {

// Mode, exposure, gain; infrared, picture settings, white balance. Real clients leave half a second
// between these (mode first, then the value), or the scope forgets one.
bool is_isp(int interface) {
    return (interface >= 10001 && interface <= 10005) || (interface >= 10203 && interface <= 10208) ||
           (interface >= 10212 && interface <= 10214);
}

}  // namespace

Habits habits_of(int interface) {
    Habits habits;
    habits.isp = is_isp(interface);
    if (const Interface* row = find_interface(interface)) {
        habits.repeatable = row->repeat == Repeat::safe;
        habits.doubtful = row->answer == Answer::silent || row->answer == Answer::unknown;
    }
    return habits;
}

}  // namespace nightstack::device::dwarf

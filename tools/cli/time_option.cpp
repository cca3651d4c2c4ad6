// SPDX-License-Identifier: MIT
#include "tools/cli/time_option.h"

#include "io/fits/fits_time.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::tools {

std::chrono::system_clock::time_point parse_time(const std::string& text) {
    using namespace std::chrono;
    const auto refuse = [&](const std::string& expected) {
        throw OptionError("--time '" + printable(text) + "': " + expected + " expected");
    };
    const auto time = io::parse_fits_time(text);
    if (!time) refuse("a date and time in UTC, as 2026-01-18T21:04:26Z,");
    // Before it becomes nanoseconds, which end in the year 2262.
    if (*time < sys_days(1970y / January / 1) || *time >= sys_days(2201y / January / 1))
        refuse("a year from 1970 to 2200");
    return *time;
}

}  // namespace nightstack::tools

// SPDX-License-Identifier: MIT
// What a night's folder holds after a power loss, looked at with what the program reads it by, and what it has
// promised.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "tests/support/crash/disk_model.h"

namespace nightstack::test {

struct KeptNight {
    std::set<std::string> frames;  // names that the journal tells
    bool done = false;             // as it says
    std::string fits, state;       // SHA-256 of what has its name in results/, "" where there is none
    std::string journal;           // its bytes without the torn end
    std::string broken;            // what cannot be read or cannot have been written, in words
};

// The folder's journal loses its torn end.
KeptNight kept_night(const std::filesystem::path& folder);

// What the program had told (lines of --json) must be there: every frame with its verdict, and the products when they
// are told. "" when it is.
std::string broken_promise(const KeptNight& kept, const std::string& told);

// The disk as a program would take it that does not check the sums of its journal: wherever a record's other fields
// make sense its sums are made to fit.
void make_sums_fit(LeftDisk& disk);

}  // namespace nightstack::test

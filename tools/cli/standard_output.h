// SPDX-License-Identifier: MIT
// Results on stdout, and whether they got there: a full disk or a closed pipe behind it must not
// look like success.
#pragma once

#include <string_view>

namespace nightstack::tools {

// Opens the null device for those of stdin, stdout and stderr that the caller has closed, so that no
// file of ours takes their number. Call it first thing in main; stdout can then not be written.
void hold_standard_handles();

// Writes `text` at once. Any thread, but one at a time. A failure is remembered and what follows it
// is dropped; the program goes on, its files are worth having.
void put_out(std::string_view text);

// The exit code of a program that would end with `code`: where output was lost, it says so on stderr
// and turns success (0, 4) into 1, or 6 when a disk is full.
int with_standard_output(int code);

}  // namespace nightstack::tools

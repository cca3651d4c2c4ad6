// SPDX-License-Identifier: MIT
// A night's figures in words, for panel and lines. Pure functions, any thread; what comes out is printable.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/night/show/night_state.h"

namespace nightstack::tools {

std::string plain_word(std::string_view name);  // "no_match" -> "no match"
std::string bytes_words(double bytes);          // "3.4 MB", of 1000 bytes each step
std::string fixed(double value, int decimals);
std::string local_clock(NightTime time);  // "23:41:07" by the clock on the wall

std::vector<std::string> count_words(const NightState& state);
std::vector<std::string> reason_words(const NightState& state);  // the most frequent first
std::vector<std::string> quality_words(const NightProgress& p);  // noise, SNR, FWHM
std::vector<std::string> outlook_words(const NightProgress& p);  // what more frames will bring
std::vector<std::string> sky_words(const NightProgress& p);      // transparency, drift, turn
std::vector<std::string> scope_words(const NightScope& scope);
std::vector<std::string> disk_words(const NightState& state);
std::string written_words(const NightState& state);  // to keep the night; "" as long as that is nothing
std::vector<std::string> left_words(const NightState& state);

}  // namespace nightstack::tools

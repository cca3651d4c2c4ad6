// SPDX-License-Identifier: MIT
#include "io/session/name_fields.h"

#include <algorithm>
#include <vector>

#include "pipeline/core/ascii.h"

namespace nightstack::io {
namespace {

using Words = std::span<const std::string_view>;

std::optional<double> temperature(std::string_view word) {
    if (word.size() < 2 || (word.back() != 'C' && word.back() != 'c')) return std::nullopt;
    const auto value = whole_number_or_decimal(word.substr(0, word.size() - 1));
    return value && *value > -100 && *value < 100 ? value : std::nullopt;
}

std::optional<int> small_integer(std::string_view word, int highest) {
    const auto value = whole_integer(word);
    if (!value || *value > highest) return std::nullopt;
    return static_cast<int>(*value);
}

struct ExposureWord {
    double exposure_s = 0;
    std::optional<double> gain;
};

// 15s, 10.0s, 15s60
std::optional<ExposureWord> exposure_word(std::string_view word) {
    const std::size_t s = word.find_first_of("sS");
    if (s == std::string_view::npos || word.starts_with('-')) return std::nullopt;
    const auto exposure = whole_number_or_decimal(word.substr(0, s));
    if (!exposure) return std::nullopt;
    const std::string_view rest = word.substr(s + 1);
    if (rest.empty() || lower_case(rest) == "ec") return ExposureWord{*exposure, std::nullopt};
    if (!all_digits(rest)) return std::nullopt;
    return ExposureWord{*exposure, whole_number_or_decimal(rest)};
}

// A counter is written with leading zeros or in four digits and more; a gain is not.
bool looks_like_counter(std::string_view digits) {
    return digits.size() >= 4 || (digits.size() > 1 && digits[0] == '0');
}

// gain80, bin2; true also for the bare words, whose number is a word of its own.
bool read_joined_key(NameHints& hints, std::string_view word) {
    const std::string low = lower_case(word);
    const std::size_t key = low.starts_with("gain") ? 4 : low.starts_with("bin") ? 3 : 0;
    if (key == 0) return false;
    const std::string_view value = word.substr(key);
    if (value.empty()) return true;
    if (!all_digits(value)) return false;
    if (key == 4) hints.gain = whole_number_or_decimal(value);
    if (key == 3) hints.binning = small_integer(value, 16);
    return true;
}

// What stands right of the exposure.
void read_tail(NameHints& hints, Words words) {
    std::vector<std::string_view> numbers;
    for (const std::string_view word : words) {
        if (const auto stamp = parse_stamp(word)) {
            hints.stamp = stamp;
        } else if (all_digits(word)) {
            numbers.push_back(word);
        } else if (const auto celsius = temperature(word)) {
            hints.temperature_c = celsius;
        } else if (!read_joined_key(hints, word) && hints.filter.empty()) {
            hints.filter = word;
        }
    }
    if (!hints.gain && !numbers.empty() && (numbers.size() > 1 || !looks_like_counter(numbers[0]))) {
        hints.gain = whole_number_or_decimal(numbers[0]);
        numbers.erase(numbers.begin());
    }
    if (!numbers.empty()) hints.counter = whole_integer(numbers.back());
}

void read_target(NameHints& hints, Words words) {
    if (words.empty() || parse_stamp(words[0], /*date_alone=*/true)) return;  // a name that starts with its date
    std::string target(words[0]);
    for (const std::string_view word : words.subspan(1)) (target += '_') += word;
    if (lower_case(target) != "raw") hints.target = target;
}

}  // namespace

void read_key_values(NameHints& hints, Words words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (const auto celsius = temperature(words[i])) hints.temperature_c = celsius;
        if (i + 1 == words.size()) break;
        const std::string key = lower_case(words[i]);
        const std::string_view value = words[i + 1];
        if (key == "exp") hints.exposure_s = whole_number_or_decimal(value);
        if (key == "gain") hints.gain = whole_number_or_decimal(value);
        if (key == "bin") hints.binning = small_integer(value, 16);
        if (key == "ir") hints.ir = small_integer(value, 16);
        if (key == "stack") hints.stacked_frames = small_integer(value, 1'000'000);
    }
}

void read_frame_fields(NameHints& hints, Words words) {
    for (std::size_t i = words.size(); i-- > 0;) {
        const auto found = exposure_word(words[i]);
        if (!found) continue;
        hints.exposure_s = found->exposure_s;
        if (found->gain) hints.gain = found->gain;
        read_tail(hints, words.subspan(i + 1));
        read_target(hints, words.first(i));
        return;
    }
    // No exposure: only what cannot be mistaken.
    for (const std::string_view word : words) {
        if (const auto stamp = parse_stamp(word)) {
            hints.stamp = stamp;
        } else if (const auto celsius = temperature(word)) {
            hints.temperature_c = celsius;
        }
    }
    if (!words.empty()) {
        const std::string_view last = words.back();
        const std::size_t digits = last.find_last_not_of("0123456789") + 1;  // npos + 1 == 0: all digits
        if (!parse_stamp(last)) hints.counter = whole_integer(last.substr(digits));
    }
}

}  // namespace nightstack::io

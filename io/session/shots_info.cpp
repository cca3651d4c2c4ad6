// SPDX-License-Identifier: MIT
#include "io/session/shots_info.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "io/files/file.h"
#include "io/session/name_text.h"
#include "pipeline/core/ascii.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

using Json = nlohmann::json;
constexpr std::size_t kLongestText = 64 * 1024;
constexpr int kDeepest = 8;

// The value of a key whatever its case; later duplicates have replaced earlier ones.
const Json* find(const Json& object, std::string_view key) {
    for (const auto& [name, value] : object.items()) {
        if (lower_case(name) == key) return &value;
    }
    return nullptr;
}

std::string text_of(const Json& object, std::string_view key) {
    const Json* value = find(object, key);
    if (value == nullptr || !value->is_string()) return {};
    return value->get<std::string>().substr(0, 256);
}

// A number, or a text that is one.
std::optional<double> number_of(const Json& object, std::string_view key) {
    const Json* value = find(object, key);
    if (value == nullptr) return std::nullopt;
    if (value->is_string()) return whole_number_or_decimal(value->get_ref<const std::string&>());
    if (!value->is_number()) return std::nullopt;
    const auto number = value->get<double>();
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<int> count_of(const Json& object, std::string_view key) {
    const auto number = number_of(object, key);
    if (!number || *number < 0 || *number > 1e6) return std::nullopt;
    return static_cast<int>(*number);
}

std::optional<double> exposure_of(const Json& object) {
    const Json* value = find(object, "exp");
    if (value != nullptr && value->is_string()) return parse_exposure(value->get_ref<const std::string&>());
    const auto number = number_of(object, "exp");
    return number && *number > 0 && *number < 1e6 ? number : std::nullopt;
}

// "1*1", "2*2", "2x2", 2
std::optional<int> binning_of(const Json& object) {
    std::optional<double> number = number_of(object, "binning");
    if (!number) {
        const std::string text = text_of(object, "binning");
        number = whole_number_or_decimal(text.substr(0, text.find_first_of("*xX")));
    }
    if (!number || *number < 1 || *number > 16) return std::nullopt;
    return static_cast<int>(*number);
}

void read_pointing(ShotsInfo& info, const Json& object) {
    const auto ra_hours = number_of(object, "ra");
    const auto dec_deg = number_of(object, "dec");
    if (!ra_hours || !dec_deg || (*ra_hours == 0 && *dec_deg == 0)) return;
    if (*ra_hours < 0 || *ra_hours > 24 || *dec_deg < -90 || *dec_deg > 90) return;
    info.ra_deg = *ra_hours * 15;
    info.dec_deg = dec_deg;
}

ShotsInfo info_of(const Json& object) {
    ShotsInfo info;
    info.target = text_of(object, "target");
    if (lower_case(info.target) == "null") info.target.clear();
    info.format = text_of(object, "format");
    info.ir = text_of(object, "ir");
    info.exposure_s = exposure_of(object);
    info.gain = number_of(object, "gain");
    info.binning = binning_of(object);
    read_pointing(info, object);
    info.shots_to_take = count_of(object, "shotstotake");
    info.shots_taken = count_of(object, "shotstaken");
    info.shots_stacked = count_of(object, "shotsstacked");
    info.min_temperature_c = number_of(object, "mintemp");
    info.max_temperature_c = number_of(object, "maxtemp");
    return info;
}

}  // namespace

std::optional<double> parse_exposure(std::string_view text) {
    const std::size_t slash = text.find('/');
    auto value = whole_number_or_decimal(text.substr(0, slash));
    if (value && slash != std::string_view::npos) {
        const auto below = whole_number_or_decimal(text.substr(slash + 1));
        if (!below || *below <= 0) return std::nullopt;
        value = *value / *below;
    }
    return value && *value > 0 && *value < 1e6 ? value : std::nullopt;
}

ShotsInfoReading parse_shots_info(std::string_view text) {
    if (text.size() > kLongestText) return {std::nullopt, "longer than 64 KiB"};
    bool too_deep = false;
    const auto within_depth = [&](int depth, Json::parse_event_t, Json&) {
        too_deep = too_deep || depth > kDeepest;
        return !too_deep;
    };
    const Json object = Json::parse(text, within_depth, /*allow_exceptions=*/false);
    if (too_deep) return {std::nullopt, "nested too deeply"};
    if (!object.is_object()) return {std::nullopt, "no JSON object (half-written?)"};
    return {info_of(object), ""};
}

ShotsInfoReading read_shots_info(const std::filesystem::path& file) {
    std::error_code error;
    if (!std::filesystem::exists(std::filesystem::symlink_status(file, error))) return {};
    ShotsInfoReading reading;
    try {
        reading = parse_shots_info(read_text_file(file, kLongestText));
        if (!reading.warning.empty()) reading.warning = printable(file.string()) + ": " + reading.warning;
    } catch (const Error& e) {
        reading.warning = e.what();
    }
    return reading;
}

}  // namespace nightstack::io

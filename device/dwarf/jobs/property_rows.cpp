// SPDX-License-Identifier: MIT
// Ranges and words are those of the API text V1.0; a test holds them against the interface table.
#include "device/dwarf/jobs/property_rows.h"

#include <string>

#include "device/dwarf/protocol/requests.h"

namespace nightstack::device::dwarf::jobs {
namespace {

using Value = std::optional<Known<PropertyValue>>;
using Steps = std::vector<SettingStep>;
using Whole = Fact<std::int64_t>;

constexpr PropertyWord kAuto[] = {{"auto", "the scope decides"}};
constexpr PropertyWord kFilters[] = {{"cut", "infrared is kept out"}, {"pass", "infrared comes in"}};
constexpr PropertyWord kBinnings[] = {{"1x1", "3840x2160"}, {"2x2", "1920x1080, four pixels summed"}};
constexpr PropertyWord kBalances[] = {
    {"auto", "the scope decides"}, {"incandescent", ""}, {"fluorescent", ""},
    {"warm-fluorescent", ""},      {"sunlight", ""},     {"overcast", ""},
    {"evening-twilight", ""},      {"shadow", ""},       {"temperature", "as the colour temperature says"}};
constexpr PropertyWord kCharging[] = {{"none", ""}, {"slow", ""}, {"quick", ""}};
constexpr PropertyWord kCamera[] = {{"closed", ""}, {"open", ""}};
constexpr PropertyWord kPhoto[] = {{"idle", ""}, {"photo", ""}, {"panorama", ""}, {"raw", ""}, {"dark", ""}};
constexpr PropertyWord kRecord[] = {{"idle", ""}, {"video", ""}, {"time-lapse", ""}};
constexpr PropertyWord kTrack[] = {
    {"uninitialised", ""}, {"initialising", ""}, {"initialised", ""}, {"tracking", ""}, {"stopped", ""}};
constexpr PropertyWord kAstro[] = {
    {"correcting", ""}, {"tracking", ""}, {"stopping", ""}, {"idle", ""}, {"calculating", ""}};

// --- from what is known to a value
template <class T>
Value told(const Fact<T>& fact) {
    if (!fact) return {};
    return Known<PropertyValue>{PropertyValue(fact->value), fact->at};
}

template <class Enum, std::size_t N>
Value word(const Fact<Enum>& fact, const PropertyWord (&words)[N]) {
    if (!fact) return {};
    const auto at = static_cast<std::size_t>(fact->value);
    if (at >= N) return {};
    return Known<PropertyValue>{std::string(words[at].word), fact->at};
}

template <CameraSettings ScopeState::*Camera, Whole CameraSettings::*Field>
Value setting(const ScopeState& s) {
    return told(s.*Camera.*Field);
}

template <CameraSettings ScopeState::*Camera>
Value exposure_of(const ScopeState& s) {
    const CameraSettings& c = s.*Camera;
    if (c.exposure_mode && c.exposure_mode->value == ExposureMode::automatic)
        return Known<PropertyValue>{std::string("auto"), c.exposure_mode->at};
    if (!c.exposure) return {};
    return Known<PropertyValue>{c.exposure->value.count(), c.exposure->at};
}

template <CameraSettings ScopeState::*Camera>
Value gain_of(const ScopeState& s) {
    const CameraSettings& c = s.*Camera;
    if (c.gain_mode && c.gain_mode->value == GainMode::automatic)
        return Known<PropertyValue>{std::string("auto"), c.gain_mode->at};
    return told(c.gain);
}

// Scopes tell the mode and a temperature, never the scene: it is known only when it was set from here.
template <CameraSettings ScopeState::*Camera>
Value balance_of(const ScopeState& s) {
    const CameraSettings& c = s.*Camera;
    if (!c.white_balance_mode) return {};
    const Moment at = c.white_balance_mode->at;
    if (c.white_balance_mode->value == WhiteBalanceMode::automatic)
        return Known<PropertyValue>{std::string("auto"), at};
    const auto& scene = c.white_balance_scene;
    if (scene) return Known<PropertyValue>{std::string(kBalances[1 + static_cast<std::size_t>(scene->value)].word), at};
    return Known<PropertyValue>{std::string("temperature"), at};
}

Value ir_of(const ScopeState& s) {
    if (!s.tele.ir) return {};
    return Known<PropertyValue>{std::string(kFilters[s.tele.ir->value == IrFilter::pass ? 1 : 0].word), s.tele.ir->at};
}

template <Binning Bin>
Value darks_of(const ScopeState& s) {
    const auto& gains = s.dark_gains[static_cast<std::size_t>(Bin)];
    if (!gains) return {};
    std::string list;
    for (const int gain : gains->value) list += (list.empty() ? "" : " ") + std::to_string(gain);
    return Known<PropertyValue>{list.empty() ? "none" : list, gains->at};
}

// --- from a value to requests
bool is_word(const PropertyValue& value, std::string_view word) {
    const auto* text = std::get_if<std::string>(&value);
    return text != nullptr && *text == word;
}

int whole(const PropertyValue& value) { return static_cast<int>(std::get<std::int64_t>(value)); }

double real(const PropertyValue& value) {
    const auto* whole_one = std::get_if<std::int64_t>(&value);
    return whole_one != nullptr ? static_cast<double>(*whole_one) : std::get<double>(value);
}

constexpr Milliseconds kNone{0};

template <Lens L>
Steps set_exposure(const PropertyValue& value) {
    if (!is_word(value, "auto"))
        return {{request::exposure_mode(L, ExposureMode::manual), kNone},
                {request::exposure(L, Seconds{real(value)}), kIspSpacing}};
    Steps steps = {{request::exposure_mode(L, ExposureMode::automatic), kNone}};
    // Clients send the value 0 after it; the wide camera's range has no 0.
    if (L == Lens::tele) steps.push_back({request::exposure(L, Seconds{0}), kIspSpacing});
    return steps;
}

template <Lens L>
Steps set_gain(const PropertyValue& value) {
    if (is_word(value, "auto")) return {{request::gain_mode(L, GainMode::automatic), kNone}};
    return {{request::gain_mode(L, GainMode::manual), kNone}, {request::gain(L, whole(value)), kValueSpacing}};
}

template <Lens L>
Steps set_balance(const PropertyValue& value) {
    if (is_word(value, "auto")) return {{request::white_balance_mode(L, WhiteBalanceMode::automatic), kNone}};
    Steps steps = {{request::white_balance_mode(L, WhiteBalanceMode::manual), kNone}};
    for (std::size_t i = 1; i + 1 < std::size(kBalances); ++i) {
        if (is_word(value, kBalances[i].word))
            steps.push_back({request::white_balance_scene(L, static_cast<WhiteBalanceScene>(i - 1)), kIspSpacing});
    }
    return steps;
}

template <Lens L>
Steps set_temperature(const PropertyValue& value) {
    return {{request::white_balance_mode(L, WhiteBalanceMode::manual), kNone},
            {request::colour_temperature(L, whole(value)), kIspSpacing}};
}

template <Lens L, Message (*Make)(Lens, int)>
Steps set_number(const PropertyValue& value) {
    return {{Make(L, whole(value)), kNone}};
}

Steps set_ir(const PropertyValue& value) {
    return {{request::ir_filter(is_word(value, "pass") ? IrFilter::pass : IrFilter::cut), kNone}};
}

// Binning is chosen when the camera opens. A camera that is closed, or closing since a first try whose answer got
// lost, is what is wanted; one that is open already has kept its binning.
Steps set_binning(const PropertyValue& value) {
    const Binning binning = is_word(value, "2x2") ? Binning::two : Binning::none;
    constexpr std::int64_t kOpened = -1, kClosed = -2, kClosing = -44;
    return {{request::close_camera(Lens::tele), kNone, {kClosed, kClosing}, {}},
            {request::open_camera(Lens::tele, binning), Milliseconds{2000}, {}, {kOpened, kClosing}}};
}

Steps set_quality(const PropertyValue& value) { return {{request::preview_quality(whole(value)), kNone}}; }
Steps set_light(const PropertyValue& value) { return {{request::power_light(std::get<bool>(value)), kNone}}; }

constexpr auto kReal = PropertyType::real;
constexpr auto kWhole = PropertyType::integer;
constexpr auto kChoice = PropertyType::choice;
constexpr auto kFlag = PropertyType::flag;
constexpr auto kText = PropertyType::text;
constexpr auto kRead = Access::read;
constexpr auto kBoth = Access::read_write;
constexpr auto kTele = &ScopeState::tele;
constexpr auto kWide = &ScopeState::wide;
using C = CameraSettings;

struct Row {
    Property property;
    PropertyWays ways;
};

constexpr Row kRows[] = {
    {{"tele.exposure", kReal, "s", 0.0001, 15, 0, kAuto, kBoth, "exposure of the tele camera"},
     {10215, exposure_of<kTele>, set_exposure<Lens::tele>}},
    {{"tele.gain", kWhole, "", 0, 240, 0, kAuto, kBoth, "gain of the tele camera"},
     {10215, gain_of<kTele>, set_gain<Lens::tele>}},
    {{"tele.ir", kChoice, "", {}, {}, 0, kFilters, kBoth, "infrared filter of the tele camera"},
     {10215, ir_of, set_ir}},
    {{"tele.binning",
      kChoice,
      "",
      {},
      {},
      0,
      kBinnings,
      kBoth,
      "pixels of the tele camera; setting it closes and opens the camera"},
     {0, [](const ScopeState& s) { return word(s.binning, kBinnings); }, set_binning}},
    {{"tele.white-balance", kChoice, "", {}, {}, 0, kBalances, kBoth, "white balance of the tele camera"},
     {10215, balance_of<kTele>, set_balance<Lens::tele>}},
    {{"tele.colour-temperature", kWhole, "K", 2800, 7500, 0, {}, kBoth, "white balance of the tele camera, by hand"},
     {10215, setting<kTele, &C::colour_temperature_k>, set_temperature<Lens::tele>}},
    {{"tele.brightness", kWhole, "", 0, 255, 0, {}, kBoth, "of the tele preview"},
     {10215, setting<kTele, &C::brightness>, set_number<Lens::tele, request::brightness>}},
    {{"tele.contrast", kWhole, "", 0, 255, 0, {}, kBoth, "of the tele preview"},
     {10215, setting<kTele, &C::contrast>, set_number<Lens::tele, request::contrast>}},
    {{"tele.saturation", kWhole, "", 0, 255, 0, {}, kBoth, "of the tele preview"},
     {10215, setting<kTele, &C::saturation>, set_number<Lens::tele, request::saturation>}},
    {{"tele.hue", kWhole, "", 0, 255, 0, {}, kBoth, "of the tele preview"},
     {10215, setting<kTele, &C::hue>, set_number<Lens::tele, request::hue>}},
    {{"tele.sharpness", kWhole, "", 0, 100, 0, {}, kBoth, "of the tele preview"},
     {10215, setting<kTele, &C::sharpness>, set_number<Lens::tele, request::sharpness>}},
    {{"wide.exposure", kReal, "s", 0.0003, 1, 0, kAuto, kBoth, "exposure of the wide camera"},
     {10217, exposure_of<kWide>, set_exposure<Lens::wide>}},
    {{"wide.gain", kWhole, "", 64, 8000, 0, kAuto, kBoth, "gain of the wide camera"},
     {10217, gain_of<kWide>, set_gain<Lens::wide>}},
    {{"wide.white-balance", kChoice, "", {}, {}, 0, kBalances, kBoth, "white balance of the wide camera"},
     {10217, balance_of<kWide>, set_balance<Lens::wide>}},
    {{"wide.colour-temperature", kWhole, "K", 2800, 6000, 0, {}, kBoth, "white balance of the wide camera, by hand"},
     {10217, setting<kWide, &C::colour_temperature_k>, set_temperature<Lens::wide>}},
    {{"wide.brightness", kWhole, "", -64, 64, 0, {}, kBoth, "of the wide preview"},
     {10217, setting<kWide, &C::brightness>, set_number<Lens::wide, request::brightness>}},
    {{"wide.contrast", kWhole, "", 0, 95, 0, {}, kBoth, "of the wide preview"},
     {10217, setting<kWide, &C::contrast>, set_number<Lens::wide, request::contrast>}},
    {{"wide.saturation", kWhole, "", 0, 100, 0, {}, kBoth, "of the wide preview"},
     {10217, setting<kWide, &C::saturation>, set_number<Lens::wide, request::saturation>}},
    {{"wide.hue", kWhole, "", -2000, 2000, 0, {}, kBoth, "of the wide preview"},
     {10217, setting<kWide, &C::hue>, set_number<Lens::wide, request::hue>}},
    {{"wide.sharpness", kWhole, "", 1, 7, 0, {}, kBoth, "of the wide preview"},
     {10217, setting<kWide, &C::sharpness>, set_number<Lens::wide, request::sharpness>}},
    {{"wide.gamma", kWhole, "", {}, {}, 0, {}, kRead, "of the wide preview"},
     {10217, setting<kWide, &C::gamma>, nullptr}},
    {{"preview.quality", kWhole, "%", 30, 85, 0, {}, kBoth, "of the preview's JPEG"},
     {10215, setting<kTele, &C::preview_quality>, set_quality}},
    {{"battery", kWhole, "%", 0, 100, 0, {}, kRead, "charge"},
     {11003, [](const ScopeState& s) { return told(s.battery_percent); }, nullptr}},
    {{"charging", kChoice, "", {}, {}, 0, kCharging, kRead, "whether and how it charges"},
     {11407, [](const ScopeState& s) { return word(s.charging, kCharging); }, nullptr}},
    {{"power-light", kFlag, "", {}, {}, 0, {}, kBoth, "the light that shows the power state"},
     {11407, [](const ScopeState& s) { return told(s.power_light); }, set_light}},
    {{"card.present", kFlag, "", {}, {}, 0, {}, kRead, "whether a card is in the scope"},
     {11409, [](const ScopeState& s) { return told(s.card_present); }, nullptr}},
    {{"card.size", kWhole, "GB", 0, {}, 0, {}, kRead, "of the card"},
     {11405, [](const ScopeState& s) { return told(s.card_size_gb); }, nullptr}},
    {{"card.free", kWhole, "GB", 0, {}, 0, {}, kRead, "room left on the card"},
     {11405, [](const ScopeState& s) { return told(s.card_free_gb); }, nullptr}},
    {{"firmware", kText, "", {}, {}, 0, {}, kRead, "version of the scope's software"},
     {11410, [](const ScopeState& s) { return told(s.firmware); }, nullptr}},
    {{"cpu-fast", kFlag, "", {}, {}, 0, {}, kRead, "whether the processor runs in its quick mode"},
     {11407, [](const ScopeState& s) { return told(s.fast_cpu); }, nullptr}},
    {{"card-lent", kFlag, "", {}, {}, 0, {}, kRead, "whether the card is lent to a computer over USB (MTP)"},
     {11407, [](const ScopeState& s) { return told(s.mtp); }, nullptr}},
    {{"state.camera", kChoice, "", {}, {}, 0, kCamera, kRead, "the tele camera"},
     {10022, [](const ScopeState& s) { return word(s.tele_camera, kCamera); }, nullptr}},
    {{"state.photo", kChoice, "", {}, {}, 0, kPhoto, kRead, "what is being taken"},
     {10022, [](const ScopeState& s) { return word(s.photo, kPhoto); }, nullptr}},
    {{"state.record", kChoice, "", {}, {}, 0, kRecord, kRead, "what is being recorded"},
     {10022, [](const ScopeState& s) { return word(s.record, kRecord); }, nullptr}},
    {{"state.track", kChoice, "", {}, {}, 0, kTrack, kRead, "tracking of an object in the picture"},
     {10022, [](const ScopeState& s) { return word(s.track, kTrack); }, nullptr}},
    {{"state.astro", kChoice, "", {}, {}, 0, kAstro, kRead, "calibration, goto and following the sky"},
     {10022, [](const ScopeState& s) { return word(s.astro, kAstro); }, nullptr}},
    {{"darks.1x1", kText, "", {}, {}, 0, {}, kRead, "gains for which dark frames exist, without binning"},
     {10027, darks_of<Binning::none>, nullptr}},
    {{"darks.2x2", kText, "", {}, {}, 0, {}, kRead, "gains for which dark frames exist, binned"},
     {10027, darks_of<Binning::two>, nullptr}},
};

}  // namespace

std::span<const Property> property_rows() {
    static const std::vector<Property> rows = [] {
        std::vector<Property> list;
        for (const Row& row : kRows) list.push_back(row.property);
        return list;
    }();
    return rows;
}

std::span<const PropertyWays> property_ways() {
    static const std::vector<PropertyWays> ways = [] {
        std::vector<PropertyWays> list;
        for (const Row& row : kRows) list.push_back(row.ways);
        return list;
    }();
    return ways;
}

}  // namespace nightstack::device::dwarf::jobs

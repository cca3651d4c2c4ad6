// SPDX-License-Identifier: MIT
// Section 4.1: calibration, goto, RAW frames and darks.
#include "device/dwarf/protocol/rows.h"

namespace nightstack::device::dwarf::rows {
namespace {

constexpr Field kLon{.name = "lon",
                     .type = FieldType::real,
                     .unit = "deg",
                     .text = "longitude, positive WEST",
                     .limits = between(-180, 180)};
constexpr Field kLat{
    .name = "lat", .type = FieldType::real, .unit = "deg", .text = "latitude", .limits = between(-90, 90)};
constexpr Field kDate{.name = "date", .type = FieldType::text, .text = "UTC, YYYY-MM-DD hh:mm:ss"};
constexpr Field kPath{.name = "path", .type = FieldType::text, .text = "DWARF_GOTO_ and digits of the time"};

constexpr Choice kPlanets[] = {{0, "Mercury"}, {1, "Venus"},  {2, "Mars"},    {3, "Jupiter"},
                               {4, "Saturn"},  {5, "Uranus"}, {6, "Neptune"}, {7, "Moon"}};
constexpr Field kCalibrate[] = {kLon, kLat, kDate, kPath};
constexpr Field kCalibrated[] = {kCodeField, {.name = "value", .text = "number of the phase, with 1001"}};
constexpr Field kGoto[] = {
    kLon,
    kLat,
    kDate,
    kPath,
    {.name = "planet", .text = "a planet instead of a place", .limits = one_of(kPlanets), .required = false},
    {.name = "ra",
     .type = FieldType::real,
     .unit = "h",
     .text = "right ascension J2000, decimal hours with 7 decimals; needed without planet",
     .limits = between(0, 24),
     .required = false},
    {.name = "dec",
     .type = FieldType::real,
     .unit = "deg",
     .text = "declination J2000; needed without planet",
     .limits = between(-90, 90),
     .required = false},
};

constexpr Choice kFormats[] = {{0, "FITS"}, {1, "TIFF"}};
constexpr Choice kOne[] = {{1, ""}};
constexpr Field kRaw[] = {
    {.name = "target", .type = FieldType::text, .text = "name of the target; NULL when there is none"},
    {.name = "RA", .type = FieldType::text, .text = "right ascension like 09h45m51.10s"},
    {.name = "DEC",
     .type = FieldType::text,
     .text = "declination like +23\xC2\xB0"
             "46'27.0"},
    {.name = "exp", .type = FieldType::real, .unit = "s", .text = "exposure", .limits = between(0.0001, 15)},
    {.name = "gain", .text = "gain", .limits = between(0, 240)},
    {.name = "binning", .text = "binning", .limits = one_of(kBinningChoices)},
    {.name = "count", .text = "number of frames", .limits = between(1, 999)},
    {.name = "name", .type = FieldType::text, .text = "DWARF_RAW_ and digits, or the vendor's album does not show it"},
    {.name = "overlayCount", .text = "number of stacked pictures, must be 1", .limits = one_of(kOne)},
    {.name = "format", .text = "file format", .limits = one_of(kFormats, 1)},
};
constexpr Field kRawCount[] = {
    kCodeField,
    kCameraField,
    {.name = "totalCount", .text = "frames to take"},
    {.name = "currentCount", .text = "frames taken"},
};
constexpr Field kStackedCount[] = {kCodeField, kCameraField, {.name = "stackedCount", .text = "frames stacked"}};

constexpr Choice kSources[] = {
    {0, "running stack"}, {1, "single exposure of 15 s"}, {2, "composite of exposures longer than 15 s"}};
constexpr Field kSource[] = {{.name = "source", .text = "what /rawstream shows", .limits = one_of(kSources)}};

constexpr Field kDarks[] = {
    {.name = "count", .text = "number of frames", .limits = {1, std::nullopt, 40, {}}},
    {.name = "name", .type = FieldType::text, .text = "DWARF_DARK_ and digits of the time"},
    {.name = "binning", .text = "binning", .limits = one_of(kBinningChoices)},
    {.name = "darkGain",
     .text = "bit mask of gains: bit i is gain 10*i, 0 to 240; gains 0 and 10 are 3",
     .limits = between(1, 33554431)},
    {.name = "darkExp", .text = "exposure as a gear counted from zero", .limits = between(0, 156), .required = false},
    {.name = "darkExposure",
     .type = FieldType::real,
     .unit = "s",
     .text = "exposure in seconds, the other name of it; one of the two is needed",
     .limits = between(0.0001, 15),
     .required = false},
};
constexpr Field kDarkQuery[] = {{.name = "binning", .text = "binning", .limits = one_of(kBinningChoices)}};
constexpr Field kDarkGains[] = {
    {.name = "value", .text = "bit mask of the gains that have darks"},
    kCodeField,
    kCameraField,
    {.name = "binning", .text = "binning", .limits = one_of(kBinningChoices)},
};

constexpr Interface kRows[] = {
    {.number = 10011,
     .section = "4.1.4",
     .key = "raw.take",
     .text = "Take RAW frames of the sky; the scope stacks them as well",
     .cameras = Cameras::tele,
     .repeat = Repeat::never,
     .request_fields = kRaw,
     .reply_fields = kCameraAndCode,
     .source =
         "[C] API text, which lost format 1, and JavaScript library, whose default it is. Limits of exp, gain and "
         "count are those of the vendor's app and the ladder (inferred). The end is announced by nothing"},
    {.number = 10014,
     .section = "4.1.5",
     .key = "raw.count",
     .text = "Says how many RAW frames have been taken",
     .request = false,
     .pushed = true,
     .answer = Answer::silent,
     .reply_fields = kRawCount,
     .source = "[C] API text and clients; a real scope does not send it for every frame (observed). Whether its code "
               "is 0 is not known"},
    {.number = 10015,
     .section = "4.1.7",
     .key = "raw.stop",
     .text = "Stop taking RAW frames",
     .cameras = Cameras::tele,
     .reply_fields = kCameraAndCode,
     .source =
         "[C] without camId, as in the API text, a real scope stays silent and keeps shooting (observed); the "
         "later library sends it and takes the answer for the end; the answer's camId is inferred from its neighbours"},
    {.number = 10020,
     .section = "4.1.9",
     .key = "raw.preview",
     .text = "Choose what the RAW preview shows; sent after the first stacked frame",
     .cameras = Cameras::tele,
     .request_fields = kSource,
     .reply_fields = kCameraAndCode,
     .source = "[C] API text and JavaScript library"},
    {.number = 10023,
     .section = "4.1.6",
     .key = "raw.stacked",
     .text = "Says how many RAW frames have been stacked",
     .request = false,
     .pushed = true,
     .answer = Answer::silent,
     .reply_fields = kStackedCount,
     .source = "[C] API text and clients; it has no currentCount"},
    {.number = 10026,
     .section = "4.1.10",
     .key = "darks.take",
     .text = "Take dark frames for a set of gains",
     .cameras = Cameras::tele,
     .repeat = Repeat::never,
     .request_fields = kDarks,
     .reply_fields = kCameraAndCode,
     .source =
         "[I] darkExp (a gear) is the API text's, darkExposure (seconds) the JavaScript library's: both are sent, "
         "which one a scope reads and how its gears count is not known. When darks exist already a real scope "
         "answers with a power message 11003 (observed). Count 40 from a damaged line of the text"},
    {.number = 10027,
     .section = "4.1.11",
     .key = "darks.query",
     .text = "Ask for which gains darks exist",
     .cameras = Cameras::tele,
     .request_fields = kDarkQuery,
     .reply_fields = kDarkGains,
     .source = "[C] API text and JavaScript library"},
    {.number = 11203,
     .section = "4.1.3",
     .key = "astro.goto",
     .text = "Point at a place in the sky or a planet and follow it; needs a calibration",
     .cameras = Cameras::tele,
     .answer = Answer::progress,
     .repeat = Repeat::never,
     .request_fields = kGoto,
     .reply_fields = kCodeOnly,
     .source =
         "[C] clients of September 2023 on real scopes: west-positive longitude, hours, UTC; answers are 1003, 1004, "
         "1005 (success; 0 was seen too) or 1006, -18, -45, -46. The API text prints 11205 as the answer's number, "
         "which is wrong"},
    {.number = 11204,
     .section = "-",
     .key = "astro.stop",
     .text = "Stop a goto or following the sky",
     .cameras = Cameras::tele,
     .answer = Answer::progress,
     .reply_fields = kCodeOnly,
     .source = "[C] JavaScript library V0.0.2-beta.4; missing in the API text. Answers -31, then 1007, then 1008"},
    {.number = 11205,
     .section = "4.1.2",
     .key = "astro.calibrate",
     .text = "Find out where the scope looks (correction); needs clock, place and a clear sky; takes minutes",
     .cameras = Cameras::tele,
     .answer = Answer::progress,
     .repeat = Repeat::never,
     .request_fields = kCalibrate,
     .reply_fields = kCalibrated,
     .source =
         "[C] clients of September 2023 on real scopes; answers are 1000, 1001 with value = phase (repeated), then "
         "1009 or 1002, -18, -46; 1004 was seen too"},
};

}  // namespace

std::span<const Interface> astro() { return kRows; }

}  // namespace nightstack::device::dwarf::rows

// SPDX-License-Identifier: MIT
// Where the wire differs from sense, in one place: signs, units, numberings and habits of real
// scopes, as the history of real clients proves them. Everything outside this file speaks degrees,
// longitude positive EAST, UTC, and names. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "device/dwarf/protocol/message.h"
#include "device/dwarf/protocol/types.h"
#include "device/model/optics.h"
#include "device/model/target.h"

namespace nightstack::device::dwarf {

// --- cameras: tele 0, wide 1
int wire_camera(Lens lens);
std::optional<Lens> lens_of(const Message& message);  // of `camId`; absent or another number: nothing

// --- places. Longitude is positive WEST on the wire: clients that sent it east-positive saw goto
// fail or go astray. Nothing when `lon` or `lat` is absent or out of range.
double wire_longitude(double east_deg);  // 180 and -180 both become 180
void set_site(Message& message, const Site& site);
std::optional<Site> site_of(const Message& message);

// --- directions. 11203 takes decimal hours with 7 decimals and decimal degrees, both numbers;
// 10011 takes texts, "09h45m51.10s" and "+23°46'27.0". J2000 both. Throw OptionError outside
// 0..360 or -90..90; reading gives nothing where the text is none.
double wire_ra_hours(double ra_deg);
std::string wire_ra_text(double ra_deg);
std::string wire_dec_text(double dec_deg);
std::optional<double> ra_deg_of_text(std::string_view text);  // also "0h42m44s"
std::optional<double> dec_deg_of_text(std::string_view text);
void set_place(Message& goto_request, const std::variant<Equatorial, Planet>& place);
std::optional<std::variant<Equatorial, Planet>> place_of(const Message& goto_request);

// --- time: UTC, "2023-09-01 21:05:00". (Local time was tried by clients and given up.)
std::string wire_date(Utc time);
std::optional<Utc> utc_of_date(std::string_view text);  // years 1970 to 2200

// --- names of sessions and files: a prefix and the digits of UTC, nothing else, or the vendor's
// album does not show the session.
enum class NameKind { photo, time_lapse, raw, dark, go_to, panorama };
std::string_view name_prefix(NameKind kind);  // "DWARF_RAW_"
std::string name_for(NameKind kind, Utc time);
bool well_named(NameKind kind, std::string_view name);  // that prefix, then 8 to 20 digits

// --- numberings
int wire_exposure_mode(Lens lens, ExposureMode mode);  // automatic: tele 0, wide 3; manual 1
std::optional<ExposureMode> exposure_mode_of(Lens lens, std::int64_t wire);
int wire_motor_mode(MotorMode mode);                        // 10100: continuous 1, pulse 2
std::optional<MotorMode> motor_mode_of(std::int64_t wire);  // of 10100's `mode`
std::optional<MotorMode> run_mode_of(std::int64_t wire);    // of 10101's reply: pulse 0, continuous 1
std::optional<Motor> motor_of(const Message& message);      // `motorId`; in 10107's reply and in requests `id`

// A whole number is written without a point, as JavaScript does: the only form scopes are known to have read.
Value wire_number(double value);

// --- darks. Gains are a bit mask: bit i is gain 10*i, 0 to 240, so gains 0 and 10 are 3. Throws OptionError
// for a gain that has no bit.
std::int64_t gain_mask(std::span<const int> gains);
std::vector<int> gains_of_mask(std::int64_t mask);  // bits above 24 are not looked at

// The exposure of 10026 has two names and two units: the API text's `darkExp` is a gear counted from
// zero, the vendor's library sends `darkExposure` in seconds. Nobody knows which a scope reads, so both
// are sent, each in the unit of its source; an exposure that is no gear (3 s) goes as seconds only.
void set_dark_exposure(Message& message, Seconds exposure);
// Either name. darkExposure: seconds up to 15, else a gear. darkExp: a gear, unless it has a fraction. A gear
// is 0..52, or three times that up to 156: how the scope counts is not known.
std::optional<Seconds> dark_exposure_of(const Message& message);

// --- which message answers which request, among pushes and other clients' answers
enum class Match {
    no,
    yes,
    perhaps,  // may be a push as well: keep it, wait on for a better one, take it when none comes
};
// The same number, and the same camera and motor where both say one. A dark request whose darks exist
// already is answered by a power message 11003 (seen on a real scope), which also comes unasked: perhaps.
// A limit push of a motor is perhaps the answer to its start. Stop RAW (10015) may get no answer at all.
Match answers(const Message& request, const Message& message);

// How far a message of that number and code brings the command.
enum class Step { going, done, failed };
// Calibration 1000, 1001 ... 1009 or 1002; goto 1003, 1004, 1005 (0 was seen too) or 1006; stop goto -31,
// 1007, 1008; the rest 0, and -1 for a camera that is open already (its binning may be another).
Step step_of(int interface, std::int64_t code);

// --- WebSocket pings go out EMPTY: a scope answers a ping that has a payload by a pong without it
// (against RFC 6455), and a client that compares them takes the scope for lost.
inline constexpr std::string_view kPingPayload = "";

}  // namespace nightstack::device::dwarf

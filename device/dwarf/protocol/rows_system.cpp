// SPDX-License-Identifier: MIT
// Section 7: power, card, versions, lights, firmware update (a row only, never sent).
#include "device/dwarf/protocol/rows.h"

namespace nightstack::device::dwarf::rows {
namespace {

constexpr Field kRgb[] = {
    {.name = "mode", .text = "pattern of the light ring", .limits = between(96, 105)},
    {.name = "hue", .text = "hue", .limits = between(0, 255)},
    {.name = "saturation", .text = "saturation", .limits = between(0, 255)},
    {.name = "value", .text = "brightness", .limits = between(0, 255)},
    {.name = "background", .text = "background", .limits = between(0, 7)},
    {.name = "delayTime", .text = "delay", .limits = between(1, 255)},
    {.name = "breatheDelay", .text = "delay of breathing", .limits = between(1, 255)},
    {.name = "cycleNum", .text = "number of cycles", .limits = between(0, 255)},
    {.name = "cycleFlag", .text = "0 loop, other values by number (the text is damaged here)"},
};
constexpr Field kPower[] = {{.name = "value", .unit = "%", .text = "charge of the battery", .limits = between(0, 100)},
                            kCodeField};
constexpr Field kCharging[] = {{.name = "value", .text = "charging", .limits = one_of(kChargeChoices)}};
constexpr Field kCardSize[] = {{.name = "size", .unit = "GB", .text = "size of the card"},
                               {.name = "avail", .unit = "GB", .text = "free on the card"}};
constexpr Choice kCpuModes[] = {{0, "normal"}, {1, "performance"}};
constexpr Field kSystem[] = {
    {.name = "chargeState", .text = "charging", .limits = one_of(kChargeChoices)},
    {.name = "tfState", .text = "card", .limits = one_of(kAbsentPresent)},
    {.name = "powerIndState", .text = "power light", .limits = one_of(kOffOn)},
    {.name = "ele", .unit = "%", .text = "charge of the battery"},
    {.name = "fwVersion", .type = FieldType::text, .text = "firmware version"},
    {.name = "cpuMode", .text = "processor", .limits = one_of(kCpuModes)},
    {.name = "mtpMode", .text = "card at the computer over USB", .limits = one_of(kOffOn)},
};
constexpr Field kCardPresent[] = {{.name = "value", .text = "card", .limits = one_of(kAbsentPresent)}, kCodeField};
constexpr Field kVersion[] = {{.name = "version", .type = FieldType::text, .text = "version like 1.5.2"}, kCodeField};

constexpr std::string_view kBare = "[S] API text; the answer was never recorded";

constexpr Interface kRows[] = {
    {.number = 11000,
     .section = "7.12",
     .key = "rgb.set",
     .text = "Set the light ring",
     .answer = Answer::unknown,
     .request_fields = kRgb,
     .source = "[S] API text; no public client uses it, what the numbers do is not known"},
    {.number = 11003,
     .section = "7.10",
     .key = "power.level",
     .text = "Ask for the charge of the battery; also comes unasked",
     .pushed = true,
     .reply_fields = kPower,
     .source = "[R] exact shape observed: value and code. It also answers a dark request whose darks exist"},
    {.number = 11004,
     .section = "7.11",
     .key = "power.off",
     .text = "Shut the scope down",
     .repeat = Repeat::never,
     .source = "[C] API text and JavaScript library; the fields of the answer were never recorded"},
    {.number = 11008,
     .section = "7.13",
     .key = "rgb.off",
     .text = "Turn the light ring off",
     .answer = Answer::unknown,
     .source = kBare},
    {.number = 11009,
     .section = "7.14",
     .key = "indicator.on",
     .text = "Turn the power light on",
     .answer = Answer::unknown,
     .source = kBare},
    {.number = 11010,
     .section = "7.15",
     .key = "indicator.off",
     .text = "Turn the power light off",
     .answer = Answer::unknown,
     .source = "[I] the API text lost the number; 11010 by its position"},
    {.number = 11011,
     .section = "7.5",
     .key = "power.charging",
     .text = "Says that charging began, changed or ended",
     .request = false,
     .pushed = true,
     .answer = Answer::silent,
     .reply_fields = kCharging,
     .source = "[S] API text"},
    {.number = 11400,
     .section = "7.7",
     .key = "firmware.update",
     .text = "Firmware update of scopes before 1.3.19; never sent",
     .answer = Answer::unknown,
     .repeat = Repeat::never,
     .offered = false,
     .source = kBare},
    {.number = 11405,
     .section = "7.2",
     .key = "card.size",
     .text = "Ask for size and free space of the card",
     .reply_fields = kCardSize,
     .source = "[C] API text and a client that shows both"},
    {.number = 11407,
     .section = "7.1",
     .key = "state.system",
     .text = "Ask for battery, card, lights, firmware and modes",
     .reply_fields = kSystem,
     .source = "[S] API text; the exact JSON was never recorded"},
    {.number = 11408,
     .section = "7.6",
     .key = "card.mtp",
     .text = "Give the card to a computer over USB (MTP)",
     .answer = Answer::unknown,
     .repeat = Repeat::never,
     .source = "[S] API text, which names no way back; the answer was never recorded"},
    {.number = 11409,
     .section = "7.3",
     .key = "card.present",
     .text = "Ask whether there is a card",
     .reply_fields = kCardPresent,
     .source = "[C] API text and JavaScript library"},
    {.number = 11410,
     .section = "7.4",
     .key = "version",
     .text = "Ask for the version of the software; shows whether this API is spoken at all",
     .reply_fields = kVersion,
     .source = "[C] API text and JavaScript library"},
};

}  // namespace

std::span<const Interface> system() { return kRows; }

}  // namespace nightstack::device::dwarf::rows

// SPDX-License-Identifier: MIT
// Section 5: the motors. The rules that join several fields (speed and mStep, pulse and mStep) stand in check.cpp.
#include "device/dwarf/protocol/rows.h"

namespace nightstack::device::dwarf::rows {
namespace {

constexpr Choice kMotors[] = {{1, "spin"}, {2, "pitch"}};
constexpr Choice kMotorsAndFocus[] = {{1, "spin"}, {2, "pitch"}, {3, "focus"}};
constexpr Choice kModes[] = {{1, "continuous"}, {2, "pulse"}};
constexpr Choice kRunModes[] = {{0, "pulse"}, {1, "continuous"}};
constexpr Choice kTurns[] = {{0, "anticlockwise; focus: plus"}, {1, "clockwise; focus: minus"}};
constexpr Choice kTrends[] = {{0, "decelerate"}, {1, "accelerate"}};
constexpr Choice kEnds[] = {{0, "limit 0"}, {1, "limit 1"}};

constexpr Field kMotor{.name = "id", .text = "motor", .limits = one_of(kMotors)};
constexpr Field kAnyMotor{.name = "id", .text = "motor", .limits = one_of(kMotorsAndFocus)};
constexpr Field kMotorOfReply{.name = "motorId", .text = "motor", .limits = one_of(kMotorsAndFocus)};
constexpr Field kSubdivision{.name = "mStep", .text = "subdivision of a step", .limits = one_of(kSubdivisions)};
constexpr Field kAcceleration{.name = "accelStep", .text = "steps of acceleration", .limits = between(0, 1000)};
constexpr Field kTurn{.name = "direction", .text = "way round", .limits = one_of(kTurns)};

constexpr Field kStart[] = {
    kAnyMotor,
    {.name = "mode", .text = "until stopped, or a number of pulses", .limits = one_of(kModes)},
    kSubdivision,
    {.name = "speed", .text = "pulses per second, at most 1000*mStep", .limits = between(1, 50000)},
    kAcceleration,
    kTurn,
    {.name = "pulse",
     .text = "number of pulses: at least 2, above mStep 32 at least 5; needed in pulse mode",
     .limits = from(1),
     .required = false},
};
constexpr Field kStarted[] = {
    kMotorOfReply, kCodeField, {.name = "limit", .text = "with -22: which end", .limits = one_of(kEnds)}};
constexpr Field kStop[] = {kAnyMotor,
                           {.name = "decelStep", .text = "steps of deceleration", .limits = between(0, 1000)}};
constexpr Field kStopped[] = {
    kMotorOfReply,
    {.name = "runMode", .text = "how it ran; other numbers than mode", .limits = one_of(kRunModes)},
    {.name = "numSteps", .text = "steps it ran"},
    kCodeField,
};
constexpr Field kSpeed[] = {
    kMotor,
    {.name = "speed", .text = "pulses per second", .limits = between(0, 50000)},
    kAcceleration,
    {.name = "trend", .text = "slower or faster", .limits = one_of(kTrends)},
};
constexpr Field kSpeedSet[] = {kAnyMotor, kCodeField};
constexpr Field kDirection[] = {kMotor, kTurn};
constexpr Field kDirectionSet[] = {kMotorOfReply, kTurn, kCodeField};
constexpr Field kSubdivide[] = {kMotor, kSubdivision};
constexpr Field kSubdivided[] = {kMotorOfReply, kCodeField};

constexpr Interface kRows[] = {
    {.number = 10100,
     .section = "5.1",
     .key = "motor.start",
     .text = "Run a motor; an end of its range is pushed with code -22",
     .pushed = true,
     .repeat = Repeat::never,
     .request_fields = kStart,
     .reply_fields = kStarted,
     .source =
         "[C] API text, and clients: real requests use speed 1000 with mStep 1, so the limit itself is allowed though "
         "the text says less than; motor 3 moves the focus, there with pulse 1. The unit of speed is inferred, what "
         "a pulse is in degrees is not known"},
    {.number = 10101,
     .section = "5.2",
     .key = "motor.stop",
     .text = "Stop a motor",
     .request_fields = kStop,
     .reply_fields = kStopped,
     .source = "[C] API text and clients; runMode counts 0 pulse, 1 continuous"},
    {.number = 10107,
     .section = "5.3",
     .key = "motor.speed",
     .text = "Change the speed of a motor",
     .repeat = Repeat::never,
     .request_fields = kSpeed,
     .reply_fields = kSpeedSet,
     .source = "[C] API text and JavaScript library; the answer says id where others say motorId"},
    {.number = 10108,
     .section = "5.4",
     .key = "motor.direction",
     .text = "Set which way round a motor turns",
     .request_fields = kDirection,
     .reply_fields = kDirectionSet,
     .source = "[C] API text, which prints no code in the answer, and JavaScript library"},
    {.number = 10109,
     .section = "5.5",
     .key = "motor.subdivision",
     .text = "Set how finely a motor's step is divided",
     .request_fields = kSubdivide,
     .reply_fields = kSubdivided,
     .source = "[I] API text, which prints no answer, and JavaScript library; motorId as in its neighbours, the code "
               "is inferred"},
};

}  // namespace

std::span<const Interface> motion() { return kRows; }

}  // namespace nightstack::device::dwarf::rows

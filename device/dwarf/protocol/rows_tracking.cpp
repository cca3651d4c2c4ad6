// SPDX-License-Identifier: MIT
// Sections 4.2 and 4.3: following an object in the picture, panorama.
#include "device/dwarf/protocol/rows.h"

namespace nightstack::device::dwarf::rows {
namespace {

constexpr Field kTracked[] = {kCameraField, kBox[0], kBox[1], kBox[2], kBox[3], kCodeField};

constexpr Field kPanorama[] = {
    {.name = "row", .text = "rows of pictures", .limits = between(1, 30, 3)},
    {.name = "col", .text = "columns of pictures", .limits = between(1, 60, 3)},
    {.name = "mStep1", .text = "subdivision of a step, spin motor", .limits = one_of(kSubdivisions)},
    {.name = "mStep2", .text = "subdivision of a step, pitch motor", .limits = one_of(kSubdivisions)},
    {.name = "speed1", .text = "speed of the spin motor, at most 1000*mStep1", .limits = between(0, 256000)},
    {.name = "speed2", .text = "speed of the pitch motor, at most 1000*mStep2", .limits = between(0, 256000)},
    {.name = "pulse1", .text = "pulses from picture to picture, spin motor", .limits = from(2)},
    {.name = "pulse2", .text = "pulses from picture to picture, pitch motor", .limits = from(2)},
    {.name = "imgPath", .type = FieldType::text, .text = "DWARF_PANORAMA_ and digits of the time"},
    {.name = "accelStep1", .text = "steps of acceleration, spin motor", .limits = between(0, 1000)},
    {.name = "accelStep2", .text = "steps of acceleration, pitch motor", .limits = between(0, 1000)},
};

constexpr Interface kRows[] = {
    {.number = 10103,
     .section = "4.3.1",
     .key = "panorama.start",
     .text = "Take a grid of pictures",
     .repeat = Repeat::never,
     .request_fields = kPanorama,
     .reply_fields = kCodeOnly,
     .source = "[I] field names from the JavaScript library (the API text lost them), limits of rows and columns from "
               "firmware 2.1.6 (V1's are unknown); no public client used it, so sensible pulses must be measured. "
               "Codes -8, -40, -48 to -54"},
    {.number = 10106,
     .section = "4.3.2",
     .key = "panorama.stop",
     .text = "Stop the panorama",
     .reply_fields = kCodeOnly,
     .source = "[C] API text and JavaScript library"},
    {.number = 11200,
     .section = "4.2.1",
     .key = "track.init",
     .text = "Make the tracking of objects ready; must precede 11201",
     .reply_fields = kCameraAndCode,
     .source = "[C] API text and JavaScript library"},
    {.number = 11201,
     .section = "4.2.2",
     .key = "track.start",
     .text = "Follow the object in a box; the box is pushed as it moves",
     .cameras = Cameras::tele,
     .pushed = true,
     .repeat = Repeat::never,
     .request_fields = kBox,
     .reply_fields = kTracked,
     .source = "[C] API text and JavaScript library"},
    {.number = 11202,
     .section = "4.2.3",
     .key = "track.stop",
     .text = "Stop following the object",
     .cameras = Cameras::tele,
     .reply_fields = kCameraAndCode,
     .source = "[C] API text; the JavaScript library sends no camId"},
};

}  // namespace

std::span<const Interface> tracking() { return kRows; }

}  // namespace nightstack::device::dwarf::rows

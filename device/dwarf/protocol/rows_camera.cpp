// SPDX-License-Identifier: MIT
// Sections 3.1 and 3.2: cameras on and off, preview quality, photo, video, time lapse.
#include "device/dwarf/protocol/rows.h"

namespace nightstack::device::dwarf::rows {
namespace {

constexpr Field kOpen[] = {
    {.name = "binning", .text = "1x1 is 3840x2160, 2x2 is 1920x1080", .limits = one_of(kBinningChoices, 1)},
};
constexpr Field kQuality[] = {
    {.name = "value", .unit = "%", .text = "JPEG quality of the preview", .limits = between(30, 85)},
};
constexpr Choice kPhotoModes[] = {{0, "single"}, {1, "continuous"}};
constexpr Field kPhoto[] = {
    {.name = "mode", .text = "one picture or a series", .limits = one_of(kPhotoModes)},
    {.name = "count", .text = "number of pictures", .limits = from(1, 1)},
    kFileName,
};
constexpr Field kVideo[] = {kFileName};
constexpr Field kTimeLapse[] = {
    {.name = "interval", .unit = "s", .text = "time from picture to picture", .limits = between(1, 60)},
    {.name = "outTime", .unit = "s", .text = "output duration", .limits = from(1)},
    kFileName,
};

constexpr Interface kRows[] = {
    {.number = 10000,
     .section = "3.1.1",
     .key = "camera.open",
     .text = "Open a camera; everything else of that camera needs this first",
     .cameras = Cameras::both,
     .request_fields = kOpen,
     .reply_fields = kCameraAndCode,
     .source =
         "[C] API text, whose table lost binning; the JavaScript library sends it, default 1. Code -1: already open"},
    {.number = 10006,
     .section = "3.2.1",
     .key = "photo.take",
     .text = "Take one picture or a series",
     .cameras = Cameras::both,
     .repeat = Repeat::never,
     .request_fields = kPhoto,
     .reply_fields = kCameraAndCode,
     .source = "[C] API text, which omits name; the JavaScript library sends it"},
    {.number = 10007,
     .section = "3.2.2",
     .key = "video.start",
     .text = "Start recording a video",
     .cameras = Cameras::tele,
     .repeat = Repeat::never,
     .request_fields = kVideo,
     .reply_fields = kCameraAndCode,
     .source = "[C] API text (tele only) and JavaScript library"},
    {.number = 10009,
     .section = "3.2.3",
     .key = "video.stop",
     .text = "Stop recording the video",
     .cameras = Cameras::tele,
     .reply_fields = kCameraAndCode,
     .source = "[C] API text (tele only) and JavaScript library"},
    {.number = 10016,
     .section = "-",
     .key = "preview.quality",
     .text = "Set the JPEG quality of the preview",
     .answer = Answer::unknown,
     .request_fields = kQuality,
     .source = "[C] JavaScript library; section 3.1.4 is missing in the API text. The answer was never recorded"},
    {.number = 10017,
     .section = "3.1.2",
     .key = "camera.close",
     .text = "Close a camera",
     .cameras = Cameras::both,
     .reply_fields = kCameraAndCode,
     .source = "[C] API text and JavaScript library. Code -44 while closing"},
    {.number = 10018,
     .section = "3.2.4",
     .key = "timelapse.start",
     .text = "Start a time lapse",
     .cameras = Cameras::tele,
     .repeat = Repeat::never,
     .request_fields = kTimeLapse,
     .reply_fields = kCameraAndCode,
     .source = "[C] API text (tele only) and JavaScript library. Whether outTime counts the film or the shooting is "
               "not said"},
    {.number = 10019,
     .section = "3.2.5",
     .key = "timelapse.stop",
     .text = "Stop the time lapse",
     .cameras = Cameras::tele,
     .reply_fields = kCameraAndCode,
     .source = "[C] API text (tele only) and JavaScript library"},
};

}  // namespace

std::span<const Interface> camera() { return kRows; }

}  // namespace nightstack::device::dwarf::rows

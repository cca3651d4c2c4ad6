// SPDX-License-Identifier: MIT
// The words of requests and replies: what the wire writes as 0, 1, 2 has a name here. The numbers
// are the wire's unless quirks.h says otherwise. Plain values.
#pragma once

#include <chrono>
#include <cstdint>

namespace nightstack::device::dwarf {

using Seconds = std::chrono::duration<double>;
using Utc = std::chrono::system_clock::time_point;

enum class Binning : int { none = 0, two = 1 };  // 1x1 (3840x2160), 2x2 summed (1920x1080)

enum class ExposureMode { automatic, manual };  // numbers differ by camera: quirks.h
enum class GainMode : int { automatic = 0, manual = 1 };
enum class IrFilter : int { cut = 0, pass = 3 };
enum class WhiteBalanceMode : int { automatic = 0, manual = 1 };
enum class WhiteBalanceScene : int {
    incandescent = 0,
    fluorescent,
    warm_fluorescent,
    sunlight,
    overcast,
    evening_twilight,
    shadow
};
enum class PhotoMode : int { single = 0, continuous = 1 };
enum class RawFormat : int { fits = 0, tiff = 1 };

// What /rawstream shows: the growing stack, single exposures up to 15 s, composites of longer ones.
enum class PreviewSource : int { stack = 0, single = 1, composite = 2 };

enum class CameraState : int { closed = 0, open = 1 };
enum class PhotoState : int { idle = 0, photo, panorama, raw, dark };
enum class RecordState : int { idle = 0, video, time_lapse };
enum class TrackState : int { uninitialised = 0, initialising, initialised, tracking, stopped };
enum class AstroState : int { correcting = 0, tracking, stopping, idle, calculating };
enum class ChargeState : int { none = 0, slow = 1, quick = 2 };

enum class Motor : int { spin = 1, pitch = 2, focus = 3 };   // focus: nearer and farther, seen in one real client
enum class MotorMode { continuous, pulse };                  // two numberings on the wire: quirks.h
enum class Turn : int { anticlockwise = 0, clockwise = 1 };  // of the focus motor: 0 plus, 1 minus
enum class Trend : int { decelerate = 0, accelerate = 1 };

// In the 1920x1080 picture that tracking and autofocus count in, whatever the stream's size.
struct Box {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    bool operator==(const Box&) const = default;
};
inline constexpr int kPictureWidth = 1920;
inline constexpr int kPictureHeight = 1080;

}  // namespace nightstack::device::dwarf

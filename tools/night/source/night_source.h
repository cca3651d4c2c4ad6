// SPDX-License-Identifier: MIT
// Where the frames of a live night come from: a folder that fills, a folder that is full, a scope. Whatever it is, it
// tells one frame after the other, each once, when it is whole on this machine's disk; nothing is held back and nothing
// is lost while the caller is slow.
//
// Thread rule: `next` on one thread, which it blocks; `know` before the first `next`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace nightstack::tools {

struct Arrival {
    enum class Kind {
        frame,
        notice,  // `text` tells people what happened: the folder is gone, the scope is back ...
    };
    Kind kind = Kind::frame;
    std::string name;            // of a frame: its path below the source's folder, '/' between the parts, any bytes
    std::filesystem::path path;  // where it lies
    bool marked_failed = false;  // the device says that this frame is no good (failed_...)
    std::string text;
};

class NightSource {
public:
    virtual ~NightSource() = default;
    // An earlier run of the same night was told this frame, which had so many bytes: it is not told again as long as it
    // still has.
    virtual void know(const std::string& name, std::uint64_t bytes) = 0;
    // Waits for the next; nothing: the source has ended, or a stop is asked for. Throws what ends the night: IoError,
    // OptionError, DeviceError.
    virtual std::optional<Arrival> next(const std::stop_token& stop) = 0;
    // The folder below which its frames lie; calibration frames are looked for there as well.
    virtual std::filesystem::path folder() const = 0;
    // The night is over: whoever takes frames for it is told to stop. Frames that are there are told still, then the
    // source ends. Returns at once; from any thread.
    virtual void end_capture() {}
    // Likewise, and somebody waits for the picture: frames that lie in a folder for good need not be told.
    virtual void end_night() { end_capture(); }
    // Frames still to come, where anybody knows.
    virtual std::optional<std::uint64_t> expected() const { return std::nullopt; }
};

}  // namespace nightstack::tools

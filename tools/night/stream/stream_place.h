// SPDX-License-Identifier: MIT
// What --stream names: an address of anybody's, or one of the scope's own streams. Pure function, any thread.
#pragma once

#include <string>

#include "io/mjpeg/mjpeg_client.h"

namespace nightstack::tools {

struct StreamPlace {
    io::MjpegSource source;
    std::string words;          // "http://127.0.0.1:8000/video", "tele of 192.168.88.1": fit for a screen
    bool by_exposures = false;  // one picture an exposure: long silence is no loss
};

// "http://HOST[:PORT][/PATH]", or tele, wide, raw of the scope at `scope` (HOST or HOST:PORT) with these --ports.
// Throws OptionError.
StreamPlace parse_stream_place(const std::string& stream, const std::string& scope, const std::string& ports);

inline constexpr std::chrono::milliseconds kLostAfter{5'000};  // of a stream with several pictures a second

inline constexpr std::chrono::milliseconds kLostAfterExposures{120'000};  // of one picture in 15 s and a little

// Since when nothing has come is told after two fifths of `lost`, and after all of it the connection is given up. A
// server that is back is found within 10 s.
io::MjpegTimes stream_times(std::chrono::milliseconds lost);

}  // namespace nightstack::tools

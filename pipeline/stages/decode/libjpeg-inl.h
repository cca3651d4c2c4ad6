// SPDX-License-Identifier: MIT
// libjpeg as functions that return: it reports errors by a callback that must not come back. Every call into it
// therefore happens in a function of its own without objects that would need destruction, and is left by longjmp.
#pragma once

#include <cstdio>  // before jpeglib.h, which forgets it
//
#include <jpeglib.h>

#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <span>

#include "pipeline/stages/decode/picture_limits.h"

namespace nightstack {

// Where the rows of one plane lie.
struct PlaneRows {
    std::uint8_t* data = nullptr;
    std::ptrdiff_t stride = 0;
    int height = 0;
};

struct LibJpeg {
    jpeg_decompress_struct jpeg;  // first, so that the callbacks find the rest
    jpeg_error_mgr errors;
    jpeg_progress_mgr progress;
    std::jmp_buf leave;
    std::array<char, JMSG_LENGTH_MAX> message;  // the first warning, or the error
    long warnings;
    bool stop_at_warning;
    DecodeLimits limits;
};

// False: out of memory or the wrong library; there is nothing to destroy.
bool create(LibJpeg& lib, const DecodeLimits& limits);
void destroy(LibJpeg& lib);
// All of the following: false with a message. abort() after each picture, whatever came of it.
bool read_header(LibJpeg& lib, std::span<const std::byte> bytes, bool stop_at_warning);
bool read_planes(LibJpeg& lib, const std::array<PlaneRows, 3>& planes);
bool read_rgb(LibJpeg& lib, std::uint8_t* rows, std::ptrdiff_t stride);
void abort(LibJpeg& lib);

}  // namespace nightstack

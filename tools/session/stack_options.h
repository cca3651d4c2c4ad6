// SPDX-License-Identifier: MIT
// The options of `nightstack stack` as plain values.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace nightstack::tools {

// Words are kept as typed; session/job_options turns them into the enums of the stages.
struct StackOptions {
    std::vector<std::filesystem::path> inputs;
    std::vector<std::filesystem::path> darks, flats, biases;  // folders, frames or ready masters
    bool no_dark = false, no_flat = false, no_bias = false;
    bool plain_darks = false;  // without quiet_master
    std::string demosaic = "linear";
    std::string drizzle_kernel = "square";
    double pixfrac = 1;
    int scale = 1;
    std::string pattern;  // CFA pattern for files that do not say
    std::string transform = "auto";
    std::string distortion = "auto";
    std::string warp = "lanczos";
    std::string framing = "max";
    std::string combine = "mean";
    std::vector<std::string> rejection{"winsorized", "3", "3"};
    std::string grow = "auto";  // pixels that rejection grows by
    std::string normalisation = "addscale";
    std::string weights = "noise";
    std::string method = "offline";
    std::string align = "stars";  // of --method stream
    int clip_depth = 4;           // of --method stream: samples kept at either end per pixel and block
    int group = 0;                // of films: pictures whose mean is one frame of the stack; 0 = a second of the film
    double lucky = 100;           // of films: percent of each group that are stacked, the sharpest
    bool lucky_said = false;      // in this call: in a settings file it may stand for all
    bool finish = false;          // of --method stream: the finishing pass
    std::filesystem::path grid;   // likewise: a live stack on whose reference to stack
    std::filesystem::path frames_in;  // of export --finish: where the frames lie
    std::string background = "none";
    int background_degree = 1;
    bool solve = false;
    int solve_timeout = 60;  // seconds
    std::string reference;   // a frame's path or name; "" = the best
    std::vector<std::string> include, exclude;
    bool second_opinion = false;
    bool combine_sessions = false;
    bool mix = false;
    std::filesystem::path out;
    std::filesystem::path output;
    std::filesystem::path state;  // of --method stream: the live stack itself, .nst
    int bits = 32;                // of the FITS: 32 float, 16 whole numbers
    std::string png = "8";        // 8, 16 (stretched), linear16, none
    bool tiff = false;
    int tiff_bits = 32;
    bool html = false;  // the report as a page as well
    bool force = false;
    std::string memory;  // "" = half of what is free
    int threads = 0;     // 0 = all cores
    std::filesystem::path config;
    bool json = false, quiet = false, verbose = false;
};

// "800M", "2G", "1.5 GiB", "3000000000" in bytes; units are powers of 1024. Throws OptionError.
std::size_t parse_bytes(const std::string& text);

}  // namespace nightstack::tools

// SPDX-License-Identifier: MIT
#include "tools/stack_arguments.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "pipeline/graph/video_run.h"
#include "pipeline/stages/integrate/combine.h"
#include "pipeline/stages/integrate/grow.h"
#include "pipeline/stages/live/clip.h"
#include "tools/cli/number_between.h"
#include "tools/cli/option_text.h"
#include "tools/talk_flags.h"

namespace nightstack::tools {
namespace {

CLI::Option* choice(CLI::App& command, const std::string& flag, std::string& value, const std::string& text,
                    const std::vector<std::string>& words) {
    std::string list;
    for (const std::string& word : words) list += (list.empty() ? "" : "|") + word;
    CLI::Validator known = CLI::IsMember(words);
    known.description("");  // the words stand in the text already
    return command.add_option(flag, value, text + ": " + list)->check(known)->type_name("WORD")->capture_default_str();
}

template <class Number>
CLI::Option* add_number(CLI::App& command, const std::string& flag, Number& value, const std::string& text,
                        Number least, Number most) {
    return command.add_option(flag, value, text)
        ->check(number_between(least, most))
        ->type_name("N")
        ->capture_default_str();
}

void number_choice(CLI::App& command, const std::string& flag, int& value, const std::string& text,
                   const std::vector<int>& numbers) {
    CLI::Validator known = CLI::IsMember(numbers);
    known.description("");
    command.add_option(flag, value, text)->check(known)->type_name("N")->capture_default_str()->group("Results");
}

void add_calibration(CLI::App& c, StackOptions& o) {
    c.add_option("--darks", o.darks, "dark frames or a ready master; default: found by itself")
        ->allow_extra_args(false)
        ->type_name("PATH")
        ->group("Calibration");
    c.add_option("--flats", o.flats, "flat frames or a ready master")
        ->allow_extra_args(false)
        ->type_name("PATH")
        ->group("Calibration");
    c.add_option("--biases", o.biases, "bias frames or a ready master")
        ->allow_extra_args(false)
        ->type_name("PATH")
        ->group("Calibration");
    c.add_flag("--plain-darks", o.plain_darks, "darks and biases as averaged, with the noise of their few frames")
        ->group("Calibration");
    c.add_flag("--no-dark", o.no_dark, "use no dark, even if one matches")->group("Calibration");
    c.add_flag("--no-flat", o.no_flat, "use no flat, even if one matches")->group("Calibration");
    c.add_flag("--no-bias", o.no_bias, "use no bias, even if one matches")->group("Calibration");
}

void add_geometry(CLI::App& c, StackOptions& o) {
    choice(c, "--demosaic", o.demosaic, "colour from the mosaic",
           {"superpixel", "bilinear", "linear", "rcd", "drizzle"})
        ->group("Picture");
    add_pattern_option(c, o.pattern)->group("Picture");
    choice(c, "--drizzle-kernel", o.drizzle_kernel, "shape of a drop of drizzle", {"square", "point", "gaussian"})
        ->group("Picture");
    add_number(c, "--pixfrac", o.pixfrac, "size of a drop of drizzle in pixels, 0.05 to 2", 0.05, 2.0)
        ->type_name("SIZE")
        ->group("Picture");
    add_number(c, "--scale", o.scale, "pixels of the result per pixel of the frames, 1 to 3 along each side", 1, 3)
        ->group("Picture");
    choice(c, "--transform", o.transform, "motion between frames; auto takes the simplest that fits",
           {"auto", "shift", "similarity", "affine", "homography"})
        ->group("Picture");
    choice(c, "--distortion", o.distortion, "what the lens bends; auto finds it where the stars of the session show it",
           {"auto", "none"})
        ->group("Picture");
    choice(c, "--warp", o.warp, "interpolation", {"lanczos", "cubic", "bilinear", "nearest"})->group("Picture");
    choice(c, "--framing", o.framing, "the canvas: all that any frame saw, one frame's field, or what all saw",
           {"max", "reference", "common"})
        ->group("Picture");
    choice(c, "--combine", o.combine, "what becomes of the samples of a pixel", {"mean", "median"})->group("Picture");
    c.add_option("--rejection", o.rejection,
                 "outlier rejection: none|sigma|winsorized|mad|median|linear, then low and high limit in sigma; "
                 "percentile, then low and high share of the median; gesdt, then share of outliers and significance")
        ->allow_extra_args(false)  // joined_limits() has made one word of it
        ->type_name("WORD [LOW HIGH]")
        ->default_str("winsorized 3 3")
        ->group("Picture");
    c.add_option("--grow", o.grow,
                 "pixels around a rejected trail that are rejected with it, 0 to " + std::to_string(kMostGrow) +
                     "; auto: 2 for fewer than " + std::to_string(kFramesToGrow) + " frames, else 0")
        ->type_name("PIXELS")
        ->capture_default_str()
        ->group("Picture");
    choice(c, "--normalisation", o.normalisation, "how frames are brought to one level",
           {"none", "add", "mul", "addscale", "mulscale"})
        ->group("Picture");
    choice(c, "--weights", o.weights, "which frames count more", {"noise", "none", "wfwhm", "nstars"})
        ->group("Picture");
    choice(c, "--method", o.method, "all frames at once, or one by one in their order as the live stack does",
           {"offline", "stream"})
        ->group("Picture");
    choice(c, "--align", o.align,
           "with --method stream: frames are laid on each other by their stars, or by whatever else they show (scene: "
           "Moon, Sun, landscape); auto: by stars where the first frame has enough of them",
           {"stars", "scene", "auto"})
        ->group("Picture");
    add_number(c, "--clip-depth", o.clip_depth,
               "with --method stream: how many outliers at either end of a pixel's samples are found in 64 frames, " +
                   std::to_string(kLeastClipDepth) + " to " + std::to_string(kMostClipDepth),
               kLeastClipDepth, kMostClipDepth)
        ->group("Picture");
    add_number(
        c, "--group", o.group,
        "with --method stream, of films (MJPEG, AVI; with this option also a folder of JPEGs): pictures whose mean "
        "is one frame of the stack, 1 to " +
            std::to_string(kMostVideoGroup) + "; 0: a second of the film, 25 where it does not say",
        0, kMostVideoGroup)
        ->group("Picture");
    add_number(c, "--lucky", o.lucky,
               "with --method stream, of films: percent of each group that are stacked, the sharpest; above 0 to 100",
               0.0, 100.0)
        ->type_name("PERCENT")
        ->group("Picture");
    c.add_flag("--finish,!--no-finish", o.finish,
               "with --method stream: read the frames once more and decide flagged pixels by all their samples")
        ->group("Picture");
    c.add_option("--grid", o.grid,
                 "with --method stream: match all frames to this live stack's reference, to merge both")
        ->type_name("FILE.nst")
        ->group("Frames");
    choice(c, "--background", o.background, "take the sky's slope off the finished stack", {"none", "poly", "mesh"})
        ->group("Picture");
    add_number(c, "--background-degree", o.background_degree, "degree of --background poly, 1 to 4", 1, 4)
        ->group("Picture");
}

void add_frames(CLI::App& c, StackOptions& o) {
    c.add_option("--reference", o.reference, "frame all others are registered to; default: the best")
        ->type_name("FRAME")
        ->group("Frames");
    c.add_option("--include", o.include, "stack this frame whatever its figures say")
        ->allow_extra_args(false)
        ->type_name("FRAME")
        ->group("Frames");
    c.add_option("--exclude", o.exclude, "leave this frame out")
        ->allow_extra_args(false)
        ->type_name("FRAME")
        ->group("Frames");
    c.add_flag("--second-opinion", o.second_opinion, "judge the scope's failed_ frames again")->group("Frames");
    c.add_flag("--combine-sessions", o.combine_sessions, "one stack of all session folders instead of one each")
        ->group("Frames");
    c.add_flag("--mix", o.mix, "stack frames of different gain, exposure or filter together")->group("Frames");
}

void add_results(CLI::App& c, StackOptions& o) {
    c.add_option("--out", o.out, "folder for the results; default: 'nightstack' beside what is named")
        ->type_name("DIR")
        ->group("Results");
    c.add_option("--output", o.output, "write exactly this FITS, with .png and .json beside it")
        ->type_name("FILE.fits")
        ->group("Results");
    c.add_option("--state", o.state, "with --method stream: keep the live stack itself, to export it later")
        ->type_name("FILE.nst")
        ->group("Results");
    add_product_options(c, o);
    c.add_flag("--solve", o.solve,
               "find where on the sky the stack lies, with solve-field, and write it into the header")
        ->group("Results");
    add_number(c, "--solve-timeout", o.solve_timeout, "seconds that solve-field may take in all", 1, 3600)
        ->group("Results");
    add_machine_options(c, o.memory, o.threads);
}

}  // namespace

void add_product_options(CLI::App& c, StackOptions& o) {
    number_choice(c, "--bits", o.bits, "samples of the FITS: 32 float, or 16 whole numbers on a linear scale",
                  {16, 32});
    choice(c, "--png", o.png, "the PNG: stretched for the eye in 8 or 16 bits, linear, or none",
           {"8", "16", "linear16", "none"})
        ->group("Results");
    c.add_flag("--tiff", o.tiff, "a TIFF as well")->group("Results");
    number_choice(c, "--tiff-bits", o.tiff_bits, "samples of the TIFF: 32 float, or 16 on the same scale", {16, 32});
    c.add_flag("--html", o.html, "the report as a page for people as well, one HTML file")->group("Results");
    c.add_flag("--force", o.force, "replace results that exist")->group("Results");
}

void add_machine_options(CLI::App& c, std::string& memory, int& threads) {
    c.add_option("--memory", memory, "memory ceiling, as 800M or 2G; default: half of what is free")
        ->type_name("SIZE")
        ->group("Machine");
    add_number(c, "--threads", threads, "threads to work with; 0: as many as the machine has", 0, 1024)
        ->group("Machine");
}

CLI::Option* add_pattern_option(CLI::App& c, std::string& value) {
    CLI::Validator known =
        CLI::IsMember(std::vector<std::string>{"RGGB", "GRBG", "GBRG", "BGGR", "mono"}, CLI::ignore_case);
    known.description("");
    return c
        .add_option("--pattern", value,
                    "colour pattern of files that do not say it (TIFF, PNG): RGGB|GRBG|GBRG|BGGR|mono")
        ->transform(known)
        ->type_name("WORD")
        ->capture_default_str();
}

void add_stack_options(CLI::App& c, StackOptions& o) {
    c.add_option("PATH", o.inputs, "frames, folders, session folders or films")->required()->type_name("");
    add_frames(c, o);
    add_calibration(c, o);
    add_geometry(c, o);
    add_results(c, o);
    c.add_flag("--json", o.json, "events as JSON lines on stdout")->group("Talk");
    add_talk_flags(c, o.quiet, o.verbose);
    c.add_option("--config", o.config, "settings file; default: ~/.config/nightstack/config.toml")
        ->type_name("FILE")
        ->group("Talk");
}

bool is_said(const CLI::Option& option) {
    const char* set = std::getenv(option.get_envname().c_str());  // NOLINT(concurrency-mt-unsafe): before threads start
    return option.count() > 0 && (set == nullptr || option.results().front() != set);
}

bool says_lucky(const CLI::App& command) { return is_said(*command.get_option("--lucky")); }

namespace {

bool is_number(const std::string& word) { return number_of<double>(word).has_value(); }

}  // namespace

std::vector<std::string> joined_limits(std::vector<std::string> words) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        out.push_back(words[i]);
        if (words[i] != "--rejection" || i + 1 >= words.size()) continue;
        std::string value = words[++i];
        for (int limits = 0; limits < 2 && i + 1 < words.size() && is_number(words[i + 1]); ++limits)
            value += " " + words[++i];
        out.push_back(value);
    }
    return out;
}

}  // namespace nightstack::tools

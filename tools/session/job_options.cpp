// SPDX-License-Identifier: MIT
#include "tools/session/job_options.h"

#include <iterator>

#include "pipeline/core/error.h"
#include "pipeline/stages/integrate/grow.h"
#include "tools/cli/option_text.h"

namespace nightstack::tools {
namespace {

double rejection_number(const std::string& word) {
    const auto value = number_of<double>(word);
    if (!value) throw OptionError("--rejection: '" + word + "' is no number");
    return *value;
}

// "winsorized", "3", "3" or "winsorized 3 3" or "winsorized:3:3".
std::vector<std::string> split_words(const std::vector<std::string>& given) {
    std::vector<std::string> words(1);
    for (const std::string& part : given) {
        if (!words.back().empty()) words.emplace_back();
        for (const char c : part) {
            if (c != ' ' && c != ':' && c != ',') {
                words.back() += c;
            } else if (!words.back().empty()) {
                words.emplace_back();
            }
        }
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

std::string known_rejections() {
    std::string list;
    for (const RejectKind kind : all_reject_kinds()) list += (list.empty() ? "" : ", ") + std::string(name(kind));
    return list;
}

// One number alone stands for both ends, except where the two mean different things.
RejectOptions rejection(const std::vector<std::string>& given) {
    const std::vector<std::string> words = split_words(given);
    const auto kind = words.empty() ? std::nullopt : parse_reject_kind(words[0]);
    if (!kind) {
        throw OptionError("--rejection '" + (words.empty() ? "" : words[0]) + "': one of " + known_rejections() +
                          " expected");
    }
    RejectOptions options = default_rejection(*kind);
    if (words.size() > 3) throw OptionError("--rejection: a word and at most two numbers expected");
    if (*kind == RejectKind::none && words.size() > 1) throw OptionError("--rejection none takes no numbers");
    if (words.size() > 1) options.low = rejection_number(words[1]);
    if (words.size() == 2 && *kind != RejectKind::gesdt) options.high = options.low;
    if (words.size() > 2) options.high = rejection_number(words[2]);
    options.check();
    return options;
}

std::optional<TransformModel> model(const std::string& word) {
    for (const TransformModel m :
         {TransformModel::shift, TransformModel::similarity, TransformModel::affine, TransformModel::homography}) {
        if (word == name(m)) return m;
    }
    return std::nullopt;
}

Framing framing(const std::string& word) {
    if (word == "common") return Framing::common;
    return word == "reference" ? Framing::reference : Framing::max;
}

}  // namespace

std::string rejection_words(const StackOptions& o) {
    const RejectOptions options = rejection(o.rejection);
    std::string words(name(options.kind));
    if (options.kind == RejectKind::none) return words;
    for (const double limit : {options.low, options.high}) {
        char text[32];
        const auto end = std::to_chars(std::begin(text), std::end(text), limit).ptr;
        words += " " + std::string(std::begin(text), end);
    }
    return words;
}

ProductFormats product_formats(const StackOptions& o) {
    const PngKind png = o.png == "16"         ? PngKind::stretched16
                        : o.png == "linear16" ? PngKind::linear16
                        : o.png == "none"     ? PngKind::none
                                              : PngKind::stretched8;
    return {o.bits, png, o.tiff, o.tiff_bits};
}

namespace {

void refuse_for_stream(bool no, const std::string& what, const std::string& instead) {
    if (no) throw OptionError("--method stream: " + what + "; " + instead);
}

int grow(const std::string& text) {
    if (text == "auto") return kGrowByFrames;
    const auto px = number_of<int>(text);
    if (!px || *px < 0 || *px > kMostGrow)
        throw OptionError("--grow '" + text + "': auto or 0 to " + std::to_string(kMostGrow) + " expected");
    return *px;
}

OfflineOptions offline_options(const StackOptions& o) {
    OfflineOptions run;
    if (o.demosaic == "drizzle") {  // words were checked by the command line
        run.integrate.drizzle = DrizzleOptions{parse_drizzle_kernel(o.drizzle_kernel).value(), o.pixfrac};
        run.integrate.drizzle->check();
    } else {
        run.integrate.demosaic = parse_demosaic_kind(o.demosaic).value();
    }
    run.scale = o.scale;
    run.integrate.warp = parse_warp_kind(o.warp).value();
    run.integrate.combine.combine = parse_combine_kind(o.combine).value();
    run.integrate.combine.rejection = rejection(o.rejection);
    run.integrate.combine.grow_px = grow(o.grow);
    run.framing = framing(o.framing);
    run.normalisation = parse_normalisation_kind(o.normalisation).value();
    run.weights = parse_weight_kind(o.weights).value();
    run.registration.registration.model = model(o.transform);
    run.registration.find_distortion = o.distortion == "auto";
    return run;
}

// One pass, and a light is in the stack before the next one is known.
StreamOptions stream_options(const StackOptions& o, const OfflineOptions& offline) {
    refuse_for_stream(offline.integrate.drizzle.has_value(), "no --demosaic drizzle", "use superpixel, linear or rcd");
    refuse_for_stream(offline.integrate.combine.combine != CombineKind::mean, "no --combine median", "use mean");
    const RejectOptions& rejection = offline.integrate.combine.rejection;
    refuse_for_stream(rejection.kind != RejectKind::sigma && rejection.kind != RejectKind::winsorized,
                      "no --rejection " + std::string(name(rejection.kind)),
                      "use sigma or winsorized with a low and a high limit");
    refuse_for_stream(offline.integrate.combine.grow_px > 0, "rejection does not --grow", "use auto or 0");
    refuse_for_stream(offline.weights != WeightKind::noise && offline.weights != WeightKind::none,
                      "no --weights " + std::string(name(offline.weights)), "use noise or none");
    StreamOptions run;
    run.live.sampling = offline.integrate;
    run.live.scale = offline.scale;
    run.live.framing = offline.framing;
    run.live.normalisation = offline.normalisation;
    run.live.weights = offline.weights;
    run.live.align = parse_align_by(o.align).value();
    run.live.registration = offline.registration.registration;
    run.live.judge = offline.registration.judge;
    run.live.clip_depth = o.clip_depth;
    run.live.kappa_low = rejection.low;
    run.live.kappa_high = rejection.high;
    run.finish = o.finish;
    run.live.check();
    return run;
}

}  // namespace

void RunOptions::set_memory(std::size_t bytes) {
    offline.memory_bytes = bytes;
    if (stream) stream->memory_bytes = bytes;
}

RunOptions run_options(const StackOptions& o) {
    if (o.method != "stream" && o.finish)
        throw OptionError("--finish completes a live stack: it wants --method stream");
    if (o.method != "stream" && !o.grid.empty())
        throw OptionError("--grid names a live stack to go with: it wants --method stream");
    RunOptions run{offline_options(o), std::nullopt};
    if (o.method != "stream" && o.align != "stars")
        throw OptionError("--align " + o.align +
                          " needs --method stream: all frames at once are aligned by their stars");
    if (o.method == "stream") run.stream = stream_options(o, run.offline);
    return run;
}

std::optional<StreamMemory> stream_memory_with(const StackOptions& options, const StreamFormat& format,
                                               const std::string& demosaic, const std::string& framing) {
    if (format.kind != PixelKind::cfa && demosaic != options.demosaic) return std::nullopt;
    StackOptions other = options;
    other.demosaic = demosaic;
    other.framing = framing;
    return stream_memory(format, stream_options(other, offline_options(other)).live, other.finish);
}

StackSummary run_lights(std::span<const Light> lights, const RunOptions& options, const StackSink& sink, Runner& runner,
                        const PhaseProgress& progress, const std::stop_token& stop) {
    if (options.stream) return run_stream(lights, *options.stream, sink, runner, progress, stop);
    return run_offline(lights, options.offline, sink, runner, progress, stop);
}

}  // namespace nightstack::tools

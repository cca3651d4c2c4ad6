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

int grow(const std::string& text) {
    if (text == "auto") return kGrowByFrames;
    const auto px = number_of<int>(text);
    if (!px || *px < 0 || *px > kMostGrow)
        throw OptionError("--grow '" + text + "': auto or 0 to " + std::to_string(kMostGrow) + " expected");
    return *px;
}

}  // namespace

OfflineOptions offline_options(const StackOptions& o) {
    if (o.method == "stream")
        throw OptionError("--method stream comes with the live stack and is not there yet; use offline");
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

}  // namespace nightstack::tools

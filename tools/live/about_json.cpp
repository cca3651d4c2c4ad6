// SPDX-License-Identifier: MIT
#include "tools/live/about_json.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/live/about_frames-inl.h"
#include "tools/live/about_making-inl.h"
#include "tools/live/about_tree-inl.h"
#include "tools/live/json_fields-inl.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

constexpr const char* kFormat = "nightstack live stack";
constexpr const char* kKinds[] = {"mono", "cfa", "rgb"};
constexpr double kLeastScale = 1.0 / 16, kMostScale = 16;  // of the canvas
constexpr int kModels = static_cast<int>(TransformModel::homography) + 1;

Json format_json(const StreamFormat& format) {
    return {{"width", format.width},
            {"height", format.height},
            {"kind", kKinds[static_cast<std::size_t>(format.kind)]},
            {"pattern", format.cfa ? Json(name(*format.cfa)) : Json(nullptr)}};
}

StreamFormat parsed_format(const Json& j) {
    constexpr std::uint64_t kMostSide = 65536;
    StreamFormat format;
    format.width = static_cast<int>(whole_of(j, "width", kMostSide));
    format.height = static_cast<int>(whole_of(j, "height", kMostSide));
    const std::string kind = text_of(j, "kind");
    const auto* const found = std::find(std::begin(kKinds), std::end(kKinds), kind);
    require(found != std::end(kKinds), "'kind' is '" + printable(kind) + "'");
    format.kind = static_cast<PixelKind>(found - std::begin(kKinds));
    if (!member(j, "pattern").is_null()) format.cfa = parse_cfa_pattern(text_of(j, "pattern"));
    require((format.kind == PixelKind::cfa) == format.cfa.has_value(), "'pattern' does not fit 'kind'");
    return format;
}

Rect parsed_canvas(const Json& j) {
    constexpr double kFarthest = 65536;
    const auto numbers = numbers_of<4>(j, "canvas");
    for (const double n : numbers)
        require(std::abs(n) <= kFarthest && n == std::floor(n), "'canvas' is larger than any can be");
    const auto whole = [&](std::size_t i) { return static_cast<int>(numbers[i]); };
    return {whole(0), whole(1), whole(2), whole(3)};
}

Json head_json(const LiveLedger& l) {
    Json j = {{"format", kFormat},
              {"program", kProgram},
              {"reference", {{"file", shortened(l.reference.file)}, {"sha256", l.reference.sha256}}},
              {"target", shortened(target_of(l))},
              {"camera", shortened(l.camera)},
              {"frame", format_json(l.format)},
              {"demosaic", l.demosaic},
              {"canvas_scale", l.canvas_scale},
              {"canvas", {l.canvas.x, l.canvas.y, l.canvas.width, l.canvas.height}},
              {"transform", name(l.model)},
              {"white_adu", l.white_adu},
              {"calibration", shortened(l.calibration)},
              {"history", short_list(l.history)}};
    put_making(j, l);
    return j;
}

// Everything but the frames. Half a pixel with superpixels is the least scale that a stack has.
LiveLedger parsed_head(const Json& j) {
    require(text_of(j, "format") == kFormat, "'format' is not '" + std::string(kFormat) + "'");
    LiveLedger l;
    l.reference.file = text_of(member(j, "reference"), "file");
    l.reference.sha256 = text_of(member(j, "reference"), "sha256");
    l.camera = text_of(j, "camera");
    l.format = parsed_format(member(j, "frame"));
    l.demosaic = text_of(j, "demosaic");
    l.canvas_scale = number_of(member(j, "canvas_scale"), "canvas_scale");
    require(l.canvas_scale >= kLeastScale && l.canvas_scale <= kMostScale, "'canvas_scale' is none that a stack has");
    l.canvas = parsed_canvas(j);
    l.model = named<TransformModel>(text_of(j, "transform"), kModels, "transform");
    l.white_adu = float_of(member(j, "white_adu"), "white_adu");
    l.calibration = text_of(j, "calibration");
    const Json& history = member(j, "history");
    require(history.is_array() && history.size() <= kMostHistory, "'history' is no short list");
    for (const Json& line : history) {
        require(line.is_string() && line.get_ref<const std::string&>().size() <= kMostLedgerText,
                "a line of 'history' is no text, or too long");
        l.history.push_back(line.get<std::string>());
    }
    parse_making(j, l);
    return l;
}

// As text, once the reader would take it: what cannot be loaded is not written.
template <class Read>
std::string readable_text(const Json& j, const std::string& of, Read&& read) {
    try {
        read(j);
    } catch (const FormatError& e) {
        throw OptionError(of + " cannot be kept: " + e.what());
    }
    return j.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// One grid is made of one kind: another one's frames would not have been levelled alike.
void require_one_alignment(const LiveLedger& l) {
    const AlignedBy told = told_alignment(l);
    for (const LedgerFrame& f : l.frames)
        require(f.aligned_by == told || f.aligned_by == AlignedBy::not_recorded,
                "'aligned_by' is stars of some frames and scene of others");
}

}  // namespace

std::string about_json(const LiveLedger& l) {
    if (l.frames.size() > kMostLedgerFrames)
        throw OptionError("a live stack of " + std::to_string(l.frames.size()) + " frames, rejected ones among them; " +
                          std::to_string(kMostLedgerFrames) + " is the most that a file keeps");
    std::string text = readable_text(head_json(l), "the live stack", parsed_head);
    text.back() = ',';
    text += "\"frames\":[";
    for (const LedgerFrame& frame : l.frames) {
        if (text.back() != '[') text += ',';
        text += readable_text(frame_json(frame), printable(frame.file), parsed_frame);
        if (text.size() > kMostAboutBytes)
            throw OptionError("a live stack whose frames take more to tell of than the " +
                              std::to_string(kMostAboutBytes >> 20) + " MB that a file keeps");
    }
    return text + "]}";
}

LiveLedger parsed_about(std::string_view json, std::uint64_t most_bytes, const std::stop_token& stop) {
    AboutTree tree = about_tree(json, most_bytes, stop);
    LiveLedger l = parsed_head(tree.head);
    const Json& others = member(tree.head, "frames");
    require(others.is_array() && others.empty(), "'frames' is no list of frames");
    l.frames = std::move(tree.frames);
    require_one_alignment(l);
    return l;
}

}  // namespace nightstack::tools

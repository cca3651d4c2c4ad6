// SPDX-License-Identifier: MIT
// Alignment without stars: Moon, Sun, planets, landscapes. A reference is prepared once; every frame is then laid on it
// by what both show, whatever gain and offset lie between them.
//
//   coarse  Correlation of whole reduced planes (coarse_search.h) around the prior, with some degrees of turn when that
//           fails, and without the prior when that fails too.
//   fine    Patches of the reference, taken where it has texture, are found in the frame to a part of a pixel
//           (scene_patch.h), level by level of a pyramid; a robust fit (motion_fit.h) makes them one shift or one rigid
//           motion and leaves out what moves by itself: clouds, people, a bird.
//   proof   How well the planes correlate and which share of the patches agrees. Fog, a black or a white frame and
//   another
//           scene give no match.
//
// A turn is fitted where the patches determine one; of a small planet it stays the prior's unless another stands out.
//
// What is not determined. Of every answer the standard error is predicted along each axis of motion (motion_fit.h,
// follow.h): px rms over the patches, which lie where the picture shows something. An axis known worse than kKnownPx is
// not taken from the frame, where noise alone would choose: along a bare horizon, or around the middle of a smooth
// disc.
//   held     It stays the prior's, and the rest is fitted once more, where the prior can be believed: across that axis
//            the frame lies within kNearPx of it (a mount that has not moved up or down has not moved sideways); a
//            turn, where the prior's is within kPriorErrors of what was measured.
//   refused  Anywhere else; a turn only when its error is above SceneOptions::agree_px. SceneUnknown says what is not
//            known.
// Thread rule: immutable after construction; `match` from several threads at once (work memory comes from a pool, so
// that no frame-size allocation is left after the first frames). Owns all it needs; the reference may go after
// construction. The same bits on every CPU level.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "pipeline/core/image.h"
#include "pipeline/core/transform.h"

namespace nightstack {

// The most general motion that is fitted.
enum class SceneModel { shift, rigid, similarity };

struct SceneOptions {
    SceneModel model = SceneModel::rigid;
    double most_turn_deg = 6;  // searched on both sides of the prior's turn, 0 to 30
    double least_share = 0.4;  // of the patches in view that must agree, above 0, at most 1
    double agree_px = 1;       // how far an agreeing patch may lie off: the air moves parts of the Moon by a pixel
    void check() const;        // throws OptionError
};

struct SceneMatch {
    Transform ref_from_frame;  // pixel centres at integers, as everywhere
    double quality = 0;        // 0 to 1: mean correlation of the agreeing patches times their share
    double residual_px = 0;    // rms distance of the agreeing patches from the motion, px of the frame
    double gain = 1;           // median contrast of the found patches, frame over reference: what a thin cloud takes
    int patches = 0;           // in view at the finest level, and clear enough to agree or not
    int agreeing = 0;          // of them
    bool turn_fitted = false;  // else the prior's (or the coarse search's) turn was kept
    bool held = false;         // along one axis of motion, or in its turn, the prior's place was kept
    double error_px = 0;       // predicted standard error of the place, rms over the patches, without what is held
};

// Why a frame that shows the scene is not laid on it: along one axis its place is known to `error_px` (may be
// infinite) only. Either a shift along `direction_deg` (0 to 180, from x towards y), or a turn.
struct SceneUnknown {
    double error_px = 0;
    bool turn = false;
    double direction_deg = 0;
};

inline constexpr double kKnownPx = 0.5, kNearPx = 2, kPriorErrors = 3;

// Frames smaller than this show nothing that could be aligned; nor do strips some twelve times as long as wide.
inline constexpr int kLeastScenePx = 32;

// About what an aligner for such frames needs, with one `match` at a time.
std::size_t scene_aligner_bytes(int width, int height);

class SceneAligner {
public:
    // Finite pixels on one plane: luminance or green. Throws OptionError when the options cannot work. A reference
    // without texture is no error: nothing matches it.
    explicit SceneAligner(ImageView<const float> reference, SceneOptions options = {});
    ~SceneAligner();
    SceneAligner(SceneAligner&&) noexcept;
    SceneAligner& operator=(SceneAligner&&) noexcept;

    // False: fog, black, white; `match` never gives anything.
    bool has_texture() const;

    // `prior` is ref_from_frame as expected (the last frame's); of it only shift, turn and scale are used. A frame of
    // another size does not match. `unknown` is filled when that is the reason for no match, else left empty.
    std::optional<SceneMatch> match(ImageView<const float> frame, const Transform& prior,
                                    std::optional<SceneUnknown>* unknown = nullptr) const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace nightstack

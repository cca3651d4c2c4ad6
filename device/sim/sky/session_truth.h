// SPDX-License-Identifier: MIT
// The truth about a session, for tests and never for the pipeline: NNNN.json beside each frame, and for RAW sessions of
// the tele camera truth.npz with what tests/support/judge reads. One thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "device/sim/sky/judge_fields.h"
#include "device/sim/sky/twin_sky.h"

namespace nightstack::device::sim {

// {"file","utc","ra_deg","dec_deg","rot_deg","affine","fwhm_px","transparency","faults"}: utc, direction and rotation
// of the middle of the exposure, affine = [a b c d e f], x' = a x + b y + c, y' = d x + e y + f from pixels of the
// session's first frame, both as stored (the best fit to a homography that differs by hundredths of a pixel).
std::string truth_json(const Exposed& exposed, const std::string& file, const FrameRecord& record);

// {"file","utc","row","column","azimuth_deg","altitude_deg","roll_deg","width","height","focal_px","projection","k1",
// "k2"}:
// of a picture's middle, at ((width - 1) / 2, (height - 1) / 2) of pixels whose centres are at integers. A rectilinear
// lens: a direction (east, north, up) = ahead + r right + u above, r = (x - middle) / focal_px, u upwards, where right
// is level. No lens bends it (k1 = k2 = 0).
std::string tile_json(const Exposed& exposed, const std::string& file, const FrameRecord& record);

// FOLDER/ROW_COLUMN.json of a tile of a panorama. Makes the folder. Throws IoError.
void write_tile_truth(const std::filesystem::path& folder, const Exposed& exposed, const std::string& file,
                      const FrameRecord& record);

class SessionTruth {
public:
    // Makes the folder. Throws IoError.
    explicit SessionTruth(std::filesystem::path folder);

    // The next frame: writes its NNNN.json (NNNN = Exposed::index) now, and truth.npz when it is the last one of a RAW
    // session (Exposed::last). Throws IoError.
    void add(const Exposed& exposed, const std::string& file, const FrameRecord& record);

    // truth.npz of the frames so far, again as often as wished: for a session cut short. Takes seconds at 1x1 (it holds
    // the scene without noise). Nothing happens without frames or when these are not RAW frames of the tele camera.
    void write() const;

private:
    std::filesystem::path folder_;
    std::optional<JudgedFirst> first_;
    std::vector<JudgedFrame> frames_;
};

}  // namespace nightstack::device::sim

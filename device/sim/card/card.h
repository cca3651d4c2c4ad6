// SPDX-License-Identifier: MIT
// The twin's memory card: what its cameras take becomes files as a DWARF II writes them. Sessions with frames,
// sidecar, thumbnails and the scope's own stack, darks, photos, films, tiles of panoramas.
#pragma once

#include <memory>

#include "device/sim/card/capture_board.h"
#include "device/sim/card/card_options.h"
#include "device/sim/card/picture_maker.h"
#include "device/sim/twin/developer.h"

namespace nightstack::device::sim {

class Card final : public Developer {
public:
    // Throws IoError. `maker` is used on the thread that calls develop(). RAW captures leave their pictures on `board`.
    Card(const CardOptions& options, std::unique_ptr<PictureMaker> maker, std::shared_ptr<CaptureBoard> board = {});
    ~Card() override;  // a session that is still open is over

    // Throws IoError: the disk is full, the folder is gone. The exposure is lost then, the next may be tried.
    void develop(const Exposed& exposed, bool more_waiting) override;
    void show_card(bool visible) override;
    void hurry() override;
    int frames() const override;

private:
    class Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace nightstack::device::sim

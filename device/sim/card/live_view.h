// SPDX-License-Identifier: MIT
// The streams' pictures: a short exposure as the cameras' processor shows it (gamma, white balance), or what the RAW
// capture has left on the board.
#pragma once

#include <functional>
#include <memory>

#include "device/sim/card/capture_board.h"
#include "device/sim/card/picture_maker.h"
#include "device/sim/twin/viewfinder.h"

namespace nightstack::device::sim {

class LiveView final : public Viewfinder {
public:
    // `make` is called when somebody looks for the first time, so that a twin without spectators draws nothing; the
    // maker gives 12 bits. Board: none for a twin without a card.
    using Make = std::function<std::unique_ptr<PictureMaker>()>;
    LiveView(Make make, std::shared_ptr<CaptureBoard> board);

    std::vector<std::string> live(const Exposed& sample, std::span<const StreamSize> sizes, int quality) override;
    std::vector<std::string> capture(int source, std::span<const StreamSize> sizes, int quality) override;
    std::uint64_t captured() const override;

private:
    const Make make_;
    const std::shared_ptr<CaptureBoard> board_;
    std::unique_ptr<PictureMaker> maker_;
    Image<std::uint16_t> pixels_;
    Colour colour_;
};

}  // namespace nightstack::device::sim

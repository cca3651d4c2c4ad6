// SPDX-License-Identifier: MIT
// What `nightstack sim` wires together for its card: where it lies, the sky that fills it, the truth beside it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "device/sim/card/card_options.h"
#include "device/sim/twin/developer.h"
#include "device/sim/twin/twin.h"
#include "device/sim/twin/viewfinder.h"

namespace nightstack::tools {

// `--card`: a folder that stays, one in the system's place for temporary files that goes with this object, or none.
class CardFolder {
public:
    explicit CardFolder(const std::string& option);  // "" temporary, "none"; throws IoError
    ~CardFolder();
    CardFolder(const CardFolder&) = delete;
    CardFolder& operator=(const CardFolder&) = delete;
    const std::optional<std::filesystem::path>& path() const { return path_; }

private:
    std::optional<std::filesystem::path> path_;
    bool temporary_ = false;
};

// Both see the same sky; the viewfinder shows what the card's RAW captures look like, too.
struct CardAndView {
    std::shared_ptr<device::sim::Developer> card;
    std::shared_ptr<device::sim::Viewfinder> view;
};
// `truth`: "" for none. Throws IoError.
CardAndView make_card(const device::sim::CardOptions& card, const device::sim::TwinOptions& twin,
                      const std::filesystem::path& truth);

}  // namespace nightstack::tools

// SPDX-License-Identifier: MIT
#include "tools/sim_card.h"

#include <cerrno>
#include <cstdlib>

#include "device/sim/card/card.h"
#include "device/sim/card/live_view.h"
#include "device/sim/sky/session_truth.h"
#include "device/sim/sky/twin_sky.h"
#include "io/files/file.h"
#include "pipeline/core/error.h"
#include "pipeline/graph/tbb_runner.h"

namespace nightstack::tools {
namespace fs = std::filesystem;
namespace sim = device::sim;
namespace {

constexpr int kAllThreads = 0;  // as many as the machine has
constexpr int kOneThread = 1;   // streams leave the rest to the frames

// The twin's sky as the card wants it, with the truth about each frame that stands whole on the card.
class SkyCamera final : public sim::PictureMaker {
public:
    SkyCamera(const sim::SkyOptions& options, int threads, fs::path truth)
        : runner_(threads), sky_(options, runner_), folder_(std::move(truth)) {}

    Transform expose(const sim::Exposed& exposed, const sim::Exposed& first, ImageView<std::uint16_t> out) override {
        last_ = sky_.expose(exposed, first, out);
        return last_.frame_from_first;
    }
    void written(const sim::Exposed& exposed, const std::string& file) override {
        if (folder_.empty()) return;
        const fs::path session = folder_ / fs::path(file).parent_path().filename();
        if (exposed.kind == sim::Exposed::Kind::tile)
            return sim::write_tile_truth(session, exposed, fs::path(file).filename(), last_);
        if (!truth_) truth_.emplace(session);
        truth_->add(exposed, file, last_);
        complete_ = exposed.last;
    }
    void session_over(const std::string& /*session*/) override {
        if (truth_ && !complete_) truth_->write();
        truth_.reset();
    }

private:
    TbbRunner runner_;
    sim::TwinSky sky_;
    const fs::path folder_;
    sim::FrameRecord last_;
    std::optional<sim::SessionTruth> truth_;
    bool complete_ = false;
};

}  // namespace

CardFolder::CardFolder(const std::string& option) {
    if (option == "none") return;
    temporary_ = option.empty();
    std::error_code error;
    if (!temporary_) {
        path_ = option;
        fs::create_directories(*path_, error);
        if (error) throw IoError("--card " + io::printable(option) + ": " + error.message(), error.value());
        return;
    }
    std::string name = (fs::temp_directory_path() / "nightstack-card-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw IoError(name + ": cannot be made", errno);
    path_ = name;
}

CardFolder::~CardFolder() {
    std::error_code ignored;
    if (temporary_ && path_) fs::remove_all(*path_, ignored);
}

CardAndView make_card(const sim::CardOptions& card, const sim::TwinOptions& twin, const fs::path& truth) {
    sim::SkyOptions sky;
    sky.seed = twin.seed;
    sky.site = twin.site;
    const auto board = std::make_shared<sim::CaptureBoard>();
    const auto make = [sky] { return std::make_unique<SkyCamera>(sky, kOneThread, fs::path()); };
    CardAndView both;
    both.view = std::make_shared<sim::LiveView>(make, board);
    sky.pixels = card.full_range ? sim::PixelScale::times16 : sim::PixelScale::twelve_bit;
    both.card = std::make_shared<sim::Card>(card, std::make_unique<SkyCamera>(sky, kAllThreads, truth), board);
    return both;
}

}  // namespace nightstack::tools

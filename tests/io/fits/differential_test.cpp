// SPDX-License-Identifier: MIT
// Damaged files, ours against cfitsio in a child process (it may crash): both refuse, or equal pixels,
// or ours is the stricter. Never: ours reads what cfitsio reads differently.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <iostream>
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "io/files/file.h"
#include "io/fits/fits_error.h"
#include "io/fits/reader.h"
#include "tests/io/fits/cfitsio_oracle.h"
#include "tests/io/fits/fits_bytes.h"
#include "tests/io/fits/mutate.h"
#include "tests/support/real_data.h"
#include "tests/support/soak.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io {
namespace {

const int kTrials = nightstack::test::soaked(4000);

enum Outcome : char { not_run, both_refuse, equal, only_ours_refuses, only_cfitsio_refuses, differ, crash };

// Values beyond float are infinite or the largest float with cfitsio; ours are undefined.
bool agree(float ours, float theirs) {
    if (std::isnan(ours)) return !(std::abs(theirs) < std::numeric_limits<float>::max());
    return std::bit_cast<std::uint32_t>(ours) == std::bit_cast<std::uint32_t>(theirs);
}

bool equal_pixels(const FitsFile& file, const nightstack::test::OraclePicture& oracle) {
    const FitsLayout& layout = file.layout();
    if (layout.width != oracle.width || layout.height != oracle.height || layout.planes != oracle.planes) return false;
    Image<float> plane(layout.width, layout.height);
    std::size_t i = 0;
    for (int p = 0; p < layout.planes; ++p) {
        file.read(plane.view(), plane.view().bounds(), p);
        for (int y = 0; y < layout.height; ++y)
            for (int x = 0; x < layout.width; ++x, ++i)
                if (!agree(plane.view()(x, y), oracle.pixels[i])) return false;
    }
    return true;
}

// For the eye.
std::string difference(const std::filesystem::path& path) {
    const FitsFile file(path);
    std::filesystem::resize_file(path, (std::filesystem::file_size(path) + 2879) / 2880 * 2880);
    const auto oracle = nightstack::test::read_with_cfitsio(path);
    const FitsLayout& layout = file.layout();
    std::string text = std::to_string(layout.width) + "x" + std::to_string(layout.height) + "x" +
                       std::to_string(layout.planes) + ", cfitsio " + std::to_string(oracle.width) + "x" +
                       std::to_string(oracle.height) + "x" + std::to_string(oracle.planes);
    if (layout.width != oracle.width || layout.height != oracle.height || layout.planes != oracle.planes) return text;
    Image<float> plane(layout.width, layout.height);
    file.read(plane.view(), plane.view().bounds(), 0);
    for (int y = 0; y < layout.height; ++y) {
        for (int x = 0; x < layout.width; ++x) {
            const float theirs = oracle.pixels[static_cast<std::size_t>(y * layout.width + x)];
            if (!agree(plane.view()(x, y), theirs))
                return text + ", at " + std::to_string(x) + ", " + std::to_string(y) + " " +
                       std::to_string(plane.view()(x, y)) + ", cfitsio " + std::to_string(theirs);
        }
    }
    return text + ", in another plane";
}

std::optional<FitsFile> ours_of(const std::filesystem::path& path) {
    try {
        return FitsFile(path);
    } catch (const FitsError&) {
        return std::nullopt;
    }
}

Outcome compare(const std::filesystem::path& path) {
    constexpr int kNumericOverflow = 412;
    const std::optional<FitsFile> ours = ours_of(path);
    if (ours) {  // cfitsio does not forgive a last block without its padding
        std::filesystem::resize_file(path, (std::filesystem::file_size(path) + 2879) / 2880 * 2880);
    }
    const auto oracle = nightstack::test::read_with_cfitsio(path);
    const bool theirs = oracle.status == 0 || oracle.status == kNumericOverflow;
    if (!ours) return theirs ? only_ours_refuses : both_refuse;
    if (!theirs) return only_cfitsio_refuses;
    return equal_pixels(*ours, oracle) ? equal : differ;
}

std::vector<std::string> corpus() {
    std::vector<std::string> files;
    for (const auto& entry :
         std::filesystem::directory_iterator(nightstack::test::test_data_folder() / "fits-corpus")) {
        const std::string name = entry.path().filename();
        if (name.ends_with(".fits") && !name.starts_with("bad-"))
            files.push_back(read_text_file(entry.path(), 1U << 20));
    }
    std::ranges::sort(files);
    return files;
}

class Damaged {
public:
    std::filesystem::path operator()(int trial) const {
        const auto seed = static_cast<std::uint64_t>(trial);
        test::save(folder_ / "x.fits", test::mutated(files_[seed % files_.size()], seed + 1000000));
        return folder_ / "x.fits";
    }

private:
    nightstack::test::TempFolder folder_;
    std::vector<std::string> files_ = corpus();
};

// Runs trials [first, kTrials) in a child; returns the first one that was not finished.
int run_child(const Damaged& damaged, int first, Outcome* outcomes) {
    const pid_t child = ::fork();
    if (child == 0) {
        for (int i = first; i < kTrials; ++i) outcomes[i] = compare(damaged(i));
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return static_cast<int>(std::find(outcomes + first, outcomes + kTrials, not_run) - outcomes);
}

TEST(Differential, DamagedFilesAgainstCfitsio) {
    void* shared = ::mmap(nullptr, static_cast<std::size_t>(kTrials), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(shared, MAP_FAILED);
    auto* outcomes = static_cast<Outcome*>(shared);
    const Damaged damaged;
    for (int next = 0; next < kTrials;) {
        next = run_child(damaged, next, outcomes);
        if (next >= kTrials) break;
        outcomes[next] = crash;
        EXPECT_THROW(FitsFile(damaged(next)), FitsError) << "trial " << next << " crashes cfitsio";
        ++next;
    }
    std::map<Outcome, int> counts;
    for (int i = 0; i < kTrials; ++i) {
        ++counts[outcomes[i]];
        EXPECT_NE(outcomes[i], differ) << "trial " << i << ": " << difference(damaged(i));
        if (outcomes[i] == only_cfitsio_refuses) {
            const auto oracle = nightstack::test::read_with_cfitsio(damaged(i));
            ADD_FAILURE() << "trial " << i << ": cfitsio refuses, " << oracle.error;
        }
    }
    EXPECT_GT(counts[equal], kTrials / 4);
    EXPECT_GT(counts[both_refuse], kTrials / 10);
    RecordProperty("equal", counts[equal]);
    std::cout << "both refuse " << counts[both_refuse] << ", equal " << counts[equal] << ", only ours refuses "
              << counts[only_ours_refuses] << ", cfitsio crashed " << counts[crash] << "\n";
    ::munmap(shared, static_cast<std::size_t>(kTrials));
}

}  // namespace
}  // namespace nightstack::io

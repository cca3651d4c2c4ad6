// SPDX-License-Identifier: MIT
#include "pipeline/core/image.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <type_traits>

namespace nightstack {
namespace {

static_assert(!std::is_copy_constructible_v<Image<float>>, "copying pixels is a named act");
static_assert(!std::is_constructible_v<ImageView<float>, ImageView<const float>>, "const converts one way");
static_assert(std::is_convertible_v<ImageView<float>, ImageView<const float>>);

TEST(Image, RowsStartAt64BytesAndPixelsAtZero) {
    Image<float> image(1001, 700);  // above 2 MiB: the mapped kind of memory
    for (const int y : {0, 1, 699}) {
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(image.view().row_data(y)) % 64, 0u);
        EXPECT_EQ(image.view()(1000, y), 0.0F);
    }
}

TEST(Image, CloneIsIndependentAndMoveLeavesEmpty) {
    Image<std::uint16_t> a(5, 3);
    a.view()(4, 2) = 77;
    Image<std::uint16_t> b = a.clone();
    a.view()(4, 2) = 1;
    EXPECT_EQ(b.view()(4, 2), 77);
    Image<std::uint16_t> c = std::move(b);
    EXPECT_EQ(c.view()(4, 2), 77);
    EXPECT_TRUE(b.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
}

TEST(Image, CloneOfAReshapedOneHoldsWhatIsSeen) {
    Image<float> image(512, 512);
    image.reshape(40, 30);
    image.view()(39, 29) = 7;
    const Image<float> copy = image.clone();
    EXPECT_EQ(copy.width(), 40);
    EXPECT_EQ(copy.cview()(39, 29), 7.0F);
}

TEST(Image, CroppedViewSharesPixels) {
    Image<float> image(8, 6);
    image.view().cropped({2, 1, 4, 4})(1, 1) = 5;
    EXPECT_EQ(image.view()(3, 2), 5.0F);
}

TEST(Image, ReshapeToSmallerKeepsTheMemory) {
    Image<float> image(1000, 1000);
    const float* before = image.view().data();
    image.reshape(300, 900);
    EXPECT_EQ(image.view().data(), before);
    EXPECT_EQ(image.width(), 300);
    image.reshape(2000, 1000);
    EXPECT_EQ(image.width(), 2000);
    EXPECT_EQ(image.view()(1999, 999), 0.0F);
}

}  // namespace
}  // namespace nightstack

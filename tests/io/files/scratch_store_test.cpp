// SPDX-License-Identifier: MIT
#include "io/files/scratch_store.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io {
namespace {

std::vector<std::byte> pattern(std::size_t size, int seed) {
    std::vector<std::byte> bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>((i * 31 + static_cast<std::size_t>(seed)));
    return bytes;
}

std::vector<std::byte> content(const ScratchPiece& piece) {
    std::vector<std::byte> bytes(piece.size());
    piece.read_at(bytes, 0);
    return bytes;
}

TEST(ScratchStore, KeepsPiecesInMemoryFirstThenInAFileWithoutName) {
    const nightstack::test::TempFolder temp;
    ScratchStore store(20'000, temp / "a/scratch");
    std::vector<std::shared_ptr<ScratchPiece>> pieces;
    for (int i = 0; i < 6; ++i) {
        pieces.push_back(store.reserve(6'000));
        pieces.back()->write_at(pattern(6'000, i), 0);
    }
    EXPECT_EQ(store.memory_used(), 2u * 8192);
    EXPECT_EQ(store.disk_used(), 4u * 8192);
    for (int i = 0; i < 6; ++i) EXPECT_EQ(content(*pieces[static_cast<std::size_t>(i)]), pattern(6'000, i));
    EXPECT_TRUE(std::filesystem::is_empty(temp / "a/scratch"));
}

TEST(ScratchStore, GivesRoomBack) {
    const nightstack::test::TempFolder temp;
    ScratchStore store(10'000, temp.path());
    for (int i = 0; i < 50; ++i) {
        const auto piece = store.reserve(8'000);
        EXPECT_EQ(content(*piece), std::vector<std::byte>(8'000)) << "fresh room is zero";
        piece->write_at(pattern(8'000, i), 0);
    }
    EXPECT_EQ(store.memory_used(), 0u);
    EXPECT_EQ(store.disk_used(), 0u);
}

TEST(ScratchStore, MappedPiecesAreTheirBytes) {
    const nightstack::test::TempFolder temp;
    ScratchStore store(std::uint64_t{8} << 20, temp.path(), ScratchMemory::mapped);
    for (const std::size_t size : {std::size_t{8'000}, std::size_t{3} << 20}) {
        const auto piece = store.reserve(size);
        EXPECT_EQ(store.memory_used(), (size + 4095) / 4096 * 4096);
        ASSERT_EQ(piece->mapped().size(), size);
        EXPECT_EQ(content(*piece), std::vector<std::byte>(size)) << "fresh room is zero";
        piece->write_at(pattern(size - 5, 3), 5);
        EXPECT_EQ(piece->mapped()[5], pattern(1, 3)[0]);
        piece->mapped()[0] = std::byte{9};
        EXPECT_EQ(content(*piece)[0], std::byte{9});
    }
    EXPECT_EQ(store.memory_used(), 0u);
    const auto large = store.reserve(std::uint64_t{9} << 20);
    EXPECT_TRUE(large->mapped().empty()) << "beyond the budget it lies on disk";
    large->write_at(pattern(100, 1), 7);
    EXPECT_EQ(store.disk_used(), std::uint64_t{9} << 20);
    EXPECT_TRUE(store.reserve(0)->mapped().empty());
}

TEST(ScratchStore, PiecesOutliveTheStore) {
    const nightstack::test::TempFolder temp;
    std::shared_ptr<ScratchPiece> piece;
    {
        ScratchStore store(1 << 20, temp.path());
        piece = store.reserve(100);
    }
    piece->write_at(pattern(100, 7), 0);
    EXPECT_EQ(content(*piece), pattern(100, 7));
}

TEST(ScratchStore, AFolderThatCannotBeMadeIsSaid) {
    ScratchStore store(0, "/proc/nowhere");
    EXPECT_THROW(store.reserve(10), IoError);
}

}  // namespace
}  // namespace nightstack::io

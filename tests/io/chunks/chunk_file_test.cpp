// SPDX-License-Identifier: MIT
// Files of chunks: what was written is read, and anything else is refused in words.
#include <gmock/gmock.h>

#include <fstream>
#include <functional>
#include <random>

#include "io/chunks/byte_order.h"
#include "io/chunks/chunk_reader.h"
#include "io/chunks/chunk_writer.h"
#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr ChunkFormat kTest{{'T', 'E', 'S', 'T', '\r', '\n', '\x1A', '\n'}, 3, "a test file"};
constexpr ChunkKind kOne{'O', 'N', 'E', ' '}, kTwo{'T', 'W', 'O', ' '};

std::vector<std::byte> some_bytes(std::size_t n) {
    std::mt19937 random(7);
    std::vector<std::byte> bytes(n);
    for (std::byte& b : bytes) b = static_cast<std::byte>(random() % 5);
    return bytes;
}

std::string read_all(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

class ChunkFile : public testing::Test {
protected:
    void SetUp() override { write(kTest); }
    void write(const ChunkFormat& format) const {
        ChunkWriter writer(path_, format, Overwrite::yes);
        writer.add(packed(kOne, first_));
        writer.add(packed(kTwo, second_));
        writer.publish();
    }
    void put(const std::string& bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }
    void read() const {
        ChunkReader reader(path_, kTest);
        EXPECT_EQ(reader.chunks(), 2U);
        EXPECT_EQ(reader.next_bytes(kOne, 1000), first_);
        EXPECT_EQ(reader.next_bytes(kTwo, 100), second_);
        reader.expect_end();
    }
    std::string refusal(const std::function<void()>& act) const {
        try {
            act();
        } catch (const FormatError& e) {
            return e.what();
        }
        return "";
    }
    std::string refusal() const {
        return refusal([this] { read(); });
    }

    test::TempFolder folder_;
    fs::path path_ = folder_ / "x.test";
    std::vector<std::byte> first_ = some_bytes(1000), second_;
};

TEST_F(ChunkFile, IsReadAsWritten) { read(); }

TEST_F(ChunkFile, TheSameContentIsTheSameBytes) {
    const std::string once = read_all(path_);
    write(kTest);
    EXPECT_EQ(read_all(path_), once);
}

TEST_F(ChunkFile, NoByteOfItMayChange) {
    const std::string whole = read_all(path_);
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string changed = whole;
        changed[i] = static_cast<char>(changed[i] ^ 0x20);
        put(changed);
        EXPECT_THAT(refusal(), HasSubstr(path_.string())) << "byte " << i;
    }
}

TEST_F(ChunkFile, NoByteOfItMayBeMissingOrTooMany) {
    const std::string whole = read_all(path_);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        put(whole.substr(0, length));
        const std::string words = refusal();
        EXPECT_THAT(words, length < 8 ? HasSubstr("is not a test file") : HasSubstr("ends")) << length;
        EXPECT_EQ(std::count(words.begin(), words.end(), '\n'), 0);
    }
    put(whole + "x");
    EXPECT_THAT(refusal(), HasSubstr("behind its end"));
}

TEST_F(ChunkFile, ForeignAndNewerFilesAreToldApart) {
    put("SIMPLE  =                    T / a FITS file, which is something else altogether");
    EXPECT_THAT(refusal(), HasSubstr("is not a test file"));
    ChunkFormat newer = kTest;
    newer.version = 4;
    write(newer);
    EXPECT_THAT(refusal(), HasSubstr("version 4, written by a newer nightstack; this one reads up to version 3"));
    ChunkFormat older = kTest;
    older.version = 1;
    write(older);
    EXPECT_EQ(refusal(), "");
}

TEST_F(ChunkFile, AChunkIsNoLargerThanTheLimit) {
    EXPECT_THAT(refusal([this] { ChunkReader(path_, kTest).next(kOne, 999); }), HasSubstr("at most 999"));
    EXPECT_THAT(refusal([this] { ChunkReader(path_, kTest).next(kTwo, 1000); }),
                HasSubstr("'ONE ', expected is 'TWO '"));
}

// Promises with right checksums that the bytes do not keep.
TEST_F(ChunkFile, PromisesAreNotBelieved) {
    const auto with = [&](const std::function<void(PackedChunk&)>& change) {
        ChunkWriter writer(path_, kTest, Overwrite::yes);
        PackedChunk chunk = packed(kOne, first_);
        change(chunk);
        writer.add(std::move(chunk));
        writer.add(packed(kTwo, second_));
        writer.publish();
        return refusal();
    };
    EXPECT_THAT(with([](PackedChunk& c) { c.header.unpacked = std::uint64_t{1} << 50; }), HasSubstr("at most 1000"));
    EXPECT_THAT(with([](PackedChunk& c) { c.header.unpacked = 999; }), HasSubstr("size it promises"));
    EXPECT_THAT(with([](PackedChunk& c) { c.header.packed = std::uint64_t{1} << 60; }), HasSubstr("impossible length"));
    EXPECT_THAT(with([](PackedChunk& c) { c.header.crc ^= 1; }), HasSubstr("checksum"));
    // 100 MB of zeros, said to be a hundred bytes.
    EXPECT_THAT(with([](PackedChunk& c) {
                    c = packed(kOne, std::vector<std::byte>(100'000'000));
                    c.header.unpacked = 1000;
                }),
                testing::AnyOf(HasSubstr("size it promises"), HasSubstr("impossible length")));
}

}  // namespace
}  // namespace nightstack::io

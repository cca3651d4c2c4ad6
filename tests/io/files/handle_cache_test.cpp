// SPDX-License-Identifier: MIT
#include "io/files/handle_cache.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>
#include <iterator>
#include <thread>

#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

std::size_t handles_of_process() {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator()));
}

class HandleCacheTest : public testing::Test {
protected:
    void SetUp() override {
        folder_ = fs::path(testing::TempDir()) /
                  ("handle_cache_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    void TearDown() override { fs::remove_all(folder_); }

    // File i holds its own number, 8 digits.
    std::unique_ptr<ReopenableFile> file(int i, HandleCache& cache) const {
        const fs::path path = folder_ / std::to_string(i);
        write(path, text_of(i));
        return std::make_unique<ReopenableFile>(path, cache);
    }
    static std::string text_of(int i) {
        std::string digits = std::to_string(i);
        return std::string(8 - digits.size(), '0') + digits;
    }
    static std::string text_in(const ReopenableFile& file) {
        std::string text(8, ' ');
        file.read_at(std::as_writable_bytes(std::span(text)), 0);
        return text;
    }
    fs::path folder_;
};

TEST_F(HandleCacheTest, MoreFilesThanHandles) {
    HandleCache cache(5);
    const std::size_t before = handles_of_process();
    std::vector<std::unique_ptr<ReopenableFile>> files;
    for (int i = 0; i < 40; ++i) files.push_back(file(i, cache));
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 40; ++i) {
            EXPECT_EQ(text_in(*files[static_cast<std::size_t>(i)]), text_of(i));
            EXPECT_LE(cache.open_now(), 5u);
            EXPECT_LE(handles_of_process(), before + 5);
        }
    }
    files.clear();
    EXPECT_EQ(cache.open_now(), 0u);
    EXPECT_EQ(handles_of_process(), before);
}

TEST_F(HandleCacheTest, WhatIsReadMostOftenStaysOpen) {
    HandleCache cache(4);
    std::vector<std::unique_ptr<ReopenableFile>> files;
    for (int i = 0; i < 4; ++i) files.push_back(file(i, cache));
    for (int i = 4; i < 20; ++i) {
        EXPECT_EQ(text_in(*files[0]), text_of(0));
        files.push_back(file(i, cache));
    }
    // Had it been closed, it could not be opened any more.
    fs::remove(folder_ / "0");
    EXPECT_EQ(text_in(*files[0]), text_of(0));
    fs::remove(folder_ / "4");
    EXPECT_THROW(text_in(*files[4]), IoError);
}

// Opens file 0 and lets the cache close it again.
struct Closed {
    HandleCache cache{1};
    std::unique_ptr<ReopenableFile> first, second;
};

TEST_F(HandleCacheTest, AnotherFileOfTheSameNameIsRefused) {
    Closed c;
    c.first = file(0, c.cache);
    c.second = file(1, c.cache);
    EXPECT_EQ(text_in(*c.first), text_of(0));
    EXPECT_EQ(text_in(*c.second), text_of(1));
    const auto time = fs::last_write_time(folder_ / "0");
    const auto refused = [&](const char* word) {
        try {
            text_in(*c.first);
            ADD_FAILURE() << word;
        } catch (const IoError& e) {
            EXPECT_NE(std::string(e.what()).find(word), std::string::npos) << e.what();
            EXPECT_NE(std::string(e.what()).find((folder_ / "0").string()), std::string::npos) << e.what();
        }
    };
    write(folder_ / "0", "longer than it was");
    refused("18 bytes, 8 when");
    write(folder_ / "0", text_of(0));
    fs::last_write_time(folder_ / "0", time + std::chrono::milliseconds(1));
    refused("written to");
    write(folder_ / "new", text_of(0));
    fs::rename(folder_ / "new", folder_ / "0");
    fs::last_write_time(folder_ / "0", time);
    refused("another file");
    fs::remove(folder_ / "0");
    refused("cannot open");
    EXPECT_EQ(text_in(*c.second), text_of(1));
}

TEST_F(HandleCacheTest, ManyThreadsReadManyFiles) {
    HandleCache cache(3);
    std::vector<std::unique_ptr<ReopenableFile>> files;
    for (int i = 0; i < 12; ++i) files.push_back(file(i, cache));
    std::atomic<int> wrong{0};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                for (int k = 0; k < 600; ++k) {
                    const int i = (k * (t + 1) + t) % 12;
                    if (text_in(*files[static_cast<std::size_t>(i)]) != text_of(i)) ++wrong;
                }
            });
        }
    }
    EXPECT_EQ(wrong, 0);
    EXPECT_LE(cache.open_now(), 3u);
}

// Other parts of the program may have taken the last handle: the cache gives one of its own.
TEST_F(HandleCacheTest, GivesWayWhenTheProcessHasNoHandleLeft) {
    HandleCache cache(1000);
    std::vector<std::unique_ptr<ReopenableFile>> files;
    for (int i = 0; i < 8; ++i) files.push_back(file(i, cache));
    for (int i = 8; i < 12; ++i) write(folder_ / std::to_string(i), text_of(i));
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit full{handles_of_process() - 1, before.rlim_max};  // looking took one itself
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &full), 0);
    for (int i = 8; i < 12; ++i) files.push_back(std::make_unique<ReopenableFile>(folder_ / std::to_string(i), cache));
    for (int i = 0; i < 12; ++i) EXPECT_EQ(text_in(*files[static_cast<std::size_t>(i)]), text_of(i));
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

}  // namespace
}  // namespace nightstack::io

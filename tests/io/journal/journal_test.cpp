// SPDX-License-Identifier: MIT
#include "io/journal/journal.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "io/files/file.h"
#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io {
namespace {

using testing::HasSubstr;

constexpr ChunkFormat kFormat{{'N', 'S', 'T', 'E', 'S', 'T', 'J', '\n'}, 2, "a journal of this test"};

class JournalTest : public testing::Test {
protected:
    std::filesystem::path path() const { return folder_.path() / "journal"; }
    void damage(std::uint64_t at, char byte) const {
        std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(at));
        file.put(byte);
    }
    template <class E>
    std::string words(const ChunkFormat& format = kFormat) const {
        try {
            const Journal journal(path(), format);
        } catch (const E& e) {
            return e.what();
        }
        ADD_FAILURE() << "was opened";
        return "";
    }
    test::TempFolder folder_;
};

TEST_F(JournalTest, GoesOnWhereItEnded) {
    {
        Journal journal(path(), kFormat);
        EXPECT_EQ(journal.append("one"), 1U);
        journal.sync();
        EXPECT_EQ(journal.append("two"), 2U);
    }
    Journal journal(path(), kFormat);
    ASSERT_EQ(journal.found().records.size(), 2U);
    EXPECT_EQ(journal.found().records[1].text, "two");
    EXPECT_EQ(journal.append("three"), 3U);
    journal.sync();
    EXPECT_EQ(journal.bytes(), std::filesystem::file_size(path()));
}

TEST_F(JournalTest, CutsATornEndBeforeItWrites) {
    {
        Journal journal(path(), kFormat);
        journal.append("whole");
        journal.append("a longer one that will be torn");
    }
    std::filesystem::resize_file(path(), std::filesystem::file_size(path()) - 1);
    {
        Journal journal(path(), kFormat);
        EXPECT_EQ(journal.found().records.size(), 1U);
        EXPECT_EQ(journal.found().torn, kRecordHeaderBytes + 29);
        EXPECT_EQ(journal.append("new"), 2U);
    }
    const Journal journal(path(), kFormat);
    ASSERT_EQ(journal.found().records.size(), 2U);
    EXPECT_EQ(journal.found().records[1].text, "new");
    EXPECT_EQ(journal.found().torn, 0U);
}

// A bad disk within what was synced last: that looks like a torn end, but there is more behind it.
TEST_F(JournalTest, KeepsBesideWhatItCutsWhenWholeRecordsAreInIt) {
    std::uint64_t second = 0;
    {
        Journal journal(path(), kFormat);
        journal.append("one");
        second = journal.bytes();
        for (const char* text : {"two", "three", "four"}) journal.append(text);
        journal.sync();
    }
    damage(second + kRecordHeaderBytes, 'X');
    const Journal journal(path(), kFormat);
    EXPECT_EQ(journal.last(), 1U);
    EXPECT_EQ(journal.found().torn_whole, 2U);
    EXPECT_EQ(std::filesystem::file_size(path().string() + ".torn"), journal.found().torn);
}

TEST_F(JournalTest, BelongsToOneProgram) {
    const Journal journal(path(), kFormat);
    EXPECT_THAT(words<IoError>(), HasSubstr("another nightstack works with"));
}

TEST_F(JournalTest, RefusesWhatIsForeignNewerOrDamagedInWords) {
    std::ofstream(path()) << "SIMPLE  =                    T and so on, and so on";
    EXPECT_THAT(words<FormatError>(), HasSubstr("is not a journal of this test"));
    std::filesystem::remove(path());
    { const Journal journal(path(), kFormat); }
    ChunkFormat old = kFormat;
    old.version = 1;
    EXPECT_THAT(words<FormatError>(old), HasSubstr("of version 2, written by a newer nightstack"));
    damage(14, 'x');
    EXPECT_THAT(words<DamagedError>(), HasSubstr("its header is damaged"));
    std::filesystem::resize_file(path(), 12);
    EXPECT_THAT(words<DamagedError>(), HasSubstr("ends within its header"));
    std::filesystem::remove(path());
    std::filesystem::create_symlink("/etc/passwd", path());
    words<IoError>();
}

// A full disk (a file that may not grow is one): the record is not there, and can be added when there is room.
TEST_F(JournalTest, AddsWholeOrNotAtAllWhenTheDiskIsFull) {
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    Journal journal(path(), kFormat);
    journal.append("first");
    rlimit small = before;
    small.rlim_cur = journal.bytes() + 20;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    EXPECT_THROW(journal.append("second, which finds no room"), IoError);
    EXPECT_EQ(journal.last(), 1U);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_EQ(journal.append("short, and as long as the one before it"), 2U);
    journal.sync();
    std::vector<std::byte> bytes(std::filesystem::file_size(path()));
    File(path()).read_at(bytes, 0);
    const std::uint64_t salt = decoded_file_header(bytes, kFormat).bytes;
    const JournalContent read = read_records(salt, std::span(bytes).subspan(kChunkHeaderBytes));
    ASSERT_EQ(read.records.size(), 2U);
    EXPECT_EQ(read.records[1].text, "short, and as long as the one before it");
    EXPECT_EQ(read.torn, 0U) << "of the one that found no room";
}

// Killed at random times while it writes and syncs, again and again: no record that was synced is ever missing.
TEST_F(JournalTest, LosesNothingThatWasSyncedWhenKilled) {
    std::uint64_t safe = 0;
    for (unsigned round = 0; round < 40; ++round) {
        int told[2];
        ASSERT_EQ(::pipe2(told, O_CLOEXEC), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            Journal journal(path(), kFormat);
            for (;;) {
                const std::string text(journal.last() % 700, 'k');
                const std::uint64_t number = journal.append(text);
                if (number % 3 != 0) continue;
                journal.sync();
                if (::write(told[1], &number, sizeof number) != sizeof number) ::_exit(1);
            }
        }
        ::close(told[1]);
        std::uint64_t first = 0;  // on a slow machine the child may need long for its first words
        ASSERT_EQ(::read(told[0], &first, sizeof first), ssize_t{sizeof first});
        safe = first;
        ::usleep(337 * round % 9000);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        for (std::uint64_t number = 0; ::read(told[0], &number, sizeof number) == sizeof number;) safe = number;
        ::close(told[0]);
        const Journal journal(path(), kFormat);
        ASSERT_GE(journal.last(), safe);
        ASSERT_EQ(journal.found().records.size(), journal.last());
        ASSERT_EQ(journal.found().damaged, 0U);
    }
    EXPECT_GT(safe, 40U);
}

}  // namespace
}  // namespace nightstack::io

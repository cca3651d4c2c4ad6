// SPDX-License-Identifier: MIT
#include "io/fits/completeness.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "io/files/local_file.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io {
namespace {

std::string header(const std::string& bitpix) {
    std::string cards;
    for (const std::string& text :
         {std::string("SIMPLE  =                    T"), "BITPIX  = " + bitpix,
          std::string("NAXIS   =                    2"), std::string("NAXIS1  =                  100"),
          std::string("NAXIS2  =                  100"), std::string("END")})
        cards += text + std::string(80 - text.size(), ' ');
    cards.resize(2880, ' ');
    return cards;
}

class CompletenessOf : public testing::Test {
protected:
    Descriptor holding(const std::string& bytes) {
        Descriptor file(::open((folder_ / "f").c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        EXPECT_EQ(::write(file.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
        return file;
    }
    Completeness of(const std::string& bytes, const std::string& name = "f.fits") {
        return completion_of(holding(bytes).get(), bytes.size(), name).state;
    }
    bool zeros(const std::string& bytes) { return ends_in_zeros(holding(bytes).get(), bytes.size(), "f.fits"); }

private:
    nightstack::test::TempFolder folder_;
};

TEST_F(CompletenessOf, AFileIsWhatItsHeaderImplies) {
    const std::string whole = header("                  16") + std::string(7 * 2880, '\x11');  // 20000 bytes of data
    EXPECT_EQ(of(whole), Completeness::complete);
    EXPECT_EQ(of(whole.substr(0, 2880 + 20000)), Completeness::not_told);  // its padding may be on the way
    EXPECT_EQ(of(whole.substr(0, 2880 + 19999)), Completeness::growing);
    EXPECT_EQ(of(whole.substr(0, 1000)), Completeness::growing);
    EXPECT_EQ(of(""), Completeness::growing);
    EXPECT_EQ(of(std::string(5760, 'x')), Completeness::broken);
    EXPECT_EQ(of(header("                  17") + std::string(7 * 2880, ' ')), Completeness::broken);
    EXPECT_EQ(of("anything", "f.png"), Completeness::not_told);
    EXPECT_EQ(of(whole, "F.FTS"), Completeness::complete);
}

// The padding alone is zero in every file; a block of data before it is not.
TEST_F(CompletenessOf, RoomThatWasReservedEndsInZeros) {
    std::string bytes = header("                  16") + std::string(20000, '\x11');
    bytes.resize(2880 * 8, '\0');
    EXPECT_FALSE(zeros(bytes));
    EXPECT_FALSE(zeros(bytes.substr(0, 2000)));
    std::string reserved = header("                  16") + std::string(10000, '\x11');
    reserved.resize(2880 * 8, '\0');
    EXPECT_TRUE(zeros(reserved));
}

TEST(TellsItsSize, ByItsName) {
    for (const char* name : {"a.fits", "a.FIT", ".fts"}) EXPECT_TRUE(tells_its_size(name)) << name;
    for (const char* name : {"a.fits.fz", "a.fits.gz", "fits", "", "a.tif"}) EXPECT_FALSE(tells_its_size(name)) << name;
}

}  // namespace
}  // namespace nightstack::io

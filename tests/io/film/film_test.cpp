// SPDX-License-Identifier: MIT
// Films of all kinds give their pictures back, whole ones and those whose recording was cut off.
#include "io/film/film.h"

#include <gtest/gtest.h>

#include <fstream>

#include "device/sim/card/film.h"
#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io {
namespace {

// As a splitter sees it a picture: start, a scan, some coded data, end.
std::string picture(int number) {
    std::string out("\xFF\xD8\xFF\xDA\x00\x04\x01\x02", 8);
    return out + "picture " + std::to_string(number) + std::string(static_cast<std::size_t>(number % 2), '.') +
           "\xFF\xD9";
}

std::string avi(int pictures, double rate = 12.5) {
    device::sim::Film film(64, 48, rate);
    std::string all;
    for (int i = 0; i < pictures; ++i) all += film.picture(picture(i));
    const std::string index = film.index();
    return film.head() + all + index;
}

class FilmTest : public testing::Test {
protected:
    std::filesystem::path written(const std::string& name, const std::string& bytes) {
        std::ofstream(folder_.path() / name, std::ios::binary) << bytes;
        return folder_.path() / name;
    }
    std::vector<std::string> pictures(const std::filesystem::path& path) {
        const std::unique_ptr<Film> film = open_film(path);
        rate_ = film->pictures_per_s();
        std::vector<std::string> out;
        std::vector<std::byte> jpeg;
        while (film->next(jpeg)) out.emplace_back(reinterpret_cast<const char*>(jpeg.data()), jpeg.size());
        EXPECT_LE(film->position(), film->size());
        EXPECT_FALSE(film->next(jpeg));
        dropped_ = film->dropped_parts();
        return out;
    }
    std::vector<std::string> expected(int n) {
        std::vector<std::string> out;
        for (int i = 0; i < n; ++i) out.push_back(picture(i));
        return out;
    }
    test::TempFolder folder_;
    std::optional<double> rate_;
    std::uint64_t dropped_ = 0;
};

TEST_F(FilmTest, AviOfTheTwin) {
    EXPECT_EQ(pictures(written("a.avi", avi(9))), expected(9));
    EXPECT_EQ(rate_, 12.5);
}

TEST_F(FilmTest, AviThatWasCutOffPlaysAsFarAsItGoes) {
    const std::string whole = avi(9);
    const std::size_t last = whole.find(picture(8));
    EXPECT_EQ(pictures(written("a.avi", whole.substr(0, last + 5))), expected(8));
    EXPECT_EQ(dropped_, 1U);
}

// Other tools: sizes of lists not filled in, junk, sound, lists of a record, empty chunks for repeated pictures.
TEST_F(FilmTest, AviAsOthersWriteIt) {
    std::string whole = avi(2);
    const std::size_t movi = whole.find("movi");
    for (std::size_t i = 1; i <= 4; ++i) whole[movi - i] = '\0';
    const auto chunk = [](const std::string& id, const std::string& content) {
        std::string out = id;
        for (int i = 0; i < 4; ++i) out += static_cast<char>(content.size() >> (8 * i) & 0xFF);
        return out + content + (content.size() % 2 != 0 ? std::string(1, '\0') : "");
    };
    const std::string more = chunk("JUNK", "00dcxx") + chunk("01wb", "sound") + chunk("00dc", "") +
                             chunk("LIST", "rec " + chunk("00db", picture(7)));
    whole.insert(movi + 4, more);
    EXPECT_EQ(pictures(written("b.avi", whole)), (std::vector<std::string>{picture(7), picture(0), picture(1)}));
}

TEST_F(FilmTest, RefusesWhatIsNone) {
    const auto refused = [&](const std::string& bytes) {
        EXPECT_THROW(open_film(written("x.avi", bytes)), FormatError) << bytes.substr(0, 20);
    };
    refused("");
    refused("RIFF");
    refused("RIFFxxxxWAVEfmt ");
    refused("no film at all");
    refused(avi(0));
    std::string other = avi(2);
    for (int i = 0; i < 2; ++i) other.replace(other.find(picture(i)), 2, "\0\0", 2);
    refused(other);
    EXPECT_THROW(open_film(folder_.path() / "nowhere.avi"), IoError);
}

TEST_F(FilmTest, StreamsWithAndWithoutBoundaries) {
    std::string bare, parts = "HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=--dwarf\r\n\r\n";
    for (int i = 0; i < 5; ++i) {
        bare += picture(i);
        parts += "--dwarf\r\nContent-Type: image/jpeg\r\nContent-Length: " + std::to_string(picture(i).size()) +
                 "\r\n\r\n" + picture(i) + "\r\n";
    }
    EXPECT_EQ(pictures(written("a.mjpeg", bare)), expected(5));
    EXPECT_EQ(pictures(written("b.mjpeg", parts)), expected(5));
    EXPECT_EQ(pictures(written("c.mjpeg", parts.substr(parts.find("--dwarf\r\n")))), expected(5));
    // Recording was cut off.
    EXPECT_EQ(pictures(written("d.mjpeg", bare.substr(0, bare.size() - 3))), expected(4));
    EXPECT_EQ(dropped_, 1U);
    // Its end was announced: nothing is missing.
    EXPECT_EQ(pictures(written("e.mjpeg", parts + "--dwarf--\r\n")), expected(5));
    EXPECT_EQ(dropped_, 0U);
}

TEST_F(FilmTest, FoldersInNaturalOrder) {
    for (const int i : {10, 2, 1}) written("frame_" + std::to_string(i) + ".JPG", picture(i));
    written("notes.txt", "x");
    EXPECT_EQ(pictures(folder_.path()), (std::vector<std::string>{picture(1), picture(2), picture(10)}));
    std::filesystem::create_directory(folder_.path() / "empty");
    EXPECT_THROW(open_film(folder_.path() / "empty"), FormatError);
}

TEST_F(FilmTest, AFolderWithAnyOtherFrameIsNoneOfJpegs) {
    EXPECT_FALSE(holds_only_jpegs(folder_.path()));
    written("a.JPEG", picture(1));
    written("notes.txt", "x");
    EXPECT_TRUE(holds_only_jpegs(folder_.path()));
    for (const std::string other : {"a.fits", "a.fts.gz", "a.FZ", "a.tiff", "a.png"}) {
        const auto path = written(other, "x");
        EXPECT_FALSE(holds_only_jpegs(folder_.path())) << other;
        std::filesystem::remove(path);
    }
    EXPECT_FALSE(holds_only_jpegs(folder_.path() / "nowhere"));
}

TEST(FilmName, IsToldFromItsEnd) {
    for (const char* name : {"a.avi", "A.AVI", "b.mjpeg", "c.MJPG"}) EXPECT_TRUE(named_like_film(name)) << name;
    for (const char* name : {"a.mp4", "avi", "a.jpg", "a.avi.fits", ""}) EXPECT_FALSE(named_like_film(name)) << name;
}

}  // namespace
}  // namespace nightstack::io

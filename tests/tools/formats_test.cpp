// SPDX-License-Identifier: MIT
// Frames in every container stack like plain ones; results in every format read the same in other programs.
#include <gmock/gmock.h>
#include <zlib.h>

#include <cstdlib>

#include "io/fits/reader.h"
#include "io/image_files/png.h"
#include "tests/support/real_data.h"
#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::SizeIs;

// /usr/bin/python3 on a script, its words behind; what it says goes to `said`.
int python(const World& world, const std::string& script, const std::string& words, std::string* said = nullptr) {
    write_bytes(world / "script.py", script);
    const std::string command = "/usr/bin/python3 -W ignore '" + (world / "script.py").string() + "' " + words + " >'" +
                                (world / "said.txt").string() + "' 2>&1";
    const int code = std::system(command.c_str());
    if (said != nullptr) *said = read_bytes(world / "said.txt");
    return code;
}

// The lights once more, as something else; the plain ones go.
void repack(const World& world, const SmallNight& night, const std::string& how) {
    const char* const script = R"(
import gzip, os, sys
import numpy as np
from astropy.io import fits
how, paths = sys.argv[1], sys.argv[2:]
for path in paths:
    if how == 'gz':
        gzip.open(path + '.gz', 'wb').write(open(path, 'rb').read())
    else:
        with fits.open(path) as h:
            fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(h[0].data, h[0].header, compression_type=how)]).writeto(path + '.fz')
    os.remove(path)
)";
    std::string words = how;
    for (const auto& path : night.lights) words += " '" + path.string() + "'";
    std::string said;
    ASSERT_EQ(python(world, script, words, &said), 0) << said;
}

std::string pixels_sha(const World& world) {
    const io::FitsFile file(world.result());
    std::string text;
    Image<float> plane(file.layout().width, file.layout().height);
    for (int p = 0; p < file.layout().planes; ++p) {
        file.read(plane.view(), plane.view().bounds(), p);
        for (int y = 0; y < plane.height(); ++y)
            text.append(reinterpret_cast<const char*>(plane.view().row_data(y)),
                        static_cast<std::size_t>(plane.width()) * 4);
    }
    write_bytes(world / "pixels", text);
    return sha256_of(world / "pixels");
}

TEST(Formats, CompressedLightsGiveTheSamePixels) {
    std::string plain;
    for (const std::string how : {"", "gz", "RICE_1", "GZIP_2"}) {
        SCOPED_TRACE(how);
        const World world;
        const SmallNight night = write_small_night(world.path());
        if (!how.empty()) repack(world, night, how);
        const Finished done = world.stack({night.session.string()});
        ASSERT_EQ(done.code, 0) << done.err;
        if (how.empty()) plain = pixels_sha(world);
        EXPECT_EQ(pixels_sha(world), plain);
        EXPECT_TRUE(files_ending(world.path(), ".part").empty());
    }
}

TEST(Formats, CompressedDarksServe) {
    const World world;
    SmallNightOptions o;
    o.layout = NightLayout::sorted;
    o.darks = 3;
    SmallNight night = write_small_night(world.path(), o);
    night.lights = night.darks;
    repack(world, night, "RICE_1");
    const Finished done = world.stack({night.session.string()});
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(world.report()["applied"]["dark"]["frames"], 3);
}

TEST(Formats, ADamagedCompressedLightCostsOnlyItself) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    repack(world, night, "GZIP_1");
    const fs::path bad = night.lights[2].string() + ".fz";
    std::string bytes = read_bytes(bad);
    for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 3000; ++i) bytes[i] = '\x55';
    write_bytes(bad, bytes);
    write_bytes(night.session / "light_90.fits.gz", "\x1f\x8b\x08 cut");
    const Finished done = world.stack({night.session.string()});
    EXPECT_EQ(done.code, 4) << done.err;
    EXPECT_EQ(count_lines(done.err, bad.filename().string()), 1u) << done.err;
    EXPECT_EQ(count_lines(done.err, "light_90.fits.gz"), 1u) << done.err;
    EXPECT_EQ(world.report()["counts"]["failed"], 2);
    EXPECT_EQ(frame_of(world.report(), bad.filename().string())["reason"], "truncated");
}

TEST(Formats, InfoReadsCompressedFrames) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    const auto plain = nlohmann::json::parse(world.run({"info", "--json", night.lights[0].string()}).out);
    repack(world, night, "RICE_1");
    auto packed = nlohmann::json::parse(world.run({"info", "--json", night.lights[0].string() + ".fz"}).out);
    packed["file"] = plain["file"];
    EXPECT_EQ(packed, plain);
}

// The small night as pictures of 8 bits.
void as_pictures(const World& world, const SmallNight& night, const std::string& extension) {
    const char* const script = R"(
import os, sys
import cv2, numpy as np
from astropy.io import fits
for path in sys.argv[2:]:
    a = fits.getdata(path).astype(float)
    rgb = cv2.cvtColor(np.clip((a - 4300) / 20, 0, 255).astype('u1'), cv2.COLOR_BayerGR2RGB)
    cv2.imwrite(path[:-5] + sys.argv[1], rgb, [cv2.IMWRITE_JPEG_QUALITY, 97])
    os.remove(path)
)";
    std::string words = extension;
    for (const auto& path : night.lights) words += " '" + path.string() + "'";
    std::string said;
    ASSERT_EQ(python(world, script, words, &said), 0) << said;
}

TEST(Formats, PicturesStackAndAreSaidNotToBeLinear) {
    for (const char* extension : {".jpg", ".png"}) {
        SCOPED_TRACE(extension);
        const World world;
        const SmallNight night = write_small_night(world.path());
        as_pictures(world, night, extension);
        const Finished done = world.stack({night.session.string()});
        ASSERT_EQ(done.code, 0) << done.err;
        const auto report = world.report();
        EXPECT_EQ(report["counts"]["stacked"], 8) << done.err;
        ASSERT_THAT(report["applied"]["warnings"], SizeIs(1));
        EXPECT_THAT(report["applied"]["warnings"][0].get<std::string>(), HasSubstr("not linear"));
        EXPECT_THAT(done.err, HasSubstr("not linear"));
    }
}

TEST(Formats, HostileJpegsAreReadOrRefusedForAReason) {
    const auto data = real_data_folder();
    if (!data) GTEST_SKIP() << kNoRealData;
    const World world;
    Words words{"info", "--json"};
    for (const auto& entry : fs::recursive_directory_iterator(*data / "jpeg-bad"))
        if (entry.is_regular_file()) words.push_back(entry.path().string());
    const Finished done = world.run(words);
    EXPECT_EQ(done.code, 4) << done.err;
    const auto lines = lines_of(done.out);
    ASSERT_EQ(lines.size(), words.size() - 2);
    std::size_t refused = 0;
    for (const std::string& line : lines) {
        const auto told = nlohmann::json::parse(line);
        refused += told["error"].is_null() ? 0U : 1U;
        const std::string file = told["file"];
        EXPECT_FALSE(file.find("/afl/") != std::string::npos && told["error"].is_null()) << line;
    }
    EXPECT_EQ(refused, 101u);
}

const char* const kCompare = R"(
import json, sys
import numpy as np
from astropy.io import fits
world = sys.argv[1]
ref = fits.getdata(world + '/float.fits').astype('f8')
h = fits.open(world + '/whole.fits')
assert h[0].header['BITPIX'] == 16 and h[0].header['BZERO'] == 32768 and h[0].header.get('BSCALE', 1) == 1
u = h[0].data
assert u.dtype == np.uint16, u.dtype
zero, step = h[0].header['ADUZERO'], h[0].header['ADUSTEP']
assert np.abs(zero + step * u.astype('f8') - ref).max() <= step / 2, 'half a step is the largest error'
assert (u.max() > 20000), 'the range is used'
report = json.load(open(world + '/whole.json'))
assert report['result']['scale16'] == {'zero_adu': zero, 'step_adu': step}, report['result']
for name in ('VAR', 'COV', 'REJ'): assert (fits.getdata(world + '/float.fits', name) == h[name].data).all(), name
h.verify('exception')
import cv2
for name in ('whole.png', 'whole.tif'):
    a = cv2.imread(world + '/' + name, cv2.IMREAD_UNCHANGED)
    assert a.dtype == np.uint16, (name, a.dtype)
    assert (np.moveaxis(a[:, :, ::-1], 2, 0) == u).all(), name + ' has the same numbers'
t = cv2.imread(world + '/float.tif', cv2.IMREAD_UNCHANGED)
assert t.dtype == np.float32 and (np.moveaxis(t[:, :, ::-1], 2, 0) == ref).all()
p8, p16 = cv2.imread(world + '/float.png', cv2.IMREAD_UNCHANGED), cv2.imread(world + '/png16.png', cv2.IMREAD_UNCHANGED)
assert p8.dtype == np.uint8 and p16.dtype == np.uint16
assert np.abs(p16.astype(float) / 257 - p8).max() <= 1, np.abs(p16.astype(float) / 257 - p8).max()
def line(a): return ' '.join('%.1f %.1f %.1f' % (x.mean(), x.min(), x.max()) for x in a)
print(line(ref)); print(line(u.astype('f8')))
)";

// "Mean: 500.5, ... Min: -12.2, Max: 4000.5" of each layer.
std::vector<double> siril_numbers(const std::string& text, const std::string& file) {
    std::vector<double> numbers;
    std::size_t at = text.find("file " + file);
    for (int layer = 0; layer < 3 && at != std::string::npos; ++layer) {
        for (const char* word : {"Mean: ", "Min: ", "Max: "}) {
            at = text.find(word, at);
            if (at == std::string::npos) return numbers;
            at += std::string(word).size();
            numbers.push_back(std::strtod(text.c_str() + at, nullptr));
        }
    }
    return numbers;
}

TEST(Formats, AllResultsReadTheSameInAstropyOpencvAndSiril) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    const auto stack = [&](const char* name, Words more) {
        // without pixels that have no data, which Siril leaves out of its mean
        more.insert(more.begin(),
                    {"stack", night.session.string(), "--output", (world / name).string(), "--framing", "common"});
        const Finished done = world.run(more);
        ASSERT_EQ(done.code, 0) << done.err;
    };
    stack("float.fits", {"--tiff"});
    stack("whole.fits", {"--bits", "16", "--png", "linear16", "--tiff", "--tiff-bits", "16"});
    stack("png16.fits", {"--png", "16"});
    std::string said;
    ASSERT_EQ(python(world, kCompare, "'" + world.path().string() + "'", &said), 0) << said;
    const auto theirs = lines_of(said);
    ASSERT_THAT(theirs, SizeIs(2)) << said;
    write_bytes(world / "load.ssf", "requires 1.0.0\nload float\nstat\nload whole\nstat\n");
    const std::string command = "HOME='" + world.path().string() + "' siril-cli -d '" + world.path().string() +
                                "' -s '" + (world / "load.ssf").string() + "' >'" + (world / "siril.txt").string() +
                                "' 2>&1 </dev/null";
    ASSERT_EQ(std::system(command.c_str()), 0) << read_bytes(world / "siril.txt");
    const std::string siril = read_bytes(world / "siril.txt");
    for (const int i : {0, 1}) {
        const auto numbers = siril_numbers(siril, i == 0 ? "float.fits" : "whole.fits");
        ASSERT_THAT(numbers, SizeIs(9)) << siril;
        std::istringstream wanted(theirs[static_cast<std::size_t>(i)]);
        for (const double number : numbers) {
            double value = 0;
            wanted >> value;
            EXPECT_NEAR(number, value, 0.11) << siril << said;
        }
    }
}

TEST(Formats, NoPngOnRequest) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    const Finished done = world.stack({night.session.string(), "--png", "none"});
    ASSERT_EQ(done.code, 0);
    EXPECT_FALSE(fs::exists(world / "result.png"));
    EXPECT_THAT(lines_of(done.out), SizeIs(2));
}

}  // namespace
}  // namespace nightstack::test

// SPDX-License-Identifier: MIT
// Files of another packer, astropy, and of the folder of real data, held against astropy's own reading.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>

#include "io/fits/fits_error.h"
#include "tests/io/packed/made_fz.h"
#include "tests/support/real_data.h"

namespace nightstack::test {
namespace {

using Paths = std::vector<std::filesystem::path>;
using Pixels = std::vector<float>;

// The second unit of each file as astropy sees it; empty where it fails.
std::vector<Pixels> read_with_astropy(const Paths& paths) {
    const TempFolder temp;
    save_bytes(temp / "read.py", R"(
import sys
from astropy.io import fits
for i, path in enumerate(sys.argv[2:]):
    try:
        with fits.open(path) as h: h[1].data.astype('<f4').tofile(f'{sys.argv[1]}/{i}')
    except Exception: pass
)");
    std::string command =
        "/usr/bin/python3 -W ignore '" + (temp / "read.py").string() + "' '" + temp.path().string() + "'";
    for (const auto& path : paths) command += " '" + path.string() + "'";
    EXPECT_EQ(std::system(command.c_str()), 0);
    std::vector<Pixels> all;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        const std::string bytes = file_bytes(temp / std::to_string(i));
        Pixels& values = all.emplace_back(bytes.size() / 4);
        if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * 4);
    }
    return all;
}

void expect_equal(const Pixels& ours, const Pixels& theirs) {
    ASSERT_EQ(ours.size(), theirs.size());
    std::size_t different = 0;
    for (std::size_t i = 0; i < ours.size(); ++i)
        different += !(ours[i] == theirs[i] || (std::isnan(ours[i]) && std::isnan(theirs[i])));
    EXPECT_EQ(different, 0u);
}

TEST(AstropyFz, FilesOfAstropyAreReadAsItReadsThem) {
    PackedWorld world;
    const std::string script = R"(
import sys, numpy as np
from astropy.io import fits
rng = np.random.default_rng(5)
a = rng.normal(1000, 30, (50, 64))
kinds = [('RICE_1', 'i2', {}), ('GZIP_1', 'i4', {}), ('GZIP_2', 'u1', {}), ('HCOMPRESS_1', 'i2', {}),
         ('PLIO_1', 'i2', {}), ('RICE_1', 'u2', {}), ('RICE_1', 'f4', {'quantize_method': 1, 'dither_seed': 17}),
         ('GZIP_1', 'f4', {'quantize_method': 2, 'dither_seed': 3}), ('GZIP_2', 'f4', {'quantize_level': 0}),
         ('RICE_1', 'f8', {'quantize_method': -1})]
for i, (kind, dtype, more) in enumerate(kinds):
    data = (np.clip(a / 8, 0, 255) if dtype == 'u1' else a).astype(dtype)
    if kind == 'HCOMPRESS_1': more = {**more, 'tile_size': (64, 10)}
    fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(data, compression_type=kind, **more)]).writeto(f'{sys.argv[1]}/{i}.fits')
)";
    save_bytes(world.temp / "make.py", script);
    const std::string make =
        "/usr/bin/python3 -W ignore '" + (world.temp / "make.py").string() + "' '" + world.temp.path().string() + "'";
    ASSERT_EQ(std::system(make.c_str()), 0);
    Paths paths;
    for (int i = 0; i < 10; ++i) paths.push_back(world.temp / (std::to_string(i) + ".fits"));
    const std::vector<Pixels> theirs = read_with_astropy(paths);
    for (std::size_t i = 0; i < paths.size(); ++i) {
        SCOPED_TRACE(i);
        expect_equal(pixels_of(*io::open_packed_fits(paths[i], world.setup())), theirs[i]);
    }
}

// compressed_with_nan.fits: astropy 5.2 gives the code for "undefined" as a number where we give NaN.
bool astropy_is_wrong(const std::filesystem::path& path) { return path.filename() == "compressed_with_nan.fits"; }

TEST(AstropyFz, RealFilesAreReadOrRefusedForAReason) {
    const auto data = real_data_folder();
    if (!data) GTEST_SKIP() << kNoRealData;
    PackedWorld world;
    Paths paths{*data / "sky-wcs/pocs/solved.fits.fz"};
    for (const auto& entry : std::filesystem::recursive_directory_iterator(*data / "fits-odd"))
        if (entry.is_regular_file()) paths.push_back(entry.path());
    Paths read;
    std::vector<Pixels> ours;
    int whole_files = 0;
    for (const auto& path : paths) {
        try {
            const Pixels pixels = pixels_of(*io::open_packed_fits(path, world.setup()));
            if (path.extension() == ".gz" || astropy_is_wrong(path)) {
                ++whole_files;
                continue;
            }
            read.push_back(path);
            ours.push_back(pixels);
        } catch (const io::FitsError& e) {
            if (std::getenv("NIGHTSTACK_LIST") != nullptr) std::printf("%s\n", e.what());
        }
    }
    const std::vector<Pixels> theirs = read_with_astropy(read);
    for (std::size_t i = 0; i < read.size(); ++i) {
        SCOPED_TRACE(read[i]);
        expect_equal(ours[i], theirs[i]);
    }
    EXPECT_EQ(read.size() + static_cast<std::size_t>(whole_files), 17u);
}

}  // namespace
}  // namespace nightstack::test

// SPDX-License-Identifier: MIT
#include "tests/io/fits/cfitsio_oracle.h"

#include <fitsio.h>

#include <algorithm>
#include <array>
#include <limits>

namespace nightstack::test {
namespace {

std::string words_of(int status) {
    std::array<char, FLEN_STATUS> text{};
    fits_get_errstatus(status, text.data());
    return text.data();
}

void read_picture(fitsfile* file, OraclePicture& out) {
    int bitpix = 0;
    int naxis = 0;
    std::array<long, 4> axes{1, 1, 1, 1};
    fits_get_img_param(file, 4, &bitpix, &naxis, axes.data(), &out.status);
    if (out.status != 0) return;
    constexpr long kLimit = 1L << 24;
    if (naxis < 2 || naxis > 4 || axes[0] < 1 || axes[1] < 1 || axes[2] < 1 || axes[3] != 1 || axes[0] > kLimit ||
        axes[1] > kLimit || axes[2] > 16 || axes[0] * axes[1] > kLimit) {
        out.status = BAD_NAXIS;
        return;
    }
    out.width = static_cast<int>(axes[0]);
    out.height = static_cast<int>(axes[1]);
    out.planes = static_cast<int>(axes[2]);
    out.pixels.assign(static_cast<std::size_t>(axes[0] * axes[1] * axes[2]), 0);
    std::array<long, 4> first{1, 1, 1, 1};
    float undefined = std::numeric_limits<float>::quiet_NaN();
    int any = 0;
    // For floats no null value is given: cfitsio would turn denormals into zeros.
    fits_read_pix(file, TFLOAT, first.data(), static_cast<LONGLONG>(out.pixels.size()),
                  bitpix > 0 ? &undefined : nullptr, out.pixels.data(), &any, &out.status);
}

}  // namespace

OraclePicture read_with_cfitsio(const std::filesystem::path& path, int hdu) {
    OraclePicture out;
    fitsfile* file = nullptr;
    fits_open_diskfile(&file, path.c_str(), READONLY, &out.status);
    if (out.status == 0 && hdu > 1) fits_movabs_hdu(file, hdu, nullptr, &out.status);
    if (out.status == 0) read_picture(file, out);
    out.error = words_of(out.status);
    int ignored = 0;
    if (file != nullptr) fits_close_file(file, &ignored);
    fits_clear_errmsg();
    return out;
}

int write_with_cfitsio(const std::filesystem::path& path, int bitpix, int width, int height, int planes, double bzero,
                       double bscale, const std::vector<double>& physical) {
    int status = 0;
    fitsfile* file = nullptr;
    std::filesystem::remove(path);
    fits_create_diskfile(&file, path.c_str(), &status);
    std::array<long, 3> axes{width, height, planes};
    fits_create_img(file, bitpix, planes > 1 ? 3 : 2, axes.data(), &status);
    if (bzero != 0) fits_write_key(file, TDOUBLE, "BZERO", &bzero, "offset", &status);
    if (bscale != 1) fits_write_key(file, TDOUBLE, "BSCALE", &bscale, "scale", &status);
    fits_set_hdustruc(file, &status);
    std::vector<double> values = physical;
    fits_write_img(file, TDOUBLE, 1, static_cast<LONGLONG>(values.size()), values.data(), &status);
    fits_close_file(file, &status);
    fits_clear_errmsg();
    return status;
}

std::string keyword_by_cfitsio(const std::filesystem::path& path, int hdu, const std::string& key) {
    int status = 0;
    fitsfile* file = nullptr;
    fits_open_diskfile(&file, path.c_str(), READONLY, &status);
    if (status == 0 && hdu > 1) fits_movabs_hdu(file, hdu, nullptr, &status);
    char* value = nullptr;
    std::array<char, FLEN_COMMENT> comment{};
    if (status == 0) fits_read_key_longstr(file, key.c_str(), &value, comment.data(), &status);
    std::string text = status == 0 && value != nullptr ? value : "";
    int ignored = 0;
    if (value != nullptr) fits_free_memory(value, &ignored);
    if (file != nullptr) fits_close_file(file, &ignored);
    fits_clear_errmsg();
    return text;
}

int units_by_cfitsio(const std::filesystem::path& path) {
    int status = 0;
    int units = 0;
    fitsfile* file = nullptr;
    fits_open_diskfile(&file, path.c_str(), READONLY, &status);
    if (status == 0) fits_get_num_hdus(file, &units, &status);
    int ignored = 0;
    if (file != nullptr) fits_close_file(file, &ignored);
    fits_clear_errmsg();
    return status == 0 ? units : -1;
}

}  // namespace nightstack::test

// SPDX-License-Identifier: MIT
#include "io/image_files/exif_reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numbers>
#include <string_view>
#include <vector>

#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kMostEntries = 512;
constexpr std::uint32_t kHead = 8;  // bytes, before anything
constexpr std::size_t kLongestWords = 100;
constexpr double kLeastSensorMm = 3.5;         // diagonal; what looks smaller was shrunk by an editor that hid it
constexpr double kFilmDiagonalMm = 43.266615;  // of 36 x 24 mm

// The format's own numbers of its types.
constexpr unsigned kAscii = 2, kShort = 3, kLong = 4, kRational = 5;

struct Entry {
    unsigned tag = 0;
    unsigned type = 0;
    std::uint32_t count = 0;
    std::array<std::byte, 4> value{};  // or where it lies
};

class Structure {
public:
    explicit Structure(const ExifSource& source) : source_(source) {}

    // Where the first directory lies.
    std::optional<std::uint32_t> begin() {
        std::array<std::byte, 8> head{};
        if (!source_(0, head)) return std::nullopt;
        const char first = std::to_integer<char>(head[0]);
        if ((first != 'I' && first != 'M') || head[1] != head[0]) return std::nullopt;
        big_ = first == 'M';
        if (number(head.data() + 2, 2) != 42) return std::nullopt;
        return number(head.data() + 4, 4);
    }

    // Nothing when it does not lie inside.
    std::vector<Entry> directory(std::uint32_t at) const {
        std::array<std::byte, 2> head{};
        if (at < kHead || !source_(at, head)) return {};
        const std::size_t count = std::min<std::size_t>(number(head.data(), 2), kMostEntries);
        std::vector<std::byte> bytes(12 * count);
        if (!source_(std::uint64_t{at} + 2, bytes)) return {};
        std::vector<Entry> entries(count);
        for (std::size_t i = 0; i < count; ++i) {
            const std::byte* p = bytes.data() + 12 * i;
            entries[i] = {number(p, 2), number(p + 2, 2), number(p + 4, 4), {p[8], p[9], p[10], p[11]}};
        }
        return entries;
    }

    // The first value, if it is a number.
    std::optional<double> value(const Entry& e) const {
        if (e.count < 1) return std::nullopt;
        if (e.type == kShort) return number(e.value.data(), 2);
        if (e.type == kLong) return number(e.value.data(), 4);
        std::array<std::byte, 8> bytes{};
        if (e.type != kRational || !elsewhere(e, bytes)) return std::nullopt;
        const std::uint32_t parts = number(bytes.data() + 4, 4);
        if (parts == 0) return std::nullopt;
        return static_cast<double>(number(bytes.data(), 4)) / parts;
    }

    std::string words(const Entry& e) const {
        if (e.type != kAscii) return {};
        std::string text(std::min<std::size_t>(e.count, kLongestWords), '\0');
        if (e.count <= 4) {
            std::memcpy(text.data(), e.value.data(), text.size());
        } else if (!elsewhere(e, std::as_writable_bytes(std::span(text)))) {
            return {};
        }
        text.resize(std::min(text.find('\0'), text.size()));
        const std::size_t last = text.find_last_not_of(' ');
        text.resize(last == std::string::npos ? 0 : last + 1);
        return printable(text);
    }

private:
    // A value that does not stand in its entry.
    bool elsewhere(const Entry& e, std::span<std::byte> out) const {
        const std::uint32_t at = number(e.value.data(), 4);
        return at >= kHead && source_(at, out);
    }
    std::uint32_t number(const std::byte* p, int bytes) const {
        std::uint32_t value = 0;
        for (int i = 0; i < bytes; ++i)
            value = value << 8 | std::to_integer<std::uint32_t>(p[big_ ? i : bytes - 1 - i]);
        return value;
    }
    const ExifSource& source_;
    bool big_ = false;
};

std::optional<double> between(std::optional<double> value, double least, double most) {
    return value && *value >= least && *value <= most ? value : std::nullopt;
}

std::optional<int> pixels_of(std::optional<double> value) {
    if (!between(value, 1, 1e6)) return std::nullopt;
    return static_cast<int>(*value);
}

// Resolutions wait for their unit, which may come behind them.
struct FocalPlane {
    std::optional<double> x, y;
    int unit = 2;
};

void take_exposure(ExifRead& out, FocalPlane& plane, const Structure& in, const Entry& e) {
    switch (e.tag) {
        case 0x829A: out.exposure_s = between(in.value(e), 1e-7, 1e5); break;
        case 0x829D: out.f_number = between(in.value(e), 0.1, 1000); break;
        case 0x8827: out.iso = between(in.value(e), 1, 1e7); break;
        case 0x9003: out.taken = in.words(e); break;
        case 0x920A: out.focal_mm = between(in.value(e), 0.1, 1e5); break;
        case 0xA002: out.width = pixels_of(in.value(e)); break;
        case 0xA003: out.height = pixels_of(in.value(e)); break;
        case 0xA20E: plane.x = in.value(e); break;
        case 0xA20F: plane.y = in.value(e); break;
        case 0xA210: plane.unit = static_cast<int>(in.value(e).value_or(2)); break;
        case 0xA405: out.focal_35mm = between(in.value(e), 1, 1e5); break;  // 0 says unknown
        default: break;
    }
}

// Inches, when no unit is told; um is nobody's but some cameras'.
void settle(ExifRead& out, const FocalPlane& plane) {
    const double mm = plane.unit == 3 ? 10 : plane.unit == 4 ? 1 : plane.unit == 5 ? 1e-3 : 25.4;
    const auto density = [&](std::optional<double> n) {
        return between(n ? std::optional(*n / mm) : std::nullopt, 1, 1e5);
    };
    out.sensor_px_per_mm_x = density(plane.x);
    out.sensor_px_per_mm_y = density(plane.y);
}

double diagonal(double width, double height) { return std::hypot(width, height); }

std::optional<double> by_sensor(const ExifRead& e, double picture_diagonal) {
    if (!e.focal_mm || !e.sensor_px_per_mm_x) return std::nullopt;
    double made = picture_diagonal;  // when the camera made it
    if (e.width && e.height) made = diagonal(*e.width, *e.height);
    if (made / *e.sensor_px_per_mm_x < kLeastSensorMm) return std::nullopt;
    return *e.focal_mm * *e.sensor_px_per_mm_x * picture_diagonal / made;
}

bool is_lens(double focal, double picture_diagonal) {
    const double field_deg = 2 * std::atan(picture_diagonal / 2 / focal) * 180 / std::numbers::pi;
    return field_deg >= 1 && field_deg <= 170;
}

}  // namespace

ExifRead read_exif(const ExifSource& tiff) {
    ExifRead out;
    Structure in(tiff);
    const std::optional<std::uint32_t> first = in.begin();
    if (!first) return out;
    std::uint32_t further = 0;
    std::string changed;
    FocalPlane plane;
    for (const Entry& e : in.directory(*first)) {
        switch (e.tag) {
            case 0x010F: out.make = in.words(e); break;
            case 0x0110: out.model = in.words(e); break;
            case 0x0112: out.orientation = static_cast<int>(between(in.value(e), 1, 8).value_or(1)); break;
            case 0x0132: changed = in.words(e); break;
            case 0x8769: further = e.type == kLong ? static_cast<std::uint32_t>(in.value(e).value_or(0)) : 0; break;
            default: take_exposure(out, plane, in, e);  // TIFF/EP has them here
        }
    }
    if (further != 0 && further != *first) {
        for (const Entry& e : in.directory(further)) take_exposure(out, plane, in, e);
    }
    if (out.taken.empty()) out.taken = changed;
    settle(out, plane);
    return out;
}

ExifRead read_exif(std::span<const std::byte> tiff) {
    return read_exif([tiff](std::uint64_t offset, std::span<std::byte> out) {
        if (offset > tiff.size() || out.size() > tiff.size() - offset) return false;
        std::copy_n(tiff.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
        return true;
    });
}

std::span<const std::byte> exif_in_jpeg(std::span<const std::byte> jpeg) {
    constexpr std::string_view kName("Exif\0\0", 6);
    const auto byte = [&](std::size_t i) { return std::to_integer<unsigned>(jpeg[i]); };
    std::size_t at = 2;  // behind the start of the image
    while (at + 4 <= jpeg.size() && byte(at) == 0xFF) {
        const unsigned marker = byte(at + 1);
        if (marker == 0xFF) {  // filling
            ++at;
            continue;
        }
        if (marker == 0xDA || marker == 0xD9) break;  // the pixels, the end
        const std::size_t length = byte(at + 2) << 8 | byte(at + 3);
        if (length < 2 || length > jpeg.size() - at - 2) break;
        const std::span<const std::byte> body = jpeg.subspan(at + 4, length - 2);
        if (marker == 0xE1 && body.size() > kName.size() && std::memcmp(body.data(), kName.data(), kName.size()) == 0)
            return body.subspan(kName.size());
        at += 2 + length;
    }
    return {};
}

std::optional<double> focal_px(const ExifRead& exif, int width, int height) {
    const double across = diagonal(width, height);
    const std::optional<double> sensor = by_sensor(exif, across);
    std::optional<double> focal = sensor;
    if (exif.focal_35mm) {
        const double film = *exif.focal_35mm * across / kFilmDiagonalMm;
        if (!sensor || std::abs(*sensor - film) > 0.1 * film) focal = film;
    }
    return focal && is_lens(*focal, across) ? focal : std::nullopt;
}

}  // namespace nightstack::io

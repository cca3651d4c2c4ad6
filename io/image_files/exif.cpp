// SPDX-License-Identifier: MIT
#include "io/image_files/exif.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr std::string_view kStart = "\xFF\xD8\xFF";
constexpr std::size_t kLongestText = 1000;
constexpr std::uint32_t kFirst = 8;  // of directories, behind the header of the TIFF structure

std::string little(std::uint64_t value, int bytes) {
    std::string out;
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
    return out;
}

// The numbers are the format's own names of its types.
enum class Type : std::uint16_t { byte = 1, ascii = 2, whole32 = 4, rational = 5, undefined = 7 };

struct Field {
    std::uint16_t tag;
    Type type;
    std::string bytes;
};

std::size_t size_of(Type type) { return type == Type::whole32 ? 4 : type == Type::rational ? 8 : 1; }

Field text(std::uint16_t tag, const std::string& words) {
    if (words.size() > kLongestText) throw OptionError("Exif: a text of " + std::to_string(words.size()) + " bytes");
    return {tag, Type::ascii, words + '\0'};
}

std::string ratio(double value, std::uint32_t parts) {
    const double most = 4e9;
    const double number = std::isfinite(value) ? std::min(std::max(value, 0.0) * parts, most) : 0;
    return little(static_cast<std::uint64_t>(std::llround(number)), 4) + little(parts, 4);
}

// Short ones as photographers write them: 1/400.
std::string seconds(double s) {
    if (s > 0 && s < 1 && std::abs(s * std::round(1 / s) - 1) < 1e-6)
        return ratio(s, static_cast<std::uint32_t>(std::min(std::round(1 / s), 1e9)));
    return ratio(s, 1'000'000);
}

std::string degrees(double angle) {
    const auto parts = static_cast<std::uint64_t>(std::llround(std::min(std::abs(angle), 360.0) * 3600 * 1000));
    return little(parts / 3'600'000, 4) + little(1, 4) + little(parts / 60'000 % 60, 4) + little(1, 4) +
           little(parts % 60'000, 4) + little(1000, 4);
}

// Fields in the order of their tags; longer values follow the directory, at even places.
std::string directory(const std::vector<Field>& fields, std::uint32_t at) {
    std::string head = little(fields.size(), 2), values;
    const std::size_t behind = at + 2 + 12 * fields.size() + 4;
    for (const Field& field : fields) {
        head += little(field.tag, 2) + little(static_cast<std::uint16_t>(field.type), 2) +
                little(field.bytes.size() / size_of(field.type), 4);
        if (field.bytes.size() <= 4) {
            head += field.bytes + std::string(4 - field.bytes.size(), '\0');
            continue;
        }
        head += little(behind + values.size(), 4);
        values += field.bytes;
        if (values.size() % 2 != 0) values += '\0';
    }
    return head + little(0, 4) + values;
}

std::string tiff_structure(const ExifFacts& facts) {
    const std::vector<Field> exposure = {{0x829A, Type::rational, seconds(facts.exposure_s)},
                                         {0x9000, Type::undefined, "0232"},
                                         text(0x9003, facts.taken)};
    const auto main = [&](std::size_t exposure_at, std::size_t place_at) {
        std::vector<Field> fields = {text(0x010F, facts.make),
                                     text(0x0110, facts.model),
                                     text(0x0132, facts.taken),
                                     {0x8769, Type::whole32, little(exposure_at, 4)}};
        if (facts.place) fields.push_back({0x8825, Type::whole32, little(place_at, 4)});
        return directory(fields, kFirst);
    };
    const std::size_t exposure_at = kFirst + main(0, 0).size();
    const std::string second = directory(exposure, static_cast<std::uint32_t>(exposure_at));
    const std::size_t place_at = exposure_at + second.size();
    std::string out = "II" + little(42, 2) + little(kFirst, 4) + main(exposure_at, place_at) + second;
    if (!facts.place) return out;
    const std::vector<Field> place = {{0, Type::byte, little(0x0302, 4)},  // version 2.3.0.0
                                      text(1, facts.place->latitude_deg < 0 ? "S" : "N"),
                                      {2, Type::rational, degrees(facts.place->latitude_deg)},
                                      text(3, facts.place->longitude_deg < 0 ? "W" : "E"),
                                      {4, Type::rational, degrees(facts.place->longitude_deg)}};
    return out + directory(place, static_cast<std::uint32_t>(place_at));
}

}  // namespace

std::string with_exif(std::string_view jpeg, const ExifFacts& facts) {
    if (!jpeg.starts_with(kStart) || jpeg.size() < 6) throw FormatError("Exif: this does not begin as a JPEG file");
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(jpeg[i]); };
    std::size_t at = 2;
    if (byte(3) == 0xE0) at += 2 + (std::size_t{byte(4)} << 8) + byte(5);  // JFIF wants to be the first
    if (at > jpeg.size()) throw FormatError("Exif: the JPEG file ends within its header");
    const std::string body = std::string("Exif\0\0", 6) + tiff_structure(facts);
    std::string out(jpeg.substr(0, at));
    out += "\xFF\xE1";
    out += static_cast<char>((body.size() + 2) >> 8);
    out += static_cast<char>((body.size() + 2) & 0xFF);
    return out.append(body).append(jpeg.substr(at));
}

}  // namespace nightstack::io

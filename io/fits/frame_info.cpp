// SPDX-License-Identifier: MIT
#include "io/fits/frame_info.h"

#include <cctype>
#include <charconv>
#include <cmath>
#include <initializer_list>

#include "io/fits/fits_error.h"
#include "io/fits/fits_time.h"

namespace nightstack::io {
namespace {

using Keys = std::initializer_list<const char*>;

// The first alias whose value is a number inside [low, high].
std::optional<double> number_in(const FitsHeader& header, Keys keys, double low, double high) {
    for (const char* key : keys) {
        const std::optional<double> value = header.number(key);
        if (value && *value >= low && *value <= high) return value;
    }
    return std::nullopt;
}

// The first alias that is not blank; "" when all are.
std::string words(const FitsHeader& header, Keys keys) {
    for (const char* key : keys) {
        const std::string value(trimmed(header.text(key).value_or("")));
        if (!value.empty()) return value;
    }
    return {};
}

// Upper-case letters and digits only: "Dwarf II" and "DWARFII" are one.
std::string compact(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0)
            out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return out;
}

// '2*2', '2x2', '2' or 2.
std::optional<int> binning(const FitsHeader& header) {
    const std::optional<double> x = number_in(header, {"XBINNING", "BINX", "CCDXBIN"}, 1, 64);
    if (x) {
        const double y = number_in(header, {"YBINNING", "BINY", "CCDYBIN"}, 1, 64).value_or(*x);
        if (*x != y || *x != std::floor(*x)) return std::nullopt;
        return static_cast<int>(*x);
    }
    const std::string text = words(header, {"BINNING"});
    int n = 0;
    const char* end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, n);
    if (first.ec != std::errc{} || n < 1 || n > 64) return std::nullopt;
    if (first.ptr == end) return n;
    int m = 0;
    const bool by = *first.ptr == '*' || *first.ptr == 'x' || *first.ptr == 'X';
    const auto second = std::from_chars(first.ptr + 1, end, m);
    if (!by || second.ec != std::errc{} || second.ptr != end || m != n) return std::nullopt;
    return n;
}

std::optional<UtcTime> start_of_exposure(const FitsHeader& header) {
    const std::string time = words(header, {"TIME-OBS", "UT", "UTC", "UTSTART", "UT-OBS", "UTC-OBS"});
    for (const char* key : {"DATE-OBS", "DATE-BEG", "DATE_OBS"}) {
        const std::optional<UtcTime> start = parse_fits_time(words(header, {key}), time);
        if (start) return start;
    }
    return std::nullopt;
}

struct Pointing {
    double ra_deg;
    double dec_deg;
};

// A number is in degrees unless something says hours; a text with colons or blanks counts hours.
std::optional<double> right_ascension(const FitsHeader& header, bool dwarf_two) {
    for (const char* key : {"RA", "OBJCTRA"}) {
        const FitsCard* card = header.find(key);
        if (card == nullptr) continue;
        const std::optional<double> sexagesimal = parse_sexagesimal(card->value);
        if (sexagesimal) return *sexagesimal * 15;
        const std::optional<double> value = parse_fits_number(card->value);
        if (!value) continue;
        const bool says_hours = card->comment.starts_with("[h]") || card->comment.starts_with("[hour");
        const bool says_degrees = card->comment.starts_with("[deg]");
        const bool hours = says_hours || (dwarf_two && !says_degrees && *value < 24);
        return hours ? *value * 15 : *value;
    }
    return std::nullopt;
}

std::optional<double> declination(const FitsHeader& header) {
    for (const char* key : {"DEC", "OBJCTDEC"}) {
        const std::string text = header.text(key).value_or("");
        const std::optional<double> sexagesimal = parse_sexagesimal(text);
        if (sexagesimal) return sexagesimal;
        const std::optional<double> value = parse_fits_number(text);
        if (value) return value;
    }
    return std::nullopt;
}

std::optional<Pointing> pointing(const FitsHeader& header) {
    const std::string scope = compact(words(header, {"TELESCOP"}) + words(header, {"INSTRUME"}));
    const bool dwarf = scope.find("DWARF") != std::string::npos;
    const bool dwarf_two =
        (scope.find("DWARFII") != std::string::npos && scope.find("DWARFIII") == std::string::npos) ||
        scope.find("DWARF2") != std::string::npos;
    const std::optional<double> ra = right_ascension(header, dwarf_two);
    const std::optional<double> dec = declination(header);
    if (!ra || !dec || *ra < 0 || *ra > 360 || std::abs(*dec) > 90) return std::nullopt;
    if (dwarf && *ra == 0 && *dec == 0) return std::nullopt;  // its way to say "unknown"
    return Pointing{*ra, *dec};
}

// Degrees as a number or as text with colons or blanks.
std::optional<double> angle_in(const FitsHeader& header, Keys keys, double low, double high) {
    for (const char* key : keys) {
        const std::string text = header.text(key).value_or("");
        std::optional<double> value = parse_sexagesimal(text);
        if (!value) value = parse_fits_number(text);
        if (value && *value >= low && *value <= high) return value;
    }
    return std::nullopt;
}

// Latitude and longitude 0 is how programs without a site write one.
void take_site(FrameInfo& info, const FitsHeader& header) {
    const auto latitude = angle_in(header, {"SITELAT", "LAT-OBS", "OBSLAT", "OBSGEO-B"}, -90, 90);
    const auto longitude = angle_in(header, {"SITELONG", "LONG-OBS", "OBSLONG", "OBSGEO-L"}, -180, 360);
    if (!latitude || !longitude || (*latitude == 0 && *longitude == 0)) return;
    info.site_lat_deg = latitude;
    info.site_long_deg = *longitude > 180 ? *longitude - 360 : *longitude;
    info.site_elev_m = number_in(header, {"SITEELEV", "ALT-OBS", "OBSELEV", "OBSGEO-H"}, -500, 9000);
}

}  // namespace

ImageRole parse_image_role(std::string_view word) {
    const std::string text = compact(word);
    const auto says = [&](const char* part) { return text.find(part) != std::string::npos; };
    if (says("DARK")) return says("FLAT") ? ImageRole::flat_dark : ImageRole::dark;
    if (says("BIAS") || says("OFFSET") || says("ZERO")) return ImageRole::bias;
    if (says("FLAT")) return ImageRole::flat;
    if (says("LIGHT") || says("OBJECT") || says("SCIENCE")) return ImageRole::light;
    return ImageRole::unknown;
}

FrameInfo frame_info(const FitsHeader& header) {
    FrameInfo info;
    info.camera = words(header, {"INSTRUME", "CAMERA"});
    info.telescope = words(header, {"TELESCOP"});
    info.object = words(header, {"OBJECT"});
    info.filter = words(header, {"FILTER"});
    info.role = parse_image_role(words(header, {"IMAGETYP", "FRAMETYP", "FRAME", "OBSTYPE"}));
    const std::optional<double> exposure = number_in(header, {"EXPTIME", "EXPOSURE", "EXP"}, 0, 1e6);
    if (exposure) info.exposure = Seconds(*exposure);
    info.gain = number_in(header, {"GAIN"}, 0, 1e9);
    info.binning = binning(header);
    // -999 and the like mean "no sensor"
    info.temperature_c =
        number_in(header, {"CCD-TEMP", "DET-TEMP", "TEMPERAT", "CCDTEMP", "SENSOR", "SENSTEMP"}, -120, 120);
    info.start_utc = start_of_exposure(header);
    const std::optional<Pointing> where = pointing(header);
    if (where) {
        info.ra_deg = where->ra_deg;
        info.dec_deg = where->dec_deg;
    }
    take_site(info, header);
    info.focal_length_mm = number_in(header, {"FOCALLEN", "FOCAL"}, 1e-3, 1e6);
    info.pixel_size_um = number_in(header, {"XPIXSZ", "PIXSIZE1", "PIXSIZE", "XPIXELSZ"}, 1e-3, 1e4);
    return info;
}

bool is_own_product(const FitsHeader& header) {
    return trimmed(header.text("PROGRAM").value_or("")).starts_with("nightstack");
}

int stack_count(const FitsHeader& header) {
    return static_cast<int>(number_in(header, {"STACKCNT", "NCOMBINE", "IMGCOUNT", "LIGH_CNT"}, 1, 1e9).value_or(1));
}

bool rows_bottom_up(const FitsHeader& header) { return compact(header.text("ROWORDER").value_or("")) == "BOTTOMUP"; }

std::optional<CfaPattern> cfa_pattern(const FitsHeader& header, const std::string& name) {
    for (const char* key : {"BAYERPAT", "COLORTYP", "CFA-PAT", "CFA_PAT", "CFAPAT", "CFATYPE"}) {
        const std::string word = words(header, {key});
        const std::string plain = compact(word);
        if (plain.empty() || plain == "NONE" || plain == "MONO") continue;
        const std::optional<CfaPattern> pattern = parse_cfa_pattern(word);
        if (!pattern) {
            throw FitsError(FitsFault::pattern,
                            name + ": " + key + " = '" + word + "', RGGB, GRBG, GBRG or BGGR expected");
        }
        const double dx = number_in(header, {"XBAYROFF", "BAYOFFX"}, -1e6, 1e6).value_or(0);
        const double dy = number_in(header, {"YBAYROFF", "BAYOFFY"}, -1e6, 1e6).value_or(0);
        return shifted(*pattern, static_cast<int>(dx), static_cast<int>(dy));
    }
    return std::nullopt;
}

}  // namespace nightstack::io

// SPDX-License-Identifier: MIT
#include "device/sim/card/frame_bytes.h"

#include "device/sim/card/card_names.h"
#include "io/fits/cards.h"
#include "io/fits/fits_time.h"
#include "io/fits/header_block.h"
#include "io/fits/samples.h"

namespace nightstack::device::sim {
namespace {

using Pixels = ImageView<const std::uint16_t>;

std::string date_text(SkyTime time, bool old_form) { return old_form ? stamp_text(time) : io::fits_time_text(time); }

void add_structure(io::FitsCards& cards, const Pixels& pixels) {
    cards.logical("SIMPLE", true, "file does conform to FITS standard");
    cards.integer("BITPIX", 16, "number of bits per data pixel");
    cards.integer("NAXIS", 2, "number of data axes");
    cards.integer("NAXIS1", pixels.width(), "length of data axis 1");
    cards.integer("NAXIS2", pixels.height(), "length of data axis 2");
    cards.logical("EXTEND", true, "FITS dataset may contain extensions");
    cards.integer("BZERO", 32768, "offset data range to that of unsigned short");
    cards.integer("BSCALE", 1, "default scaling factor");
}

// What newer firmwares write instead of EXP and BINNING, and beside them.
void add_newer_camera(io::FitsCards& cards, const Exposed& e) {
    cards.number("EXPTIME", e.exposure_s, "[s] exposure time");
    cards.integer("GAIN", e.gain);
    cards.integer("XBINNING", e.binning + 1).integer("YBINNING", e.binning + 1);
    cards.text("FILTER", e.ir_pass ? "Astro" : "VIS");
    cards.text("CAMERA", "TELE");
    cards.integer("EQMODE", 0);
    cards.number("FOCALLEN", 100, "[mm]").number("XPIXSZ", 1.45, "[um]").number("YPIXSZ", 1.45, "[um]");
}

void add_camera(io::FitsCards& cards, const Exposed& e) {
    cards.number("EXP", e.exposure_s, "[s] exposure time");
    cards.integer("GAIN", e.gain, "sensor gain");
    cards.text("BINNING", e.binning == 0 ? "1*1" : "2*2", "n*n pixels are added");
}

std::string header(const Exposed& e, const CardOptions& options, const Pixels& pixels) {
    io::FitsCards cards;
    add_structure(cards, pixels);
    cards.text("DATE-OBS", date_text(scope_begin(e), options.old_dates), "start of the exposure");
    cards.text("DATE", date_text(scope_written(e), options.old_dates), "when the file was written");
    if (options.layout == Layout::dwarf3)
        add_newer_camera(cards, e);
    else
        add_camera(cards, e);
    cards.number("RA", e.kind == Exposed::Kind::dark ? 0 : e.aim.told.ra_deg / 15, "[h] J2000");
    cards.number("DEC", e.kind == Exposed::Kind::dark ? 0 : e.aim.told.dec_deg, "[deg] J2000");
    cards.text("OBJECT", e.target.substr(0, 68));
    cards.text("BAYERPAT", "GBRG");
    cards.text("TELESCOP", "DWARFII").text("INSTRUME", "DWARFII").text("ORIGIN", "DWARFLAB");
    std::string bytes = cards.bytes() + "END";
    bytes.resize((bytes.size() + io::kFitsBlock - 1) / io::kFitsBlock * io::kFitsBlock, ' ');
    return bytes;
}

void put(std::string& out, std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

void put_tag(std::string& out, std::uint32_t tag, std::uint32_t value) {
    constexpr std::uint32_t kLong = 4;
    put(out, tag, 2), put(out, kLong, 2), put(out, 1, 4), put(out, value, 4);
}

}  // namespace

std::string fits_bytes(const Exposed& exposed, const CardOptions& options, Pixels pixels) {
    std::string bytes = header(exposed, options, pixels);
    const auto width = static_cast<std::size_t>(pixels.width()), height = static_cast<std::size_t>(pixels.height());
    const std::size_t at = bytes.size(), data = width * height * 2;
    bytes.resize(at + (data + io::kFitsBlock - 1) / io::kFitsBlock * io::kFitsBlock, '\0');
    for (std::size_t y = 0; y < height; ++y)
        io::encode_samples(reinterpret_cast<std::byte*>(bytes.data() + at + y * width * 2),
                           pixels.row_data(static_cast<int>(y)), width);
    return bytes;
}

std::string tiff_bytes(Pixels pixels) {
    constexpr std::uint32_t kTags = 9, kDirectory = 8, kData = kDirectory + 2 + kTags * 12 + 4;
    const auto width = static_cast<std::uint32_t>(pixels.width()), height = static_cast<std::uint32_t>(pixels.height());
    std::string out = "II";
    put(out, 42, 2), put(out, kDirectory, 4), put(out, kTags, 2);
    put_tag(out, 256, width), put_tag(out, 257, height);
    put_tag(out, 258, 16);                           // bits
    put_tag(out, 259, 1), put_tag(out, 262, 1);      // not compressed, black is zero
    put_tag(out, 273, kData), put_tag(out, 277, 1);  // where, one channel
    put_tag(out, 278, height), put_tag(out, 279, width * height * 2);
    put(out, 0, 4);
    out.reserve(kData + std::size_t{2} * width * height);
    for (int y = 0; y < pixels.height(); ++y) {
        for (const std::uint16_t value : pixels.row(y)) put(out, value, 2);
    }
    return out;
}

}  // namespace nightstack::device::sim

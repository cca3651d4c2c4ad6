// SPDX-License-Identifier: MIT
#include "tools/solve/wcs_header.h"

#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "io/fits/byte_source.h"
#include "io/fits/header_block.h"
#include "pipeline/core/error.h"

namespace nightstack::tools {
namespace {

double number(const io::FitsHeader& header, const std::string& key, const std::string& name) {
    const auto value = header.number(key);
    if (!value) throw FormatError(name + ": no number " + key + ", a solution expected");
    return *value;
}

std::string term(const std::string& letters, int p, int q) {
    return letters + "_" + std::to_string(p) + "_" + std::to_string(q);
}

SipPolynomial sip(const io::FitsHeader& header, const std::string& letters, const std::string& name) {
    SipPolynomial polynomial;
    const auto order = header.integer(letters + "_ORDER");
    if (!order) return polynomial;
    if (*order < 0 || *order > kMaxSipOrder)
        throw FormatError(name + ": " + letters + "_ORDER = " + std::to_string(*order) + ", at most " +
                          std::to_string(kMaxSipOrder) + " is taken");
    polynomial.order = static_cast<int>(*order);
    for (int p = 0; p <= polynomial.order; ++p) {
        for (int q = 0; p + q <= polynomial.order; ++q)
            polynomial.coefficient[static_cast<std::size_t>(p)][static_cast<std::size_t>(q)] =
                header.number(term(letters, p, q)).value_or(0);
    }
    return polynomial;
}

// Where one CD card stands, the absent ones are 0 (FITS standard 4.0, table 22); without any, CDELT scales PC or turns
// by CROTA2, whose form is of the same paper's section 6.1.
std::array<double, 4> cd_matrix(const io::FitsHeader& header, const std::string& name) {
    const auto of = [&](const char* key, double otherwise) { return header.number(key).value_or(otherwise); };
    if (header.has("CD1_1") || header.has("CD1_2") || header.has("CD2_1") || header.has("CD2_2"))
        return {of("CD1_1", 0), of("CD1_2", 0), of("CD2_1", 0), of("CD2_2", 0)};
    const double dx = number(header, "CDELT1", name);
    const double dy = number(header, "CDELT2", name);
    const auto turn = header.number("CROTA2");
    if (!turn || header.has("PC1_1") || header.has("PC1_2") || header.has("PC2_1") || header.has("PC2_2"))
        return {dx * of("PC1_1", 1), dx * of("PC1_2", 0), dy * of("PC2_1", 0), dy * of("PC2_2", 1)};
    const double sine = std::sin(*turn * std::numbers::pi / 180);
    const double cosine = std::cos(*turn * std::numbers::pi / 180);
    return {dx * cosine, -dy * sine, dx * sine, dy * cosine};
}

// FK5 of J2000 and ICRS differ by 0.03 arcsec at most.
void refuse_other_sky(const io::FitsHeader& header, const std::string& name) {
    for (const char* key : {"CUNIT1", "CUNIT2"}) {
        if (header.text(key).value_or("deg") != "deg") throw FormatError(name + ": " + key + " is not deg");
    }
    const std::string system = header.text("RADESYS").value_or(header.text("RADECSYS").value_or("ICRS"));
    const double equinox = header.number("EQUINOX").value_or(2000);
    if ((system != "ICRS" && system != "FK5") || equinox != 2000)
        throw FormatError(name + ": coordinates in " + system + " of " + std::to_string(equinox).substr(0, 6) +
                          ", ICRS or FK5 of 2000 expected");
    if (std::abs(header.number("LONPOLE").value_or(180) - 180) > 1e-9) throw FormatError(name + ": LONPOLE is not 180");
}

void add_sip(io::FitsCards& cards, const SipPolynomial& polynomial, const std::string& letters) {
    if (polynomial.order == 0) return;
    cards.integer(letters + "_ORDER", polynomial.order, "SIP, see Shupe et al. 2005");
    for (int p = 0; p <= polynomial.order; ++p) {
        for (int q = 0; p + q <= polynomial.order; ++q) {
            const double c = polynomial.coefficient[static_cast<std::size_t>(p)][static_cast<std::size_t>(q)];
            if (c != 0) cards.number(term(letters, p, q), c);
        }
    }
}

}  // namespace

Wcs wcs_of(const io::FitsHeader& header, const std::string& name) {
    const std::string x = header.text("CTYPE1").value_or("");
    const std::string y = header.text("CTYPE2").value_or("");
    const bool plain = x == "RA---TAN" && y == "DEC--TAN";
    const bool bent = x == "RA---TAN-SIP" && y == "DEC--TAN-SIP";
    if (!plain && !bent) throw FormatError(name + ": CTYPE '" + x + "', '" + y + "', a tangent plane expected");
    refuse_other_sky(header, name);
    Wcs wcs;
    wcs.reference = {number(header, "CRVAL1", name), number(header, "CRVAL2", name)};
    wcs.reference_pixel = {number(header, "CRPIX1", name) - 1, number(header, "CRPIX2", name) - 1};
    wcs.cd = cd_matrix(header, name);
    if (bent) {
        wcs.a = sip(header, "A", name);
        wcs.b = sip(header, "B", name);
        wcs.ap = sip(header, "AP", name);
        wcs.bp = sip(header, "BP", name);
    }
    if (!wcs.is_sound()) throw FormatError(name + ": the numbers of the solution cannot be");
    return wcs;
}

Wcs read_wcs_file(const std::filesystem::path& path) {
    const io::ByteSource source = io::file_source(path);
    std::vector<std::string> warnings;
    const io::HeaderBlock block = io::read_header_block(source, 0, warnings);
    if (block.count() == 0 || block.key(0) != "SIMPLE") throw FormatError(source.name + ": not a FITS header");
    return wcs_of(io::FitsHeader::parse(block.cards), source.name);
}

io::FitsCards wcs_cards(const Wcs& w, bool solved) {
    const bool bent = w.a.order > 0 || w.b.order > 0;
    io::FitsCards cards;
    cards.integer("WCSAXES", 2);
    cards.text("CTYPE1", bent ? "RA---TAN-SIP" : "RA---TAN", "gnomonic projection");
    cards.text("CTYPE2", bent ? "DEC--TAN-SIP" : "DEC--TAN", "gnomonic projection");
    cards.text("CUNIT1", "deg").text("CUNIT2", "deg");
    cards.number("CRVAL1", w.reference.ra_deg, "[deg] RA of the reference point");
    cards.number("CRVAL2", w.reference.dec_deg, "[deg] Dec of the reference point");
    cards.number("CRPIX1", w.reference_pixel.x + 1, "its pixel, the first is 1");
    cards.number("CRPIX2", w.reference_pixel.y + 1, "in rows as stored");
    cards.number("CD1_1", w.cd[0]).number("CD1_2", w.cd[1]).number("CD2_1", w.cd[2]).number("CD2_2", w.cd[3]);
    cards.text("RADESYS", "ICRS");
    if (bent) {
        add_sip(cards, w.a, "A");
        add_sip(cards, w.b, "B");
        add_sip(cards, w.ap, "AP");
        add_sip(cards, w.bp, "BP");
    }
    if (solved) cards.logical("PLTSOLVD", true, "plate solved");
    return cards;
}

std::vector<std::string> lines_of(const io::FitsCards& cards) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < cards.count(); ++i) {
        std::string line = cards.bytes().substr(80 * i, 80);
        line.erase(line.find_last_not_of(' ') + 1);
        lines.push_back(std::move(line));
    }
    return lines;
}

io::FitsHeader header_of_lines(std::span<const std::string> lines) {
    std::string block;
    for (std::string line : lines) {
        for (char& c : line) c = c < ' ' || c > '~' ? '?' : c;
        line.resize(80, ' ');
        block += line;
    }
    return io::FitsHeader::parse(block);
}

}  // namespace nightstack::tools

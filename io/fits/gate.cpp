// SPDX-License-Identifier: MIT
#include "io/fits/gate.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "io/fits/fits_error.h"
#include "io/fits/header_block.h"
#include "io/fits/structure.h"

namespace nightstack::io {
namespace {

constexpr int kMaxExtensions = 32;            // looked at, so that a file made of headers costs little
constexpr std::uint64_t kMaxTail = 1U << 20;  // bytes of zero padding after the last unit

std::string first_bytes(const ByteSource& source, std::uint64_t offset, std::uint64_t count) {
    std::string bytes(std::min(count, offset < source.size ? source.size - offset : 0), '\0');
    source.read_at(std::as_writable_bytes(std::span(bytes)), offset);
    return bytes;
}

// Names what it is instead, as far as the first bytes tell.
void check_magic(const ByteSource& source) {
    static constexpr std::string_view kSimple = "SIMPLE  =";
    static constexpr std::pair<std::string_view, const char*> kPacked[] = {{"\x1f\x8b", "gzip"},
                                                                           {"\x1f\x9d", "compress (.Z)"},
                                                                           {"BZh", "bzip2"},
                                                                           {"\xfd"
                                                                            "7zXZ",
                                                                            "xz"},
                                                                           {"PK\x03\x04", "zip"}};
    const std::string start = first_bytes(source, 0, kSimple.size());
    if (start == kSimple) return;
    if (start == kSimple.substr(0, start.size())) {
        throw FitsError(FitsFault::truncated, source.name + ": " + std::to_string(source.size) +
                                                  " bytes, a FITS file has at least " + std::to_string(kFitsBlock));
    }
    for (const auto& [magic, what] : kPacked) {
        if (start.starts_with(magic))
            throw FitsError(FitsFault::compressed, source.name + ": a " + what + " file, unpack it first");
    }
    throw FitsError(FitsFault::not_fits, source.name + ": not a FITS file, does not begin with SIMPLE");
}

bool holds_compressed_image(const ByteSource& source, std::uint64_t offset) {
    if (!first_bytes(source, offset, 20).starts_with("XTENSION= 'BINTABLE'")) return false;
    std::vector<std::string> ignored;
    try {
        const HeaderBlock block = read_header_block(source, offset, ignored);
        return FitsHeader::parse(block.cards).logical("ZIMAGE").value_or(false);
    } catch (const FitsError&) {
        return false;  // the refusal under way has the better reason
    }
}

FitsHdu primary_hdu(const ByteSource& source, std::vector<std::string>& warnings) {
    check_magic(source);
    const HeaderBlock block = read_header_block(source, 0, warnings);
    HduStructure structure = read_structure(block, HduKind::primary, source.name);
    if (structure.axes.empty() && holds_compressed_image(source, block.data_at)) {
        throw FitsError(FitsFault::compressed, source.name + ": a tile-compressed image, unpack it with funpack first");
    }
    const FitsLayout layout = picture_layout(structure, HduKind::primary, block.data_at, source.name);
    std::string name(trimmed(structure.header.text("EXTNAME").value_or("")));
    return {std::move(name), std::move(structure.header), layout};
}

// Goes through header and data units one after the other.
class Walk {
public:
    explicit Walk(const ByteSource& source) : source_(source) {}

    FitsContents run() {
        found_.images.push_back(primary_hdu(source_, found_.warnings));
        const FitsLayout& primary = found_.images.front().layout;
        step_over(primary.data_at, primary.data_bytes, "data");
        for (int n = 1; at_ < source_.size && another_begins(); ++n) {
            if (n > kMaxExtensions) {
                warn("more than " + std::to_string(kMaxExtensions) + " extensions, the rest is not looked at");
                break;
            }
            extension(n);
        }
        return std::move(found_);
    }

private:
    void warn(const std::string& text) { found_.warnings.push_back(source_.name + ": " + text); }

    void step_over(std::uint64_t data_at, std::uint64_t bytes, const std::string& what) {
        if (data_at > source_.size || bytes > source_.size - data_at) {
            throw FitsError(FitsFault::truncated, source_.name + ": file has " + std::to_string(source_.size) +
                                                      " bytes, " + what + " would end at byte " +
                                                      std::to_string(data_at + bytes));
        }
        at_ = data_at + (bytes + kFitsBlock - 1) / kFitsBlock * kFitsBlock;
        if (at_ > source_.size) warn("last block is " + std::to_string(at_ - source_.size) + " bytes short of padding");
    }

    // Whether an extension follows. Some writers leave zeroes behind the last unit; anything else
    // may be pixels of a picture whose header lies, so it is refused.
    bool another_begins() {
        if (first_bytes(source_, at_, 8) == "XTENSION") return true;
        const std::uint64_t tail = source_.size - at_;
        const std::string bytes = first_bytes(source_, at_, std::min(tail, kMaxTail));
        if (tail > kMaxTail || bytes.find_first_not_of(std::string_view("\0 ", 2)) != std::string::npos) {
            throw FitsError(FitsFault::header,
                            source_.name + ": " + std::to_string(tail) + " bytes after the data are no extension");
        }
        warn(std::to_string(tail) + " empty bytes after the data");
        return false;
    }

    void extension(int number) {
        const std::string name = source_.name + ", extension " + std::to_string(number);
        const HeaderBlock block = read_header_block(source_, at_, found_.warnings);
        HduStructure structure = read_structure(block, HduKind::extension, name);
        step_over(block.data_at, data_bytes_of(structure, name), "extension " + std::to_string(number));
        if (structure.extension != "IMAGE") return;
        try {
            const FitsLayout layout = picture_layout(structure, HduKind::extension, block.data_at, name);
            std::string title(trimmed(structure.header.text("EXTNAME").value_or("")));
            found_.images.push_back({std::move(title), std::move(structure.header), layout});
        } catch (const FitsError& e) {
            if (e.fault() != FitsFault::axes) throw;
            found_.warnings.push_back(std::string(e.what()) + "; skipped");  // sound, but not a picture
        }
    }

    const ByteSource& source_;
    std::uint64_t at_ = 0;
    FitsContents found_;
};

}  // namespace

FitsContents pass_gate(const ByteSource& source) { return Walk(source).run(); }

FitsHdu read_primary_header(const ByteSource& source) {
    std::vector<std::string> ignored;
    return primary_hdu(source, ignored);
}

}  // namespace nightstack::io

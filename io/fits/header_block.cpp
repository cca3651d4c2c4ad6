// SPDX-License-Identifier: MIT
#include "io/fits/header_block.h"

#include <algorithm>
#include <span>

#include "io/fits/fits_error.h"

namespace nightstack::io {
namespace {

bool printable_ascii(char c) { return c >= 32 && c <= 126; }

bool is_end(std::string_view card) { return card.starts_with("END     "); }

// Keywords on which the meaning of the pixels hangs: nothing in their cards may be unreadable.
bool structural(std::string_view card) {
    static constexpr std::string_view kKeys[] = {"SIMPLE",   "BITPIX", "NAXIS",  "BZERO",  "BSCALE",   "BLANK",
                                                 "BAYERPAT", "PCOUNT", "GCOUNT", "GROUPS", "ROWORDER", "XTENSION"};
    return std::ranges::any_of(kKeys, [&](std::string_view key) { return card.starts_with(key); });
}

class CardCleaner {
public:
    CardCleaner(const ByteSource& source, std::vector<std::string>& warnings) : source_(source), warnings_(warnings) {}

    // A NUL or a Latin-1 letter in a value or comment is common and harmless; in a keyword, or through a whole
    // card, it is a sign of a damaged header, and the card might have been BZERO.
    void clean(std::span<char> card, std::size_t number) {
        const std::string_view text(card.data(), card.size());
        if (std::ranges::all_of(text, printable_ascii)) return;
        const auto bad = std::ranges::find_if_not(text, printable_ascii);
        const auto column = static_cast<std::size_t>(bad - text.begin());
        if (column < 8 || structural(text)) {
            const int byte = static_cast<unsigned char>(*bad);
            throw FitsError(FitsFault::header, source_.name + ": header card " + std::to_string(number + 1) +
                                                   " has byte " + std::to_string(byte) + " in column " +
                                                   std::to_string(column + 1) + ", text expected");
        }
        if (!warned_) {
            warnings_.push_back(source_.name + ": header card " + std::to_string(number + 1) +
                                " has bytes that are not ASCII, taken as blank or ?");
        }
        warned_ = true;
        for (char& c : card) {
            if (!printable_ascii(c)) c = c == '\0' ? ' ' : '?';
        }
    }

private:
    const ByteSource& source_;
    std::vector<std::string>& warnings_;
    bool warned_ = false;
};

}  // namespace

std::string_view HeaderBlock::key(std::size_t i) const {
    const std::string_view field = card(i).substr(0, 8);
    return field.substr(0, field.find_last_not_of(' ') + 1);
}

HeaderBlock read_header_block(const ByteSource& source, std::uint64_t offset, std::vector<std::string>& warnings) {
    HeaderBlock header;
    CardCleaner cleaner(source, warnings);
    std::string block(kFitsBlock, '\0');
    for (int n = 0; n < kMaxHeaderBlocks; ++n) {
        const std::uint64_t at = offset + static_cast<std::uint64_t>(n) * kFitsBlock;
        if (at > source.size || source.size - at < kFitsBlock) {
            throw FitsError(FitsFault::truncated,
                            source.name + ": file ends inside the header, at byte " + std::to_string(source.size));
        }
        source.read_at(std::as_writable_bytes(std::span(block)), at);
        for (std::size_t c = 0; c < kFitsBlock; c += kFitsCard) {
            cleaner.clean(std::span(block).subspan(c, kFitsCard), header.count());
            const std::string_view card = std::string_view(block).substr(c, kFitsCard);
            if (!is_end(card)) {
                header.cards += card;
                continue;
            }
            if (card.find_first_not_of(' ', 8) != std::string_view::npos) {
                throw FitsError(FitsFault::header, source.name + ": END card of the header is not empty");
            }
            header.data_at = at + kFitsBlock;
            return header;
        }
    }
    throw FitsError(FitsFault::header,
                    source.name + ": no END within " + std::to_string(kMaxHeaderBlocks) + " header blocks");
}

}  // namespace nightstack::io

// SPDX-License-Identifier: MIT
#include "tests/io/fits/mutate.h"

#include <algorithm>
#include <random>

#include "tests/io/fits/fits_bytes.h"

namespace nightstack::io::test {
namespace {

constexpr const char* kCards[] = {
    "BZERO   =                32768",
    "BZERO   =               1.5E3",
    "BSCALE  =                   2.",
    "BSCALE  =                 1E40",
    "BLANK   =                    0",
    "NAXIS   =                    2",
    "NAXIS   =                    3",
    "NAXIS   =                  104",
    "NAXIS1  =                    2",
    "NAXIS2  = 9223372036854775807",
    "NAXIS3  =                    3",
    "BITPIX  =                   -8",
    "BITPIX  =                  -32",
    "BITPIX  =                   64",
    "GROUPS  =                    T",
    "PCOUNT  =                  100",
    "GCOUNT  =                    0",
    "SIMPLE  =                    T",
    "XTENSION= 'IMAGE   '",
    "EXTEND  =                    T",
    "END",
    "BAYERPAT= 'RGGB    '",
    "ROWORDER= 'BOTTOM-UP'",
    "OBJECT  = 'no end",
    "HISTORY",
    "",
    "CONTINUE  'more'",
};

// Where a card of some header begins.
std::size_t card_in(const std::string& bytes, std::mt19937_64& random) {
    const std::size_t near = std::min<std::size_t>(bytes.size() / 80, random() % 4 == 0 ? 400 : 14);
    return random() % near * 80;
}

void damage(std::string& bytes, std::mt19937_64& random) {
    if (bytes.size() < 160) return;
    const std::size_t at = card_in(bytes, random);
    const std::size_t anywhere = random() % bytes.size();
    switch (random() % 11) {
        case 0: bytes[anywhere] = static_cast<char>(random()); break;
        case 1: bytes[at + random() % 80] = static_cast<char>(32 + random() % 95); break;
        case 2: bytes[at + random() % 30] = static_cast<char>('0' + random() % 10); break;
        case 3: bytes[at + 10 + random() % 20] = "+-.ED' /T"[random() % 9]; break;
        case 4: bytes.replace(at, 80, card(kCards[random() % std::size(kCards)])); break;
        case 5: bytes.replace(at, 80, bytes.substr(card_in(bytes, random), 80)); break;
        case 6: {  // two cards change places
            const std::size_t other = card_in(bytes, random);
            std::swap_ranges(bytes.begin() + static_cast<long>(at), bytes.begin() + static_cast<long>(at + 80),
                             bytes.begin() + static_cast<long>(std::min(other, bytes.size() - 80)));
            break;
        }
        case 7: bytes.resize(anywhere); break;
        case 8: bytes.append(random() % 3000, random() % 2 == 0 ? '\0' : 'x'); break;
        case 9: bytes.erase(at, 80); break;
        default: bytes.insert(at, card(kCards[random() % std::size(kCards)])); break;
    }
}

}  // namespace

std::string mutated(std::string bytes, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (std::uint64_t n = 1 + random() % 4; n > 0; --n) damage(bytes, random);
    return bytes;
}

}  // namespace nightstack::io::test

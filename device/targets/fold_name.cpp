// SPDX-License-Identifier: MIT
#include "device/targets/fold_name.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "pipeline/core/ascii.h"

namespace nightstack::device {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// A longer word stands before the one it begins with.
constexpr std::array kCatalogues = {
    Pair{"messier", "m"},         Pair{"caldwell", "c"},   Pair{"barnard", "b"},   Pair{"sharpless2-", "sh2-"},
    Pair{"sharpless", "sh2-"},    Pair{"collinder", "cr"}, Pair{"melotte", "mel"}, Pair{"newgeneralcatalogue", "ngc"},
    Pair{"indexcatalogue", "ic"},
};
constexpr std::array<std::string_view, 10> kNumbered = {"ngc", "ic", "m", "c", "b", "cr", "mel", "sh2-", "ugc", "pgc"};

constexpr std::array<std::string_view, 24> kGreek = {
    "alpha", "beta", "gamma",   "delta", "epsilon", "zeta",  "eta", "theta",   "iota", "kappa", "lambda", "mu",
    "nu",    "xi",   "omicron", "pi",    "rho",     "sigma", "tau", "upsilon", "phi",  "chi",   "psi",    "omega"};
constexpr std::array kShortGreek = {
    Pair{"alf", "alpha"},   Pair{"alp", "alpha"},   Pair{"bet", "beta"},  Pair{"gam", "gamma"},   Pair{"del", "delta"},
    Pair{"eps", "epsilon"}, Pair{"zet", "zeta"},    Pair{"tet", "theta"}, Pair{"iot", "iota"},    Pair{"kap", "kappa"},
    Pair{"lam", "lambda"},  Pair{"omi", "omicron"}, Pair{"sig", "sigma"}, Pair{"ups", "upsilon"}, Pair{"ome", "omega"}};

// The genitives of all constellations and what the lists call them.
constexpr std::array kGenitives = {
    Pair{"andromedae", "and"},
    Pair{"antliae", "ant"},
    Pair{"apodis", "aps"},
    Pair{"aquarii", "aqr"},
    Pair{"aquilae", "aql"},
    Pair{"arae", "ara"},
    Pair{"arietis", "ari"},
    Pair{"aurigae", "aur"},
    Pair{"bootis", "boo"},
    Pair{"caeli", "cae"},
    Pair{"camelopardalis", "cam"},
    Pair{"cancri", "cnc"},
    Pair{"canumvenaticorum", "cvn"},
    Pair{"canismajoris", "cma"},
    Pair{"canisminoris", "cmi"},
    Pair{"capricorni", "cap"},
    Pair{"carinae", "car"},
    Pair{"cassiopeiae", "cas"},
    Pair{"centauri", "cen"},
    Pair{"cephei", "cep"},
    Pair{"ceti", "cet"},
    Pair{"chamaeleontis", "cha"},
    Pair{"circini", "cir"},
    Pair{"columbae", "col"},
    Pair{"comaeberenices", "com"},
    Pair{"coronaeaustralis", "cra"},
    Pair{"coronaeborealis", "crb"},
    Pair{"corvi", "crv"},
    Pair{"crateris", "crt"},
    Pair{"crucis", "cru"},
    Pair{"cygni", "cyg"},
    Pair{"delphini", "del"},
    Pair{"doradus", "dor"},
    Pair{"draconis", "dra"},
    Pair{"equulei", "equ"},
    Pair{"eridani", "eri"},
    Pair{"fornacis", "for"},
    Pair{"geminorum", "gem"},
    Pair{"gruis", "gru"},
    Pair{"herculis", "her"},
    Pair{"horologii", "hor"},
    Pair{"hydrae", "hya"},
    Pair{"hydri", "hyi"},
    Pair{"indi", "ind"},
    Pair{"lacertae", "lac"},
    Pair{"leonisminoris", "lmi"},
    Pair{"leonis", "leo"},
    Pair{"leporis", "lep"},
    Pair{"librae", "lib"},
    Pair{"lupi", "lup"},
    Pair{"lyncis", "lyn"},
    Pair{"lyrae", "lyr"},
    Pair{"mensae", "men"},
    Pair{"microscopii", "mic"},
    Pair{"monocerotis", "mon"},
    Pair{"muscae", "mus"},
    Pair{"normae", "nor"},
    Pair{"octantis", "oct"},
    Pair{"ophiuchi", "oph"},
    Pair{"orionis", "ori"},
    Pair{"pavonis", "pav"},
    Pair{"pegasi", "peg"},
    Pair{"persei", "per"},
    Pair{"phoenicis", "phe"},
    Pair{"pictoris", "pic"},
    Pair{"piscisaustrini", "psa"},
    Pair{"piscium", "psc"},
    Pair{"puppis", "pup"},
    Pair{"pyxidis", "pyx"},
    Pair{"reticuli", "ret"},
    Pair{"sagittae", "sge"},
    Pair{"sagittarii", "sgr"},
    Pair{"scorpii", "sco"},
    Pair{"sculptoris", "scl"},
    Pair{"scuti", "sct"},
    Pair{"serpentis", "ser"},
    Pair{"sextantis", "sex"},
    Pair{"tauri", "tau"},
    Pair{"telescopii", "tel"},
    Pair{"trianguliaustralis", "tra"},
    Pair{"trianguli", "tri"},
    Pair{"tucanae", "tuc"},
    Pair{"ursaemajoris", "uma"},
    Pair{"ursaeminoris", "umi"},
    Pair{"velorum", "vel"},
    Pair{"virginis", "vir"},
    Pair{"volantis", "vol"},
    Pair{"vulpeculae", "vul"},
};

// UTF-8 of α (CE B1) to ω (CF 89); ς counts as σ. 0 when there is none at that place.
std::string_view greek_at(std::string_view text) {
    if (text.size() < 2) return {};
    const auto lead = static_cast<unsigned char>(text[0]), tail = static_cast<unsigned char>(text[1]);
    int index = -1;
    if (lead == 0xCE && tail >= 0xB1 && tail <= 0xBF) index = tail - 0xB1;                                // α to ο
    if (lead == 0xCF && tail >= 0x80 && tail <= 0x89) index = tail - 0x80 + 15 - (tail >= 0x82 ? 1 : 0);  // π to ω
    return index < 0 ? std::string_view{} : kGreek[static_cast<std::size_t>(index)];
}

// A blank or hyphen between two numbers separates them (NGC 75-01 is not NGC 7501).
std::string letters_and_digits(std::string_view name) {
    std::string out;
    bool gap = false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (const std::string_view greek = greek_at(name.substr(i)); !greek.empty()) {
            out += greek;
            ++i;
        } else if (std::isalnum(static_cast<unsigned char>(name[i])) != 0) {
            if (gap && is_digit(name[i]) && !out.empty() && is_digit(out.back())) out += '-';
            out += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
        } else {
            gap = true;
            continue;
        }
        gap = false;
    }
    return out;
}

void replace_start(std::string& text, std::string_view from, std::string_view to) {
    text = std::string(to) + text.substr(from.size());
}

void shorten_catalogue(std::string& text) {
    for (const auto& [from, to] : kCatalogues) {
        if (text.starts_with(from) && text.size() > from.size() && is_digit(text[from.size()])) {
            replace_start(text, from, to);
            break;
        }
    }
    for (const std::string_view prefix : kNumbered) {
        if (!text.starts_with(prefix)) continue;
        std::size_t end = prefix.size();
        while (end + 1 < text.size() && text[end] == '0' && is_digit(text[end + 1])) ++end;
        text.erase(prefix.size(), end - prefix.size());
    }
}

void shorten_constellation(std::string& text) {
    for (const auto& [from, to] : kShortGreek) {
        if (text.starts_with(from) && !text.starts_with(to) && text.size() == from.size() + 3) {
            replace_start(text, from, to);
            break;
        }
    }
    for (const std::string_view letter : kGreek) {
        if (!text.starts_with(letter)) continue;
        std::size_t end = letter.size();  // behind the number of alpha1 centauri
        while (end < text.size() && is_digit(text[end])) ++end;
        for (const auto& [from, to] : kGenitives) {
            if (text.substr(end) == from) text = text.substr(0, end) + std::string(to);
        }
    }
}

}  // namespace

std::string fold_name(std::string_view name) {
    std::string text = letters_and_digits(name);
    if (text.starts_with("the") && text.size() > 6 && !text.starts_with("theta")) text.erase(0, 3);
    shorten_catalogue(text);
    shorten_constellation(text);
    return text;
}

}  // namespace nightstack::device

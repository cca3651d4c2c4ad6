// SPDX-License-Identifier: MIT
#include "tools/session/frame_words.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>

#include "io/files/file.h"
#include "io/files/sha256.h"
#include "pipeline/core/error.h"

namespace nightstack::tools {
namespace {

bool means(const std::string& word, const LedgerFrame& f) {
    const std::string name = io::printable(std::filesystem::path(word).filename().string());
    constexpr std::size_t kLeastFigures = 8;
    return name == f.file || name == std::filesystem::path(f.file).stem().string() ||
           (word.size() >= kLeastFigures && f.sha256.starts_with(word));
}

std::string several(const std::string& word, const LiveLedger& ledger, const std::vector<std::size_t>& all) {
    std::string text = io::printable(word) + " names " + std::to_string(all.size()) + " frames";
    constexpr std::size_t kNamed = 4;
    for (std::size_t k = 0; k < std::min(kNamed, all.size()); ++k) {
        const LedgerFrame& f = ledger.frames[all[k]];
        text += (k == 0 ? ": " : ", ") + io::printable(f.file) + " of SHA-256 " + io::printable(f.sha256.substr(0, 12));
    }
    return text + (all.size() > kNamed ? ", ..." : "") + "; say the first figures of the SHA-256 instead";
}

std::vector<std::size_t> all_that(const LiveLedger& ledger, const std::function<bool(const LedgerFrame&)>& are) {
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < ledger.frames.size(); ++i) {
        if (are(ledger.frames[i])) all.push_back(i);
    }
    return all;
}

// Nights share names: where the word leads to a file, its bytes tell which frame is meant. A name alone may by chance
// be that of another file here.
std::vector<std::size_t> meant_by(const std::string& word, const LiveLedger& ledger) {
    const auto named = all_that(ledger, [&](const LedgerFrame& f) { return means(word, f); });
    std::error_code error;
    if (!std::filesystem::is_regular_file(word, error)) return named;
    const std::string sha = io::sha256_of_file(word);
    const auto same = all_that(ledger, [&](const LedgerFrame& f) { return f.sha256 == sha; });
    if (!same.empty() || named.empty() || !std::filesystem::path(word).has_parent_path())
        return same.empty() ? named : same;
    throw OptionError(io::printable(word) + " is not the file that was stacked: its SHA-256 begins with " +
                      sha.substr(0, 12) + ", that of " + io::printable(ledger.frames[named.front()].file) + " with " +
                      io::printable(ledger.frames[named.front()].sha256.substr(0, 12)));
}

bool can_be(const LedgerFrame& f, Flip flip) {
    return flip == Flip::retract ? is_stacked(f) : f.retracted && !is_stacked(f);
}

// The same bytes twice (each of two nights had it taken out): one is as good as the other.
bool are_one_file(const LiveLedger& ledger, const std::vector<std::size_t>& all) {
    const std::string& sha = ledger.frames[all.front()].sha256;
    return !sha.empty() && std::ranges::all_of(all, [&](std::size_t i) { return ledger.frames[i].sha256 == sha; });
}

void refuse_twin(const LiveLedger& ledger, const LedgerFrame& f) {
    const auto twin = [&](const LedgerFrame& other) { return is_stacked(other) && other.sha256 == f.sha256; };
    if (!f.sha256.empty() && std::ranges::any_of(ledger.frames, twin))
        throw OptionError(io::printable(f.file) + " is in the stack, with another night: it would count twice");
}

std::size_t frame_named(const LiveLedger& ledger, const std::string& word, Flip flip) {
    std::vector<std::size_t> all = meant_by(word, ledger);
    // Of two nights one may have lost it before they were merged.
    const auto fit = [&](std::size_t i) { return can_be(ledger.frames[i], flip); };
    const auto fits = std::ranges::count_if(all, fit);
    if (all.size() > 1 && (fits == 1 || (fits > 1 && are_one_file(ledger, all))))
        all = {*std::ranges::find_if(all, fit)};
    if (all.empty()) throw OptionError("no frame " + io::printable(word) + " is in it");
    if (all.size() > 1) throw OptionError(several(word, ledger, all));
    const LedgerFrame& f = ledger.frames[all.front()];
    const std::string who = io::printable(f.file);
    if (flip == Flip::retract && f.retracted) throw OptionError(who + " was taken out before");
    if (flip == Flip::retract && !is_stacked(f))
        throw OptionError(who + " is not in the stack: it was " + std::string(name(f.judgement.verdict)) + ", " +
                          std::string(name(f.judgement.reason)));
    if (flip == Flip::admit && is_stacked(f)) throw OptionError(who + " is in the stack");
    if (flip == Flip::admit && !f.retracted)
        throw OptionError(
            who + " was never in the stack (" + std::string(name(f.judgement.verdict)) + ", " +
            std::string(name(f.judgement.reason)) +
            "): only what was retracted can be admitted; stack with --include, or on this stack's --grid");
    if (flip == Flip::admit) refuse_twin(ledger, f);
    return all.front();
}

}  // namespace

std::vector<std::size_t> frames_named(const LiveLedger& ledger, const std::vector<std::string>& words, Flip flip) {
    std::set<std::size_t> positions;
    for (const std::string& word : words) positions.insert(frame_named(ledger, word, flip));
    return {positions.begin(), positions.end()};
}

}  // namespace nightstack::tools

// SPDX-License-Identifier: MIT
#include "tools/night/job/night_later.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "io/files/file.h"
#include "io/files/output_file.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/exit_code.h"
#include "tools/live/live_state.h"
#include "tools/report_page/page_links.h"

namespace nightstack::tools {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t kMostPage = std::uint64_t{1} << 28;

// The page was written before: it gets a line, and is otherwise what it was.
void link_best(const fs::path& page, const std::vector<std::string>& files) {
    std::error_code error;
    if (page.empty() || !fs::exists(page, error)) return;
    const std::string text = io::read_text_file(page, kMostPage);
    const std::string linked = page_with_links(text, "The best stack of the same frames", files);
    if (linked == text) return;
    io::OutputFile file(page, io::Overwrite::yes);
    file.append(linked);
    file.publish();
}

}  // namespace

fs::path product_of(const Night& night, const std::string& ending) {
    const std::vector<NightRecord> records = night.journal->all();
    const DoneRecord* const done = done_of(records);
    if (done == nullptr) return {};
    for (const std::string& file : done->products) {
        const bool ours = fs::path(file).filename() == file && file.ends_with(ending);
        if (ours) return night.folder / "results" / file;
    }
    return {};
}

LiveLedger ledger_of_products(const Night& night) {
    const fs::path state = product_of(night, ".nst");
    if (state.empty()) throw OptionError(printable(night.folder.string()) + ": this night has no stack");
    return std::move(summary_of_state(state).ledger);
}

NightCounts counts_of(const LiveLedger& ledger) {
    NightCounts counts;
    counts.in = ledger.frames.size();
    counts.stacked = count_of(ledger, Verdict::stacked);
    counts.rejected = count_of(ledger, Verdict::rejected);
    counts.failed = count_of(ledger, Verdict::failed);
    return counts;
}

void forget_products(const Night& night, const std::vector<std::string>& files) {
    std::vector<std::string> old;
    for (const NightRecord& record : night.journal->all()) {
        if (const auto* r = std::get_if<ProductsRecord>(&record))
            old.insert(old.end(), r->files.begin(), r->files.end());
        if (const auto* r = std::get_if<DoneRecord>(&record))
            old.insert(old.end(), r->products.begin(), r->products.end());
    }
    for (const std::string& name : old) {
        const bool ours = fs::path(name).filename() == name && std::ranges::find(files, name) == files.end();
        std::error_code error;
        if (ours) fs::remove(night.folder / "results" / name, error);
    }
}

BestStack add_best_stack(const NightJobOptions& options, const Night& night, const fs::path& frames, Runner& runner,
                         Talk& talk, const std::stop_token& stop) {
    const std::string resume = "nightstack live --resume " + printable(night.folder.string()) + " --best";
    talk.say("the picture is there; now the best stack of the same frames. Ctrl-C leaves the picture as it is");
    Talk own(loudness(options.stack.quiet, options.stack.verbose),
             /*json=*/false);  // its events would be those of `stack`, not of a night
    BestStack best;
    try {
        const std::vector<NightRecord> records = night.journal->all();
        const LiveLedger ledger = ledger_of_products(night);
        best = make_best_stack({options.stack, options.settings, night.folder / "results", frames, records, ledger,
                                product_of(night, ".fits").filename().string()},
                               runner, own, stop);
        if (best.files.empty()) talk.warn("no best stack: none of the frames was usable");
    } catch (const Interrupted&) {
        talk.say("there is no best stack yet. It is made by:   " + resume);
        throw;
    } catch (const OptionError& e) {
        talk.warn("no best stack: " + std::string(e.what()));
        best = {kSomeInputsFailed, {}};
    }
    if (!best.files.empty()) link_best(product_of(night, ".html"), best.files);
    night.journal->keep({BestRecord{best.code, best.files}});
    return best;
}

int code_with_best(int night, const BestStack& best) { return best.code == kDone ? night : kSomeInputsFailed; }

}  // namespace nightstack::tools

// SPDX-License-Identifier: MIT
#include "tests/io/fetch/memory_card.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <set>

#include "io/remote/remote_name.h"

namespace nightstack::io::test {

using std::chrono::milliseconds;
using Kind = RemoteError::Kind;

FetchClock TestTime::clock() {
    return {[this] { return FetchClock::Time(now_); },
            [this](FetchClock::Duration time, const std::stop_token&) { pass(std::chrono::ceil<milliseconds>(time)); }};
}

void TestTime::at(milliseconds time, std::function<void()> event) { events_.emplace(time, std::move(event)); }

void TestTime::pass(milliseconds time) {
    const milliseconds end = now_ + time;
    while (!events_.empty() && events_.begin()->first <= end) {
        const auto event = events_.extract(events_.begin());
        now_ = std::max(now_, event.key());
        event.mapped()();
    }
    now_ = end;
}

namespace {

class MemoryFiles final : public RemoteFiles {
public:
    explicit MemoryFiles(MemoryCard& card) : card_(card) {}

    std::vector<RemoteEntry> list(const std::string& path, const std::stop_token&) override {
        check(path);
        if (!path.empty() && path == card_.unlistable) throw RemoteError(Kind::missing, path + ": permission denied");
        ++card_.listings;
        std::vector<RemoteEntry> entries;
        if (const auto lies = card_.more.find(path); lies != card_.more.end()) entries = lies->second;
        std::set<std::string> folders;
        for (const auto& [name, file] : card_.files) {
            if (!path.empty() && name.rfind(path + "/", 0) != 0) continue;
            const std::string rest = path.empty() ? name : name.substr(path.size() + 1);
            const std::size_t slash = rest.find('/');
            if (slash == std::string::npos)
                entries.push_back(entry(rest, file, card_.rough, card_.rough || card_.rough_times));
            else if (folders.insert(rest.substr(0, slash)).second)
                entries.push_back({rest.substr(0, slash), RemoteEntry::Kind::folder, {}, {}});
        }
        return entries;
    }

    RemoteEntry stat(const std::string& path, const std::stop_token&) override {
        check(path);
        return entry(path.substr(path.rfind('/') + 1), file(path), false, false);
    }

    std::uint64_t read(const std::string& path, std::uint64_t from, std::uint64_t count, const Sink& sink,
                       const std::stop_token& stop) override {
        check(path);
        file(path);
        std::uint64_t handed = 0;
        while (handed < count) {
            if (stop.stop_requested()) throw Interrupted();
            if (card_.reading) card_.reading(path, from + handed);
            check(path);
            const std::string& bytes = file(path).bytes;
            if (from + handed >= bytes.size()) break;
            std::uint64_t n = std::min<std::uint64_t>({card_.piece, count - handed, bytes.size() - from - handed});
            bool breaks = false;
            if (card_.lost_after && *card_.lost_after < n) {
                n = *card_.lost_after;
                breaks = true;
            }
            if (card_.lost_after) *card_.lost_after -= n;
            const std::string piece = bytes.substr(from + handed, n);  // the file may change meanwhile
            card_.sent += n;
            handed += n;
            const bool more = n == 0 || sink(std::as_bytes(std::span(piece)));
            if (breaks) {
                card_.lost_after.reset();
                dead_ = true;
                throw RemoteError(Kind::lost, "the connection was cut");
            }
            if (!more) break;
        }
        return handed;
    }

    const std::string& where() const override { return where_; }

private:
    static RemoteEntry entry(const std::string& name, const MemoryFile& file, bool rough, bool rough_time) {
        RemoteEntry e{name, RemoteEntry::Kind::file, file.bytes.size(), file.modified_s};
        if (rough) e.bytes.reset();
        if (rough_time) e.modified_s = file.modified_s / 60 * 60;
        e.rough_time = rough_time;
        return e;
    }
    void check(const std::string& path) {
        check_remote_path(path);
        if (dead_ || card_.gone) {
            dead_ = true;
            throw RemoteError(Kind::lost, "nothing heard from the scope");
        }
        if (card_.removed) throw RemoteError(Kind::missing, path + ": no such file");
    }
    const MemoryFile& file(const std::string& path) const {
        const auto found = card_.files.find(path);
        if (found == card_.files.end()) throw RemoteError(Kind::missing, path + ": no such file");
        return found->second;
    }

    MemoryCard& card_;
    bool dead_ = false;
    std::string where_ = "memory:";
};

std::string card_text(std::string text) {
    text.resize(80, ' ');
    return text;
}

std::string content_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

RemoteConnector MemoryCard::connector() {
    return [this](const std::stop_token&) -> std::unique_ptr<RemoteFiles> {
        if (gone) throw RemoteError(Kind::lost, "no scope at this address");
        ++connections;
        return std::make_unique<MemoryFiles>(*this);
    };
}

std::string noise(std::size_t bytes, unsigned seed) {
    std::mt19937 random(seed);
    std::string text(bytes, '\0');
    for (char& c : text) c = static_cast<char>(random() & 0xffU);
    return text;
}

std::string fits_bytes(int width, int height, unsigned seed) {
    std::string text;
    for (const std::string& line :
         {std::string("SIMPLE  =                    T"), std::string("BITPIX  =                   16"),
          std::string("NAXIS   =                    2"), "NAXIS1  = " + std::to_string(width),
          "NAXIS2  = " + std::to_string(height), std::string("END")})
        text += card_text(line);
    text.resize(2880, ' ');
    text += noise(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 2, seed);
    text.resize((text.size() + 2879) / 2880 * 2880, '\0');
    return text;
}

std::string shots_info(int taken, int to_take) {
    return R"({"DEC":22.0,"RA":5.5,"binning":"1*1","exp":"15","format":"FITS","gain":80,"ir":"PASS","shotsStacked":)" +
           std::to_string(taken) + R"(,"shotsTaken":)" + std::to_string(taken) + R"(,"shotsToTake":)" +
           std::to_string(to_take) + R"(,"target":"M1"})";
}

void add_session(MemoryCard& card, const std::string& name, int frames, int width, int height) {
    const std::string folder = "DWARF_II/Astronomy/" + name + "/";
    for (int i = 0; i < frames; ++i) {
        std::string number = std::to_string(i);
        number.insert(0, 4 - number.size(), '0');
        card.files[folder + number + ".fits"] = {fits_bytes(width, height, static_cast<unsigned>(i + 1))};
        card.files[folder + "Thumbnail/" + number + ".jpg"] = {noise(500, static_cast<unsigned>(i + 1))};
    }
    card.files[folder + "shotsInfo.json"] = {shots_info(frames, frames)};
    card.files[folder + "stacked.jpg"] = {noise(2000, 77)};
}

std::map<std::string, std::string> everything_below(const std::filesystem::path& folder) {
    std::map<std::string, std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        const std::string path = entry.path().lexically_relative(folder).string();
        if (entry.is_symlink())
            found[path] = "-> " + std::filesystem::read_symlink(entry.path()).string();
        else
            found[path] = entry.is_regular_file() ? content_of(entry.path()) : "folder";
    }
    return found;
}

FetchWatcher Told::watcher() {
    FetchWatcher w;
    w.plan = [this](const FetchPlan& p) { plan = p; };
    w.file = [this](const FileOutcome& f) { files.push_back(f); };
    w.notice = [this](const std::string& text) { notices.push_back(text); };
    return w;
}

const FileOutcome* Told::find(const std::string& name) const {
    const auto found = std::find_if(files.rbegin(), files.rend(), [&](const auto& f) { return f.name == name; });
    return found == files.rend() ? nullptr : &*found;
}

}  // namespace nightstack::io::test

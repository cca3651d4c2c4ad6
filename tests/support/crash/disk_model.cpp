// SPDX-License-Identifier: MIT
#include "tests/support/crash/disk_model.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace nightstack::test {
namespace {

using Kind = RecordedCall::Kind;

Kind kind_of(char c) {
    switch (c) {
        case 'e': return Kind::open;
        case 'x': return Kind::failed_sync;
        case 'c': return Kind::create;
        case 'w': return Kind::write;
        case 't': return Kind::cut;
        case 'd': return Kind::sync_file;
        case 'f': return Kind::sync_folder;
        case 'r': return Kind::rename;
        case 'u': return Kind::remove;
        case 'm': return Kind::make_folder;
        case 'o': return Kind::told;
        default: throw std::runtime_error("the record of calls is damaged");
    }
}

class Reader {
public:
    explicit Reader(std::string all) : all_(std::move(all)) {}
    bool more() const { return at_ < all_.size(); }
    std::string take(std::size_t n) {
        if (n > all_.size() - at_) throw std::runtime_error("the record of calls ends too early");
        at_ += n;
        return all_.substr(at_ - n, n);
    }
    std::uint64_t number() { return number_in(take(sizeof(std::uint64_t))); }
    std::string text() { return take(number()); }
    static std::uint64_t number_in(const std::string& bytes) {
        std::uint64_t v = 0;
        std::memcpy(&v, bytes.data(), sizeof v);
        return v;
    }

private:
    std::string all_;
    std::size_t at_ = 0;
};

// A file with what is certain of it and what was written since.
struct Content {
    std::string safe, now;
};

}  // namespace

// What the calls have done so far.
class PowerLosses::Disk {
public:
    explicit Disk(const std::filesystem::path& from) {
        if (from.empty()) return;
        for (const auto& entry : std::filesystem::directory_iterator(from)) {
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string bytes{std::istreambuf_iterator<char>(file), {}};
            found_[entry.path().filename().string()] = files_.size();
            files_.push_back({bytes, bytes});
        }
        now_ = found_;
    }
    void apply(const RecordedCall& call, const PowerLoss& loss) {
        switch (call.kind) {
            case Kind::create:
                now_[call.name] = files_.size();
                files_.emplace_back();
                by_number_[call.file] = files_.size() - 1;
                names_.push_back(&call);
                made_[&call] = files_.size() - 1;
                break;
            case Kind::write: write(call); break;
            case Kind::cut: content(call).now.resize(call.offset); break;
            case Kind::sync_file:
                if (loss.file_syncs_count) content(call).safe = content(call).now;
                break;
            case Kind::sync_folder:
                if (loss.folder_syncs_count) safe_names_ = names_.size();
                break;
            case Kind::open: by_number_[call.file] = now_.at(call.name); break;
            case Kind::failed_sync: content(call).now = content(call).safe; break;
            case Kind::rename:
            case Kind::remove:
            case Kind::make_folder:
                names_.push_back(&call);
                change(now_, call);
                break;
            case Kind::told: break;
        }
    }
    // Names in their order up to one that nobody knows; of each file's pieces the old or the new ones.
    LeftDisk leave(std::mt19937& dice) const {
        const std::size_t names = safe_names_ + dice() % (names_.size() - safe_names_ + 1);
        Names found = found_;
        LeftDisk left;
        for (std::size_t i = 0; i < names; ++i) {
            const RecordedCall& call = *names_[i];
            if (call.kind == Kind::create) found[call.name] = made_.at(&call);
            if (call.kind == Kind::make_folder) left.folders.insert(call.name);
            change(found, call);
        }
        const std::size_t piece = dice() % 2 == 0 ? 512 : 4096;
        for (const auto& [name, file] : found) left.files[name] = mixed(files_[file], piece, dice);
        return left;
    }

private:
    using Names = std::map<std::string, std::size_t>;
    static void change(Names& names, const RecordedCall& call) {
        if (call.kind == Kind::remove) names.erase(call.name);
        if (call.kind != Kind::rename || !names.contains(call.name)) return;
        names[call.second] = names.at(call.name);
        names.erase(call.name);
    }
    Content& content(const RecordedCall& call) { return files_[by_number_.at(call.file)]; }
    void write(const RecordedCall& call) {
        std::string& now = content(call).now;
        now.resize(std::max<std::size_t>(now.size(), call.offset + call.data.size()));
        std::copy(call.data.begin(), call.data.end(), now.begin() + static_cast<std::ptrdiff_t>(call.offset));
    }
    static std::string mixed(const Content& c, std::size_t piece, std::mt19937& dice) {
        std::string out = dice() % 2 == 0 ? c.safe : c.now;
        const std::size_t size = out.size();
        for (std::size_t at = 0; at < size; at += piece) {
            const std::string& from = dice() % 2 == 0 ? c.safe : c.now;
            const std::size_t n = std::min(piece, size - at);
            std::string bytes = at < from.size() ? from.substr(at, n) : "";
            bytes.resize(n);  // zeros, where the file was shorter
            out.replace(at, n, bytes);
        }
        return out;
    }

    std::vector<Content> files_;
    Names found_, now_;  // when the program began, and as it sees them
    std::map<std::uint64_t, std::size_t> by_number_;
    std::vector<const RecordedCall*> names_;
    std::map<const RecordedCall*, std::size_t> made_;
    std::size_t safe_names_ = 0;
};

PowerLosses::PowerLosses(const std::vector<RecordedCall>& calls, PowerLoss loss)
    : calls_(calls), loss_(std::move(loss)), disk_(std::make_unique<Disk>(loss_.from)) {}

PowerLosses::~PowerLosses() = default;

LeftDisk PowerLosses::before(std::size_t call, std::mt19937& dice) {
    if (call < done_) throw std::logic_error("power losses are asked for in their order");
    for (; done_ < std::min(call, calls_.size()); ++done_) disk_->apply(calls_[done_], loss_);
    return disk_->leave(dice);
}

void LeftDisk::put(const std::filesystem::path& folder) const {
    for (const std::string& name : folders) std::filesystem::create_directories(folder / name);
    for (const auto& [name, bytes] : files) {
        std::ofstream out(folder / name, std::ios::binary);
        out << bytes;
    }
}

std::vector<RecordedCall> read_record(const std::filesystem::path& record) {
    std::ifstream file(record, std::ios::binary);
    Reader reader({std::istreambuf_iterator<char>(file), {}});
    std::vector<RecordedCall> calls;
    while (reader.more()) {
        RecordedCall call;
        call.kind = kind_of(reader.take(1)[0]);
        call.offset = reader.number();
        call.name = reader.text();
        call.second = reader.text();
        call.data = reader.text();
        if (call.kind == Kind::write) {
            call.file = Reader::number_in(call.name);
        } else {
            call.file = call.offset;
        }
        if (call.kind == Kind::cut) call.offset = Reader::number_in(call.data);
        calls.push_back(std::move(call));
    }
    return calls;
}

void lose_power(const std::vector<RecordedCall>& calls, const PowerLoss& loss, std::mt19937& dice,
                const std::filesystem::path& folder) {
    PowerLosses(calls, loss).before(loss.before, dice).put(folder);
}

std::string told_before(const std::vector<RecordedCall>& calls, std::size_t before) {
    std::string told;
    for (std::size_t i = 0; i < std::min(before, calls.size()); ++i) {
        if (calls[i].kind == Kind::told) told += calls[i].data;
    }
    return told;
}

}  // namespace nightstack::test

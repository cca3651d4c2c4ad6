// SPDX-License-Identifier: MIT
#include "tools/session/recorded_inputs.h"

#include <algorithm>
#include <map>
#include <set>

#include "io/files/file.h"
#include "io/files/sha256.h"
#include "pipeline/core/error.h"
#include "pipeline/core/hex.h"

namespace nightstack::tools {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMaxEntries = 200'000;  // files and folders looked at below --inputs
constexpr int kMaxDepth = 12;

bool has_size(const fs::path& path, std::uint64_t bytes) {
    std::error_code error;
    return fs::is_regular_file(path, error) && fs::file_size(path, error) == bytes && !error;
}

// Why the file at `path` is not the recorded one; "" when it is.
std::string difference(const RecordedInput& input, const fs::path& path, const std::stop_token& stop) {
    std::error_code error;
    if (!fs::exists(path, error)) return "is missing";
    if (!fs::is_regular_file(path, error)) return "is no file any more";
    if (!has_size(path, input.bytes))
        return "has " + std::to_string(fs::file_size(path, error)) + " bytes, it had " + std::to_string(input.bytes);
    try {
        const std::string hash = io::sha256_of_file(path, stop);
        return hash == input.sha256 ? "" : "has changed: its SHA-256 is " + hash + ", it was " + input.sha256;
    } catch (const Interrupted&) {
        throw;
    } catch (const Error& e) {
        return std::string("cannot be read: ") + e.what();
    }
}

// Files by their size; a hash is only worth its time where the size fits.
class MovedFiles {
public:
    MovedFiles(const FileSearch& search, const std::stop_token& stop) : stop_(stop) {
        if (!search.below.empty()) add_below(search.below);
        for (const fs::path& file : search.files) {
            std::error_code error;
            if (fs::is_regular_file(file, error)) by_size_[fs::file_size(file, error)].push_back(file);
        }
        for (auto& [size, files] : by_size_) std::sort(files.begin(), files.end());
    }

    // Two frames of the same bytes get a file each as long as there are enough of them, else the same one.
    fs::path find(const RecordedInput& input) {
        const auto same_size = by_size_.find(input.bytes);
        if (same_size == by_size_.end()) return {};
        fs::path again;
        for (const fs::path& file : same_size->second) {
            if (hash_of(file) != input.sha256) continue;
            if (given_.insert(file).second) return file;
            if (again.empty()) again = file;
        }
        return again;
    }

private:
    void add_below(const fs::path& folder) {
        std::error_code error;
        auto it = fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, error);
        for (std::size_t n = 0; !error && it != fs::end(it) && n < kMaxEntries; it.increment(error), ++n) {
            if (stop_.stop_requested()) throw Interrupted();
            if (it.depth() >= kMaxDepth) it.disable_recursion_pending();
            std::error_code own;
            if (it->is_regular_file(own)) by_size_[it->file_size(own)].push_back(it->path());
        }
    }
    const std::string& hash_of(const fs::path& file) {
        if (stop_.stop_requested()) throw Interrupted();
        const auto [known, fresh] = hashes_.try_emplace(file);
        if (!fresh) return known->second;
        try {
            known->second = io::sha256_of_file(file, stop_);
        } catch (const Interrupted&) {
            throw;
        } catch (const Error&) {
            known->second.clear();  // unreadable: it is nobody's
        }
        return known->second;
    }

    const std::stop_token& stop_;
    std::map<std::uint64_t, std::vector<fs::path>> by_size_;
    std::map<fs::path, std::string> hashes_;
    std::set<fs::path> given_;
};

}  // namespace

fs::path unprinted(const std::string& shown) {
    std::error_code error;
    if (fs::exists(shown, error)) return shown;
    std::string bytes;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const bool escape = shown.compare(i, 2, "\\x") == 0;
        const auto byte = escape ? hex_byte(shown, i + 2) : std::nullopt;
        bytes += byte.value_or(shown[i]);
        if (byte) i += 3;
    }
    return fs::exists(bytes, error) ? bytes : shown;
}

FoundInputs find_inputs(const RecordedStack& stack, const FileSearch& search, Runner& runner,
                        const std::stop_token& stop) {
    const std::size_t n = stack.inputs.size();
    FoundInputs found;
    found.paths.resize(n);
    std::vector<std::string> differences(n);
    runner.run(static_cast<int>(n), 1, [&](int begin, int end) {
        for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
            if (stop.stop_requested()) throw Interrupted();
            const RecordedInput& input = stack.inputs[i];
            if (input.sha256.empty()) continue;
            found.paths[i] = unprinted(input.file);
            differences[i] = difference(input, found.paths[i], stop);
        }
    });
    std::optional<MovedFiles> elsewhere;
    for (std::size_t i = 0; i < n; ++i) {
        if (differences[i].empty()) continue;
        if (!elsewhere) elsewhere.emplace(search, stop);
        found.paths[i] = elsewhere->find(stack.inputs[i]);
        if (found.paths[i].empty()) {
            found.refused.push_back(stack.inputs[i].role + " " + io::printable(stack.inputs[i].file) + " " +
                                    differences[i]);
        }
    }
    return found;
}

}  // namespace nightstack::tools

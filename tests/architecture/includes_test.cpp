// SPDX-License-Identifier: MIT
// Reads every #include of the product and holds it against docs/architecture.md: which layer may
// name which, which folder may name which library, no relative paths, no cycles between files.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Includes = std::map<std::string, std::vector<std::string>>;  // file -> what it names

const fs::path kRoot = NIGHTSTACK_SOURCE_DIR;

Includes read_includes(const std::vector<std::string>& folders) {
    static const std::regex pattern(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
    Includes all;
    for (const std::string& folder : folders) {
        for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
            const std::string extension = entry.path().extension();
            if (extension != ".h" && extension != ".cpp") continue;
            std::vector<std::string>& names = all[fs::relative(entry.path(), kRoot).generic_string()];
            std::ifstream in(entry.path());
            std::smatch match;
            for (std::string line; std::getline(in, line);) {
                if (std::regex_search(line, match, pattern)) names.push_back(match[1].str() + match[2].str());
            }
        }
    }
    return all;
}

bool starts_with(const std::string& text, const std::string& prefix) { return text.rfind(prefix, 0) == 0; }

TEST(Includes, AreReadAtAll) { EXPECT_GT(read_includes({"pipeline", "io"}).size(), 30u); }

TEST(Includes, NeverGoUpAFolder) {
    for (const auto& [file, names] : read_includes({"pipeline", "io", "device", "tools", "tests", "benchmarks"})) {
        for (const std::string& name : names) EXPECT_EQ(name.find("../"), std::string::npos) << file << " " << name;
    }
}

// The first matching row counts; what a folder may name besides itself and the standard library.
struct Arrows {
    std::string from;
    std::vector<std::string> to;
};

TEST(Includes, FollowTheDrawnArrows) {
    const std::vector<Arrows> rows = {
        {"pipeline/core/", {}},
        {"pipeline/simd/", {"pipeline/core/"}},
        {"pipeline/sky/", {"pipeline/core/"}},
        {"pipeline/stages/", {"pipeline/core/", "pipeline/simd/", "pipeline/stages/"}},
        {"pipeline/graph/", {"pipeline/core/", "pipeline/simd/", "pipeline/stages/"}},
        {"io/fits/", {"pipeline/core/", "pipeline/simd/", "io/"}},
        {"io/tiles/", {"pipeline/core/", "pipeline/simd/", "io/"}},
        {"io/", {"pipeline/core/", "io/"}},
        {"device/sim/", {"pipeline/core/", "pipeline/sky/", "io/", "device/"}},
        {"device/", {"pipeline/core/", "device/"}},
        {"tools/unpack/", {}},
        {"tools/", {"pipeline/", "io/", "device/", "tools/"}},
    };
    const std::vector<std::string> layers = {"pipeline/", "io/", "device/", "tools/", "tests/", "benchmarks/"};
    for (const auto& [file, names] : read_includes({"pipeline", "io", "device", "tools"})) {
        const auto row =
            std::find_if(rows.begin(), rows.end(), [&](const Arrows& r) { return starts_with(file, r.from); });
        ASSERT_NE(row, rows.end()) << file;
        for (const std::string& quoted : names) {
            const std::string name = quoted.substr(1);
            const bool ours =
                std::any_of(layers.begin(), layers.end(), [&](const auto& l) { return starts_with(name, l); });
            if (!ours || starts_with(name, row->from)) continue;
            EXPECT_TRUE(
                std::any_of(row->to.begin(), row->to.end(), [&](const auto& to) { return starts_with(name, to); }))
                << file << " must not include " << name;
        }
    }
}

TEST(Includes, KeepEachLibraryInItsRoom) {
    const std::vector<Arrows> libraries = {
        {"fitsio", {"tools/unpack/"}},
        {"sep.h", {}},
        {"tbb/", {"pipeline/graph/"}},
        {"oneapi/", {"pipeline/graph/"}},
        {"hwy/", {"pipeline/simd/", "pipeline/stages/", "io/fits/", "io/tiles/"}},
        {"Eigen/", {"pipeline/stages/"}},
        {"opencv", {"pipeline/stages/", "io/image_files/"}},
        {"png.h", {"io/image_files/"}},
        {"zstd", {"io/chunks/"}},
        {"tiff", {"io/image_files/"}},
        {"jpeglib", {"pipeline/stages/", "io/image_files/"}},
        {"openssl/", {"io/files/"}},
        {"libssh/", {"io/sftp/", "io/sftp_server/"}},
        {"curl/", {"io/curl_files/"}},
        {"boost/", {"io/", "device/"}},
        {"nlohmann/", {"io/", "device/", "tools/"}},
        {"toml", {"tools/cli/", "tools/night/scope/", "device/sim/"}},
        {"CLI/", {"tools/"}},
        {"erfa", {"device/targets/"}},
    };
    for (const auto& [file, names] : read_includes({"pipeline", "io", "device", "tools"})) {
        // A -inl.h is part of a kernel's .cpp, compiled once per instruction level.
        const bool header = file.ends_with(".h") && !file.ends_with("-inl.h");
        for (const std::string& quoted : names) {
            if (quoted[0] != '<') continue;
            for (const Arrows& library : libraries) {
                if (!starts_with(quoted.substr(1), library.from)) continue;
                EXPECT_FALSE(header) << file << ": heavy headers belong into .cpp files, not <" << library.from << ">";
                EXPECT_TRUE(std::any_of(library.to.begin(), library.to.end(),
                                        [&](const auto& to) { return starts_with(file, to); }))
                    << file << " must not name " << library.from;
            }
        }
    }
}

// Depth first; a file met again on its own path closes a cycle.
void expect_no_cycle(const Includes& all, const std::string& file, std::vector<std::string>& path,
                     std::set<std::string>& done) {
    if (done.count(file) != 0) return;
    const auto again = std::find(path.begin(), path.end(), file);
    if (again != path.end()) {
        std::string text;
        for (auto it = again; it != path.end(); ++it) text += *it + " -> ";
        ADD_FAILURE() << "include cycle: " << text << file;
        return;
    }
    path.push_back(file);
    const auto names = all.find(file);
    if (names != all.end()) {
        // A kernel file includes itself once per instruction level; that is Highway's way.
        for (const std::string& name : names->second) {
            if (name.substr(1) != file) expect_no_cycle(all, name.substr(1), path, done);
        }
    }
    path.pop_back();
    done.insert(file);
}

TEST(Includes, HaveNoCycles) {
    const Includes all = read_includes({"pipeline", "io", "device", "tools"});
    std::vector<std::string> path;
    std::set<std::string> done;
    for (const auto& [file, names] : all) expect_no_cycle(all, file, path, done);
}

}  // namespace

// SPDX-License-Identifier: MIT
#include "tools/pano/earlier_results.h"

#include <nlohmann/json.hpp>
#include <system_error>

#include "io/files/file.h"
#include "pipeline/core/error.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargestReport = 64 << 20;
constexpr int kMostReports = 200;

void add_pictures_of(const fs::path& report, std::set<std::string>& out) {
    const nlohmann::json json = nlohmann::json::parse(io::read_text_file(report, kLargestReport), nullptr, false);
    if (!json.is_object() || !json.contains("panoramas") || !json["panoramas"].is_array()) return;
    const auto add = [&](const nlohmann::json& of, const char* key) {
        if (of.is_object() && of.contains(key) && of[key].is_string()) out.insert(of[key].get<std::string>());
    };
    for (const nlohmann::json& panorama : json["panoramas"]) add(panorama, "image");
    add(json, "preview");
}

}  // namespace

std::set<std::string> earlier_results(const fs::path& folder) {
    std::set<std::string> out;
    int looked_at = 0;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        std::error_code gone;
        if (it->path().extension() != ".json" || !it->is_regular_file(gone)) continue;
        if (++looked_at > kMostReports) break;
        try {
            add_pictures_of(it->path(), out);
        } catch (const Error&) {
            continue;  // too large, or not for us to read
        }
    }
    return out;
}

}  // namespace nightstack::tools

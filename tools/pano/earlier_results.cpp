// SPDX-License-Identifier: MIT
#include "tools/pano/earlier_results.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestReport = 64 << 20;
constexpr int kMostReports = 200;

void add_pictures_of(const fs::path& report, std::set<std::string>& out) {
    std::ifstream file(report, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
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
        const bool report = it->path().extension() == ".json" && it->is_regular_file(gone);
        if (!report || it->file_size(gone) > kLargestReport || gone) continue;
        if (++looked_at > kMostReports) break;
        add_pictures_of(it->path(), out);
    }
    return out;
}

}  // namespace nightstack::tools

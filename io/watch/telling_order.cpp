// SPDX-License-Identifier: MIT
#include "io/watch/telling_order.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "io/session/light_order.h"
#include "io/session/name_hints.h"
#include "pipeline/core/natural_order.h"

namespace nightstack::io {
namespace {

struct FolderOrder {
    bool operator()(const std::string& a, const std::string& b) const {
        const auto first = split(a, "/");
        const auto second = split(b, "/");
        return std::lexicographical_compare(first.begin(), first.end(), second.begin(), second.end(), natural_less);
    }
};

std::size_t name_begin(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? 0 : slash + 1;
}

}  // namespace

void put_in_telling_order(std::vector<WatchNews>& files) {
    std::map<std::string, std::vector<WatchNews>, FolderOrder> folders;
    for (WatchNews& file : files) folders[file.name.substr(0, name_begin(file.name))].push_back(std::move(file));
    files.clear();
    for (auto& [folder, news] : folders) {
        std::vector<LightName> keys;
        for (const WatchNews& file : news) {
            std::string name = file.name.substr(folder.size());
            auto stamp = parse_file_name(name).hints.stamp;
            keys.push_back({std::move(name), stamp});
        }
        for (const std::size_t i : light_order(keys)) files.push_back(std::move(news[i]));
    }
}

}  // namespace nightstack::io

// SPDX-License-Identifier: MIT
#include "io/curl_files/url_text.h"

#include "io/remote/remote_name.h"
#include "pipeline/core/error.h"
#include "pipeline/core/percent.h"
#include "pipeline/core/printable.h"

namespace nightstack::io::curl_files {
namespace {

constexpr std::string_view kAlphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool is_one_of(char c, std::string_view more) {
    return kAlphanumeric.find(c) != std::string_view::npos || more.find(c) != std::string_view::npos;
}

}  // namespace

std::string percent_encoded(std::string_view path) { return nightstack::percent_encoded(path, "-._~/"); }

std::string url_base(const std::string& scheme, const std::string& host, int port) {
    bool good = !host.empty() && host.size() <= 255 && port > 0 && port < 65536;
    for (const char c : host) good = good && is_one_of(c, ".-_:");
    if (!good)
        throw OptionError("'" + printable(host) + ":" + std::to_string(port) + "' is no host and port of a scope");
    const bool v6 = host.find(':') != std::string::npos;
    return scheme + "://" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port) + "/";
}

std::string below(const std::string& root, const std::string& path) {
    check_remote_path(path);
    if (root.empty() || path.empty()) return root + path;
    return root + (root.ends_with('/') ? "" : "/") + path;
}

}  // namespace nightstack::io::curl_files

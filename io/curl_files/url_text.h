// SPDX-License-Identifier: MIT
// Names in URLs. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

namespace nightstack::io::curl_files {

// Every byte but letters, digits and "-._~/" as %XX.
std::string percent_encoded(std::string_view path);

// "http://192.168.88.1:80/". Throws OptionError for a host that is neither a name nor an address.
std::string url_base(const std::string& scheme, const std::string& host, int port);
// root/path; each may be "". Throws RemoteError (broken) for a path that leads elsewhere.
std::string below(const std::string& root, const std::string& path);

}  // namespace nightstack::io::curl_files

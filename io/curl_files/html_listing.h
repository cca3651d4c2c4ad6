// SPDX-License-Identifier: MIT
// What a web server's page says is in a folder: nginx, lighttpd, Apache, python's http.server. Bytes in, entries out,
// in bounds whatever the bytes are; pure, any thread.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "io/remote/remote_files.h"

namespace nightstack::io::curl_files {

// The links that name something in the folder itself, whose decoded path is `folder` ("/sdcard/"); other links
// (sorting, the folder above, other places) are left out. `bytes` only where the page has a whole number: others are
// rounded. Throws RemoteError (broken): more than `entries`, a tag that is too long or does not end, no HTML at all.
std::vector<RemoteEntry> parse_html_listing(std::string_view html, std::string_view folder, std::size_t entries);

}  // namespace nightstack::io::curl_files

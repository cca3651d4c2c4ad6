// SPDX-License-Identifier: MIT
// Answers to requests for files of a folder, as nginx with `autoindex on` gives them: listings, parts (Range, resume),
// "not modified". Files come in pieces, however large. Nothing is ever written. Any thread.
#pragma once

#include <memory>
#include <string>

#include "io/http/server.h"
#include "io/served/served_folder.h"

namespace nightstack::io {

// `prefix` is what stands before the folder's own paths: "/file". A path that is not below it is 404.
HttpResponse answer_file_request(const std::shared_ptr<const ServedFolder>& folder, const std::string& prefix,
                                 const HttpRequest& request);

}  // namespace nightstack::io

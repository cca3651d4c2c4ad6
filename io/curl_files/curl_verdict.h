// SPDX-License-Identifier: MIT
// From what libcurl says to what went wrong, and to whom it matters. Pure functions; any thread.
#pragma once

#include <string>

#include "io/curl_files/curl_link.h"
#include "io/remote/remote_files.h"

namespace nightstack::io::curl_files {

bool fine(const Reply& reply);  // libcurl has no complaint
bool login_refused(const Reply& reply);
bool no_such_folder(const Reply& reply);  // FTP: the change of folder was refused
bool no_such_file(const Reply& reply);    // FTP: SIZE or RETR says so
bool behind_the_end(const Reply& reply);  // FTP: REST beyond the file
bool cut_short(const Reply& reply);       // fewer bytes than announced

// Throws what a failed FTP request means for `what`, a path fit for a screen.
[[noreturn]] void throw_ftp(const Reply& reply, const std::string& what);
// The same when libcurl failed over HTTP, or the server's status is none of those asked for.
[[noreturn]] void throw_http(const Reply& reply, const std::string& what);

}  // namespace nightstack::io::curl_files

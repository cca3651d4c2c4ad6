// SPDX-License-Identifier: MIT
#include "io/curl_files/curl_verdict.h"

#include <curl/curl.h>

namespace nightstack::io::curl_files {
namespace {

using Kind = RemoteError::Kind;

// Of libcurl's complaints those that another try cannot help; silence, resets and closed ports can end.
Kind kind_of(int result) {
    switch (result) {
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_URL_MALFORMAT:
        case CURLE_FTP_WEIRD_SERVER_REPLY:
        case CURLE_FTP_WEIRD_PASS_REPLY:
        case CURLE_FTP_WEIRD_PASV_REPLY:
        case CURLE_FTP_WEIRD_227_FORMAT:
        case CURLE_FTP_COULDNT_USE_REST:
        case CURLE_RANGE_ERROR:
        case CURLE_BAD_CONTENT_ENCODING: return Kind::broken;
        case CURLE_LOGIN_DENIED: return Kind::refused;
        case CURLE_REMOTE_ACCESS_DENIED:
        case CURLE_REMOTE_FILE_NOT_FOUND: return Kind::missing;
        default: return Kind::lost;
    }
}

Kind kind_of_status(long status) {
    if (status == 401 || status == 407) return Kind::refused;
    if (status == 403 || status == 404 || status == 410) return Kind::missing;
    return status >= 500 ? Kind::lost : Kind::broken;
}

}  // namespace

bool fine(const Reply& reply) { return reply.result == CURLE_OK; }
bool login_refused(const Reply& reply) { return reply.result == CURLE_LOGIN_DENIED; }
bool no_such_folder(const Reply& reply) { return reply.result == CURLE_REMOTE_ACCESS_DENIED; }
bool no_such_file(const Reply& reply) { return reply.result == CURLE_REMOTE_FILE_NOT_FOUND; }
bool behind_the_end(const Reply& reply) { return reply.result == CURLE_BAD_DOWNLOAD_RESUME; }
bool cut_short(const Reply& reply) { return reply.result == CURLE_PARTIAL_FILE; }

void throw_ftp(const Reply& reply, const std::string& what) {
    Kind kind = kind_of(reply.result);
    if (reply.result == CURLE_FTP_COULDNT_RETR_FILE && reply.status >= 500)
        kind = reply.status == 530 ? Kind::refused : reply.status == 550 ? Kind::missing : Kind::broken;
    throw RemoteError(kind, what + ": " + reply.words);
}

void throw_http(const Reply& reply, const std::string& what) {
    if (!fine(reply)) throw RemoteError(kind_of(reply.result), what + ": " + reply.words);
    throw RemoteError(kind_of_status(reply.status), what + ": the server says " + std::to_string(reply.status));
}

}  // namespace nightstack::io::curl_files

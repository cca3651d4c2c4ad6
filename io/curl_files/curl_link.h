// SPDX-License-Identifier: MIT
// Requests to one server over libcurl, one after the other, the connection kept. Every wait is ours, with a limit and a
// stop: silence ends a request, and so do bytes that only drip. One thread. Never follows a redirect, uses a proxy, a
// netrc file or another protocol than its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "io/remote/remote_files.h"

namespace nightstack::io::curl_files {

struct Request {
    std::string url;
    bool head = false;                  // no body: HEAD; SIZE and MDTM, or a change of folder
    std::string command;                // FTP, instead of LIST: "MLSD"
    std::uint64_t resume_from = 0;      // FTP: REST
    std::string range;                  // HTTP: "100-", "100-199"
    std::chrono::milliseconds most{0};  // in all; 0: as long as bytes flow (RateFloor)
};

struct Reply {
    int result = 0;   // CURLcode; none when the sink ended it
    long status = 0;  // of HTTP, or the last one of FTP; 0 none
    std::optional<std::uint64_t> bytes;
    std::optional<std::int64_t> modified_s;
    std::string content_range, content_encoding, location;
    bool ended_by_sink = false;
    std::string words;  // of libcurl about what failed, fit for a screen
};

class CurlLink {
public:
    // `protocol` "ftp" or "http". User and password for FTP; they go nowhere but to the server.
    CurlLink(const std::string& protocol, const RemoteLimits& limits, std::string user = {}, std::string password = {});
    ~CurlLink();
    CurlLink(const CurlLink&) = delete;
    CurlLink& operator=(const CurlLink&) = delete;

    // Bytes of the body; the reply so far. false ends the request.
    using Body = std::function<bool(const Reply&, std::span<const std::byte>)>;

    // Any answer of libcurl is a Reply. Throws RemoteError: lost (silence, dripping, `most`), broken (headers beyond
    // 256 KiB); Interrupted; what `body` throws.
    Reply ask(const Request& request, const Body& body, const std::stop_token& stop);

private:
    struct Library;
    std::unique_ptr<Library> library_;
};

}  // namespace nightstack::io::curl_files

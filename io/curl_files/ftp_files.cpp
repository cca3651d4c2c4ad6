// SPDX-License-Identifier: MIT
#include "io/curl_files/ftp_files.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "io/curl_files/curl_link.h"
#include "io/curl_files/curl_verdict.h"
#include "io/curl_files/ftp_listing.h"
#include "io/curl_files/url_text.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

using namespace curl_files;
using Kind = RemoteError::Kind;

constexpr std::size_t kMostListingBytes = std::size_t{64} << 20U;
constexpr int kAnswerInSilences = 24;  // a listing or a look takes no longer than so many times the silence limit

std::int64_t now_s() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

bool nothing(const Reply&, std::span<const std::byte>) { return true; }

class FtpFiles final : public RemoteFiles {
public:
    FtpFiles(std::unique_ptr<CurlLink> link, std::string base, std::string root, std::string where,
             const RemoteLimits& limits)
        : link_(std::move(link)),
          base_(std::move(base)),
          root_(std::move(root)),
          where_(std::move(where)),
          limits_(limits) {}

    std::vector<RemoteEntry> list(const std::string& path, const std::stop_token& stop) override;
    RemoteEntry stat(const std::string& path, const std::stop_token& stop) override;
    std::uint64_t read(const std::string& path, std::uint64_t from, std::uint64_t count, const Sink& sink,
                       const std::stop_token& stop) override;
    const std::string& where() const override { return where_; }

private:
    std::string url(const std::string& path, bool folder) const;
    std::string shown(const std::string& path) const { return where_ + " " + printable(path); }
    Reply ask(Request request, const CurlLink::Body& body, const std::stop_token& stop);
    Reply look(const std::string& path, bool folder, const std::stop_token& stop);
    Reply fetch_listing(const std::string& path, const char* command, std::string& bytes, const std::stop_token& stop);
    RemoteEntry found_in_folder(const std::string& path, const std::stop_token& stop);
    RemoteEntry checked(RemoteEntry entry, const std::string& path) const;

    std::unique_ptr<CurlLink> link_;
    std::string base_, root_, where_;
    RemoteLimits limits_;
    std::optional<bool> mlsd_;  // whether the server knows it
    bool lost_ = false;
};

// A line end in a name would be a command of its own; libcurl refuses it as well.
std::string FtpFiles::url(const std::string& path, bool folder) const {
    const std::string whole = below(root_, path);
    for (const char c : whole)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            throw RemoteError(Kind::broken, shown(path) + ": FTP has no way to ask for a control character");
    return base_ + percent_encoded(whole) + (folder && !whole.empty() && !whole.ends_with('/') ? "/" : "");
}

Reply FtpFiles::ask(Request request, const CurlLink::Body& body, const std::stop_token& stop) {
    if (lost_) throw RemoteError(Kind::lost, where_ + ": the connection was lost");
    try {
        return link_->ask(request, body, stop);
    } catch (const RemoteError& e) {
        lost_ = e.kind() == Kind::lost;
        throw RemoteError(e.kind(), where_ + ": " + e.what());
    }
}

Reply FtpFiles::look(const std::string& path, bool folder, const std::stop_token& stop) {
    Request request;
    request.url = url(path, folder);
    request.head = true;
    request.most = limits_.silence * kAnswerInSilences;
    return ask(request, nothing, stop);
}

Reply FtpFiles::fetch_listing(const std::string& path, const char* command, std::string& bytes,
                              const std::stop_token& stop) {
    Request request;
    request.url = url(path, true);
    request.command = command;
    request.most = limits_.silence * kAnswerInSilences;
    bytes.clear();
    const auto collect = [&](const Reply&, std::span<const std::byte> piece) {
        if (bytes.size() + piece.size() > kMostListingBytes)
            throw RemoteError(Kind::broken, "a listing without an end");
        bytes.append(reinterpret_cast<const char*>(piece.data()), piece.size());
        return true;
    };
    return ask(request, collect, stop);
}

std::vector<RemoteEntry> FtpFiles::list(const std::string& path, const std::stop_token& stop) {
    std::string bytes;
    if (mlsd_.value_or(true)) {
        const Reply reply = fetch_listing(path, "MLSD", bytes, stop);
        if (fine(reply)) {
            mlsd_ = true;
            return parse_mlsd(bytes, limits_.entries);
        }
        if (mlsd_ || reply.status < 500 || no_such_folder(reply) || login_refused(reply)) throw_ftp(reply, shown(path));
    }
    const Reply reply = fetch_listing(path, "", bytes, stop);
    if (!fine(reply)) throw_ftp(reply, shown(path));
    mlsd_ = false;
    return parse_unix_list(bytes, now_s(), limits_.entries);
}

RemoteEntry FtpFiles::stat(const std::string& path, const std::stop_token& stop) {
    RemoteEntry entry;
    entry.name = path.substr(path.rfind('/') + 1);
    if (!path.empty()) {
        const Reply reply = look(path, false, stop);
        if (fine(reply) && !reply.bytes) return found_in_folder(path, stop);
        entry.bytes = reply.bytes;
        entry.modified_s = reply.modified_s;
        if (fine(reply)) return checked(std::move(entry), path);
        if (!no_such_file(reply)) throw_ftp(reply, shown(path));
    }
    const Reply reply = look(path, true, stop);
    if (!fine(reply)) throw_ftp(reply, shown(path));
    entry.kind = RemoteEntry::Kind::folder;
    entry.bytes.reset();
    return entry;
}

// For a server that does not know SIZE.
RemoteEntry FtpFiles::found_in_folder(const std::string& path, const std::stop_token& stop) {
    const std::size_t slash = path.rfind('/');
    const std::string name = path.substr(slash + 1);
    for (RemoteEntry& entry : list(slash == std::string::npos ? "" : path.substr(0, slash), stop))
        if (entry.name == name) return checked(std::move(entry), path);
    throw RemoteError(Kind::missing, shown(path) + ": not in its folder");
}

RemoteEntry FtpFiles::checked(RemoteEntry entry, const std::string& path) const {
    if (entry.bytes.value_or(0) > limits_.file_bytes)
        throw RemoteError(Kind::broken, shown(path) + ": " + std::to_string(*entry.bytes) + " bytes; " +
                                            std::to_string(limits_.file_bytes) + " are the most");
    return entry;
}

std::uint64_t FtpFiles::read(const std::string& path, std::uint64_t from, std::uint64_t count, const Sink& sink,
                             const std::stop_token& stop) {
    Request request;
    request.url = url(path, false);
    request.resume_from = from;
    if (from > limits_.file_bytes) throw RemoteError(Kind::broken, shown(path) + ": no file is that long");
    std::uint64_t handed = 0, came = 0;
    const auto take = [&](const Reply&, std::span<const std::byte> piece) {
        came += piece.size();
        if (came > limits_.file_bytes - from)
            throw RemoteError(Kind::broken, "more than " + std::to_string(limits_.file_bytes) + " bytes in one file");
        piece = piece.first(static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), count - handed)));
        handed += piece.size();
        return !piece.empty() && sink(piece) && came == handed;
    };
    if (count == 0) return 0;
    const Reply reply = ask(request, take, stop);
    // A file that grew after the server said its size: the server complains that it could not send all. One that became
    // shorter looks as a cut connection does; the next try shows which it was.
    const bool all_announced = reply.bytes && came >= *reply.bytes && cut_short(reply);
    if (fine(reply) || behind_the_end(reply) || all_announced) return handed;
    throw_ftp(reply, shown(path));
}

// `taken`: which of the log-ins it was.
std::unique_ptr<RemoteFiles> log_in(const FtpOptions& o, std::size_t& taken, const std::stop_token& stop) {
    const std::string base = url_base("ftp", o.host, o.port);
    const std::string place = base.substr(sizeof "ftp://" - 1);
    std::string tried;
    for (taken = 0; taken < o.logins.size(); ++taken) {
        const FtpLogin& login = o.logins[taken];
        const std::string who = printable(login.user) + "@";
        auto files = std::make_unique<FtpFiles>(
            std::make_unique<CurlLink>("ftp", o.limits, login.user, login.password), base, o.root,
            "ftp://" + who + place + printable(o.root.substr(o.root.starts_with('/') ? 1 : 0)), o.limits);
        try {
            files->stat("", stop);
            return files;
        } catch (const RemoteError& e) {
            if (e.kind() != Kind::refused) throw;
        }
        tried += (tried.empty() ? "" : ", ") + who + printable(o.host);
    }
    throw RemoteError(Kind::refused, "password refused for " + tried);
}

}  // namespace

std::unique_ptr<RemoteFiles> connect_ftp(const FtpOptions& o, const std::stop_token& stop) {
    std::size_t taken = 0;
    return log_in(o, taken, stop);
}

// What was taken once comes first the next time: servers let those wait whom they have refused.
RemoteConnector ftp_connector(FtpOptions options) {
    return [known = std::make_shared<FtpOptions>(std::move(options))](const std::stop_token& stop) {
        std::size_t taken = 0;
        auto files = log_in(*known, taken, stop);
        const auto first = known->logins.begin();
        std::rotate(first, first + static_cast<std::ptrdiff_t>(taken), first + static_cast<std::ptrdiff_t>(taken) + 1);
        return files;
    };
}

}  // namespace nightstack::io

// SPDX-License-Identifier: MIT
#include "tools/fetch/card_connector.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "io/curl_files/ftp_files.h"
#include "io/curl_files/http_files.h"
#include "io/sftp/sftp_files.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::tools {
namespace {

using Notice = std::function<void(const std::string&)>;

struct Way {
    std::string protocol;
    io::RemoteConnector connect;
};

constexpr int kNginxPort = 80;  // of newer firmware, which serves the card under its own name; older has /file

// The card under the name each server has for it, unless the user names a folder.
std::string root_of(const FetchFlags& flags, std::string_view usual) {
    if (flags.root == kCardRoot) return std::string(usual);
    const std::size_t begin = flags.root.find_first_not_of('/');
    return begin == std::string::npos ? std::string() : flags.root.substr(begin);
}

io::RemoteConnector sftp_way(const FetchFlags& flags, const Notice& notice) {
    ScopePlace place = parse_scope_place(flags.host, flags.ports);
    if (flags.port != 0) place.ports.sftp = flags.port;
    io::SftpOptions options = sftp_options(place, flags.sftp);
    options.root = flags.root;
    options.on_new_key = [notice, place](const io::HostKey& key) {
        notice("first meeting with " + printable(place.host) + ": its host key " + io::fingerprint(key) +
               " is trusted from now on");
    };
    return io::sftp_connector(std::move(options));
}

io::RemoteConnector http_way(const FetchFlags& flags, int port) {
    io::HttpOptions options;
    options.host = parse_scope_place(flags.host, flags.ports).host;
    options.port = port;
    options.root = root_of(flags, port == kNginxPort ? "sdcard" : "file");
    return io::http_connector(std::move(options));
}

io::RemoteConnector ftp_way(const FetchFlags& flags) {
    const ScopePlace place = parse_scope_place(flags.host, flags.ports);
    io::FtpOptions options;
    options.host = place.host;
    options.port = flags.port != 0 ? flags.port : place.ports.ftp;
    options.root = root_of(flags, "");
    return io::ftp_connector(std::move(options));
}

// Here protocols join: in the order in which they are tried.
std::vector<Way> all_ways(const FetchFlags& flags, const Notice& notice) {
    const int file = parse_scope_place(flags.host, flags.ports).ports.file;
    std::vector<Way> ways{{"sftp", sftp_way(flags, notice)},
                          {"http", http_way(flags, flags.port != 0 ? flags.port : file)}};
    if (flags.port == 0 && file == ScopePorts{}.file) ways.push_back({"http", http_way(flags, kNginxPort)});
    ways.push_back({"ftp", ftp_way(flags)});
    return ways;
}

// Whether the card is there that way: a web server without it answers as well, and is not what was asked for.
void look_at_the_card(io::RemoteFiles& files, const std::stop_token& stop) { files.list("", stop); }

// The first that shows the card is kept; what the first one said is the error when none does.
io::RemoteConnector first_that_answers(std::vector<Way> ways) {
    const auto chosen = std::make_shared<std::optional<std::size_t>>();
    return [ways = std::move(ways), chosen](const std::stop_token& stop) {
        if (*chosen) return ways[**chosen].connect(stop);
        std::optional<io::RemoteError> first;
        for (std::size_t i = 0; i < ways.size(); ++i) {
            try {
                auto files = ways[i].connect(stop);
                if (ways.size() > 1) look_at_the_card(*files, stop);
                *chosen = i;
                return files;
            } catch (const io::RemoteError& e) {
                if (e.kind() == io::RemoteError::Kind::refused) throw;
                if (!first) first = e;
            }
        }
        throw *first;
    };
}

}  // namespace

io::RemoteConnector card_connector(const FetchFlags& flags, Notice notice) {
    if (flags.port != 0 && flags.protocol == "auto")
        throw OptionError("--port " + std::to_string(flags.port) + ": of which protocol? Name it with --protocol");
    std::vector<Way> ways = all_ways(flags, notice);
    if (flags.protocol != "auto") std::erase_if(ways, [&](const Way& way) { return way.protocol != flags.protocol; });
    if (ways.empty())
        throw OptionError("--protocol " + printable(flags.protocol) + ": sftp, http, ftp or auto expected");
    return first_that_answers(std::move(ways));
}

}  // namespace nightstack::tools

// SPDX-License-Identifier: MIT
#include "tools/fetch/card_connector.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "io/sftp/sftp_files.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::tools {
namespace {

using Notice = std::function<void(const std::string&)>;

struct Way {
    std::string protocol;
    io::RemoteConnector connect;  // empty: not part of this version
};

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

// Here protocols join: in the order in which they are tried.
std::vector<Way> all_ways(const FetchFlags& flags, const Notice& notice) {
    return {{"sftp", sftp_way(flags, notice)}, {"http", {}}, {"ftp", {}}};
}

// The first that connects is kept; what the first one said is the error when none does.
io::RemoteConnector first_that_answers(std::vector<Way> ways) {
    const auto chosen = std::make_shared<std::optional<std::size_t>>();
    return [ways = std::move(ways), chosen](const std::stop_token& stop) {
        if (*chosen) return ways[**chosen].connect(stop);
        std::optional<io::RemoteError> first;
        for (std::size_t i = 0; i < ways.size(); ++i) {
            if (!ways[i].connect) continue;
            try {
                auto files = ways[i].connect(stop);
                *chosen = i;
                return files;
            } catch (const io::RemoteError& e) {
                if (e.kind() != io::RemoteError::Kind::lost) throw;
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
    if (flags.protocol == "auto") return first_that_answers(std::move(ways));
    for (Way& way : ways) {
        if (way.protocol != flags.protocol) continue;
        if (way.connect) return std::move(way.connect);
        throw OptionError("--protocol " + way.protocol + ": not part of this version; sftp is");
    }
    throw OptionError("--protocol " + printable(flags.protocol) + ": sftp, http, ftp or auto expected");
}

}  // namespace nightstack::tools

// SPDX-License-Identifier: MIT
// scope trust: which host keys of scopes are trusted.
#include <CLI/CLI.hpp>
#include <memory>

#include "pipeline/core/printable.h"
#include "tools/cli/exit_code.h"
#include "tools/scope/scope_call.h"
#include "tools/scope/sftp_login.h"
#include "tools/scope/verbs.h"

namespace nightstack::tools {

namespace {

struct TrustOptions {
    bool replace = false, list = false, remove = false;
};

std::string place_text(const std::string& host, int port) { return printable(host) + ":" + std::to_string(port); }

std::string key_text(const io::HostKey& key) { return io::fingerprint(key) + " (" + printable(key.type) + ")"; }

void tell(Talk& talk, const io::TrustedKey& key, const std::string& state, const std::string& words) {
    talk.event(event_line("trust", {{"host", json_text(key.host)},
                                    {"port", std::to_string(key.port)},
                                    {"type", json_text(key.key.type)},
                                    {"fingerprint", json_text(io::fingerprint(key.key))},
                                    {"state", json_text(state)}}));
    if (!talk.json()) talk.result(words + "\n");
}

int list(const io::HostKeyStore& store, Talk& talk) {
    const auto keys = store.all();
    for (const io::TrustedKey& k : keys) tell(talk, k, "trusted", place_text(k.host, k.port) + "  " + key_text(k.key));
    if (keys.empty()) talk.say("no host key is trusted yet");
    return kDone;
}

int remove(const io::HostKeyStore& store, const io::SftpOptions& server, Talk& talk) {
    const std::string place = place_text(server.host, server.port);
    const auto known = store.find(server.host, server.port);
    if (!known || !store.remove(server.host, server.port)) {
        talk.warn("no host key is trusted for " + place);
        return kFailed;
    }
    tell(talk, {server.host, server.port, *known}, "removed",
         "no longer trusted for " + place + ": " + key_text(*known));
    return kDone;
}

int trust(const io::HostKeyStore& store, const io::SftpOptions& server, bool replace, Talk& talk,
          const std::stop_token& stop) {
    const std::string place = place_text(server.host, server.port);
    const io::HostKey shown = io::ask_host_key(server, stop);
    const auto before = store.find(server.host, server.port);
    const io::TrustedKey now{server.host, server.port, shown};
    if (before == shown) {
        tell(talk, now, "same", "trusted already for " + place + ": " + key_text(shown));
    } else if (before && !replace) {
        throw io::RemoteError(io::RemoteError::Kind::refused, place + " shows " + key_text(shown) + "; trusted is " +
                                                                  key_text(*before) +
                                                                  ". With --replace the new one is trusted instead");
    } else {
        store.replace(server.host, server.port, shown);
        tell(talk, now, before ? "replaced" : "new",
             "trusted from now on for " + place + ": " + key_text(shown) +
                 (before ? ", instead of " + key_text(*before) : ""));
    }
    return kDone;
}

}  // namespace

void add_trust_verb(Verbs& verbs) {
    const auto o = std::make_shared<TrustOptions>();
    CLI::App& app = verbs.add("trust", "Which host key a scope must show before files are fetched over SFTP",
                              [o](const ScopeFlags& flags, const std::stop_token& stop) {
                                  Talk talk(flags.loudness(), flags.json);
                                  const io::HostKeyStore store(host_keys_file());
                                  if (o->list) return list(store, talk);
                                  const io::SftpOptions server = sftp_server(flags.place(), flags.legacy_ssh);
                                  if (o->remove) return remove(store, server, talk);
                                  return trust(store, server, o->replace, talk, stop);
                              });
    CLI::Option* replace = app.add_flag("--replace", o->replace, "trust the key shown now instead of the one before");
    CLI::Option* listed = app.add_flag("--list", o->list, "show all keys that are trusted, and ask no scope");
    CLI::Option* removed =
        app.add_flag("--remove", o->remove, "trust nothing for this scope; the next key is the first");
    replace->excludes(listed)->excludes(removed);
    listed->excludes(removed);
    app.footer(
        "The first key a scope shows is trusted by itself; this verb looks at it, or trusts another one after a "
        "reset.\n"
        "Example: nightstack scope trust --host 192.168.88.1 --replace    docs/fetch.md");
}

}  // namespace nightstack::tools

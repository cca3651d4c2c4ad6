// SPDX-License-Identifier: MIT
// The twin as a program that serves a card of our making by SFTP, HTTP and FTP.
#pragma once

#include <map>
#include <string>

#include "tests/tools/program.h"

namespace nightstack::test {

class TwinCard {
public:
    // A session of `frames` frames of that size, on the card; switched on where `before` says.
    TwinCard(int frames, int width, int height);
    ~TwinCard();
    void switch_on(const Words& before = {}, const std::string& address = "127.0.0.1");
    void freeze() const;  // answers nothing any more, and nobody says so
    void thaw() const;

    // `fetch` of all of the card into `to`, without a reserve; more words behind.
    Words fetch_words(const std::string& protocol, const std::filesystem::path& to, const Words& more = {}) const;
    // SHA-256 of what is on the card, by name.
    const std::map<std::string, std::string>& sums() const { return sums_; }
    std::uint64_t bytes() const { return bytes_; }
    const World& world() const { return world_; }

private:
    World world_;
    std::string address_;
    pid_t pid_ = -1;
    nlohmann::json ready_;
    std::map<std::string, std::string> sums_;
    std::uint64_t bytes_ = 0;
};

// Of a folder that was fetched into: its files, without the record.
std::map<std::string, std::string> sums_of(const std::filesystem::path& folder);
// All that has come so far, begun files too.
std::uint64_t bytes_below(const std::filesystem::path& folder);
// The last line of that kind of a run with --json; null without one.
nlohmann::json last_event(const Finished& done, const std::string& kind);

}  // namespace nightstack::test

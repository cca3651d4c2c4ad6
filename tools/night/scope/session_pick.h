// SPDX-License-Identifier: MIT
// Which files of a card belong to the night: the lights of its captures, and the scope's own account of them. Either
// the captures' names are known (they are this program's), or it is the session that grows while we look. Previews,
// thumbnails and the scope's own stack are left on the card.
//
// Thread rule: all from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "io/fetch/card_tree.h"
#include "tools/night/scope/light_settings.h"

namespace nightstack::tools {

class SessionPick {
public:
    // Sessions of these names.
    void want(const std::string& name);
    // The first that has something new after `looked`; `picked` hears its name, once, before any of it is wanted.
    void want_what_grows(std::function<void(const std::string&)> picked);
    // All of the card has been looked at once: what is new from now on grows.
    void looked();

    bool wants(const io::CardFile& file);
    std::set<std::string> names() const;
    // A session that grows beside the one that was picked; each is told once.
    std::optional<std::string> take_other();

private:
    void watch_growth(const io::CardFile& file, const std::string& name);
    mutable std::mutex mutex_;
    std::set<std::string> names_;
    std::function<void(const std::string&)> picked_;
    bool looked_ = false;
    std::map<std::string, std::uint64_t> seen_;  // bytes of frames, by path; only while one is to be picked
    std::set<std::string> others_;
    std::optional<std::string> other_;
};

// By their names alone.
bool is_light_of_session(const io::CardFile& file);  // also one that the device marks failed
bool is_account_of_session(const io::CardFile& file);

// Whether it is a dark frame that fits these lights: what its path tells of exposure, gain and binning is theirs, and
// it tells the exposure.
bool is_dark_for(const io::CardFile& file, const LightSettings& lights);

}  // namespace nightstack::tools

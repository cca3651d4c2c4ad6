// SPDX-License-Identifier: MIT
#include "tools/night/scope/session_pick.h"

#include <cmath>
#include <utility>

#include "io/session/name_hints.h"

namespace nightstack::tools {
namespace {

constexpr std::size_t kMostOthers = 1000;

std::string session_name(const io::CardFile& file) { return file.group.substr(file.group.rfind('/') + 1); }

// Not in a folder below, as thumbnails are.
bool lies_in_session(const io::CardFile& file) {
    return file.kind == io::CardKind::session && file.remote.rfind('/') == file.group.size();
}

bool alike(double a, double b) { return std::abs(a - b) <= 1e-3 * std::max(std::abs(a), std::abs(b)); }

template <class T>
bool contradicts(const std::optional<T>& told, const std::optional<T>& wanted) {
    return told && wanted && !alike(static_cast<double>(*told), static_cast<double>(*wanted));
}

}  // namespace

bool is_light_of_session(const io::CardFile& file) {
    if (!lies_in_session(file)) return false;
    const io::FileName name = io::parse_file_name(file.name);
    const bool light = name.kind == io::FileKind::frame || name.kind == io::FileKind::failed_frame;
    return light && name.container != io::FrameContainer::picture;
}

bool is_account_of_session(const io::CardFile& file) {
    return lies_in_session(file) && io::parse_file_name(file.name).kind == io::FileKind::sidecar;
}

bool is_dark_for(const io::CardFile& file, const LightSettings& lights) {
    if (file.kind != io::CardKind::darks) return false;
    const io::FileName name = io::parse_file_name(file.name);
    const bool frame = name.kind == io::FileKind::frame || name.kind == io::FileKind::dark;
    if (!frame || name.container == io::FrameContainer::picture) return false;
    io::NameHints hints = name.hints;
    for (const std::string& folder : file.folders) hints = io::merged(io::parse_folder_name(folder).hints, hints);
    if (hints.camera == io::CameraSide::wide || !hints.exposure_s) return false;
    return !contradicts(hints.exposure_s, lights.exposure_s) && !contradicts(hints.gain, lights.gain) &&
           !contradicts(hints.binning, lights.binning);
}

void SessionPick::want(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    names_.insert(name);
}

void SessionPick::want_what_grows(std::function<void(const std::string&)> picked) {
    const std::scoped_lock lock(mutex_);
    picked_ = std::move(picked);
}

void SessionPick::looked() {
    const std::scoped_lock lock(mutex_);
    looked_ = true;
}

std::set<std::string> SessionPick::names() const {
    const std::scoped_lock lock(mutex_);
    return names_;
}

std::optional<std::string> SessionPick::take_other() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(other_, std::nullopt);
}

// Frames alone: an account is written anew when somebody merely looks at a session.
void SessionPick::watch_growth(const io::CardFile& file, const std::string& name) {
    const std::uint64_t bytes = file.now.bytes.value_or(0);
    const auto [known, fresh] = seen_.try_emplace(file.remote, bytes);
    const bool grows = looked_ && (fresh || known->second != bytes);
    known->second = bytes;
    if (!grows || names_.contains(name)) return;
    if (names_.empty()) {
        picked_(name);
        names_.insert(name);
    } else if (others_.size() < kMostOthers && others_.insert(name).second) {
        other_ = name;
    }
}

bool SessionPick::wants(const io::CardFile& file) {
    const bool light = is_light_of_session(file);
    if (!light && !is_account_of_session(file)) return false;
    const std::string name = session_name(file);
    const std::scoped_lock lock(mutex_);
    if (picked_ && light) watch_growth(file, name);
    return names_.contains(name);
}

}  // namespace nightstack::tools

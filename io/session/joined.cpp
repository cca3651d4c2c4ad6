// SPDX-License-Identifier: MIT
#include "io/session/session_scan.h"

namespace nightstack::io {
namespace {

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

Session joined(std::vector<Session> sessions) {
    Session whole = sessions.front();
    for (std::size_t i = 1; i < sessions.size(); ++i) {
        append(whole.lights, sessions[i].lights);
        append(whole.device_failed, sessions[i].device_failed);
        append(whole.calibration, sessions[i].calibration);
        append(whole.warnings, sessions[i].warnings);
    }
    whole.parts = std::move(sessions);
    return whole;
}

std::span<const Session> parts_of(const Session& session) {
    return session.parts.empty() ? std::span(&session, 1) : std::span(session.parts);
}

}  // namespace nightstack::io

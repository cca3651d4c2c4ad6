// SPDX-License-Identifier: MIT
#include "io/fetch/local_state.h"

#include <algorithm>
#include <vector>

#include "io/fetch/part_file.h"
#include "io/fits/completeness.h"

namespace nightstack::io {
namespace {

bool piece_agrees(const std::string& remote, int fd, std::uint64_t from, std::size_t count, RemoteLine& line,
                  const std::stop_token& stop) {
    std::vector<std::byte> here(count);
    here.resize(read_local(fd, here.data(), count, from, remote));
    return here.size() == count && line.read_piece(remote, from, count, stop) == here;
}

// Without a record of ours, or with one of another time: content decides.
LocalState by_content(const CardFile& file, const RemoteVersion& version, const LocalFile& here, int folder,
                      MirrorIndex& index, RemoteLine& line, const std::stop_token& stop) {
    if (here.bytes != version.bytes) return LocalState::foreign;
    const Descriptor fd = open_local(folder, file.name);
    if (!fd) return LocalState::blocked;
    const Completeness whole = completion_of(fd.get(), here.bytes, file.name).state;
    if (whole == Completeness::growing || whole == Completeness::broken) return LocalState::foreign;
    if (!ends_agree(file.remote, fd.get(), here.bytes, Ends::head_and_tail, line, stop)) return LocalState::foreign;
    index.put(file.local(), {version, sha256_of_descriptor(fd.get(), file.name, stop), here.changed_ns, {}});
    return LocalState::same;
}

// Whether the file here still is what was fetched.
bool untouched(const CardFile& file, const LocalFile& here, const MirrorRecord& record, int folder,
               const std::stop_token& stop) {
    if (here.bytes != record.remote.bytes) return false;
    if (here.changed_ns == record.changed_ns) return true;
    const Descriptor fd = open_local(folder, file.name);
    return fd && sha256_of_descriptor(fd.get(), file.name, stop) == record.sha256;
}

}  // namespace

bool ends_agree(const std::string& remote, int fd, std::uint64_t held, Ends ends, RemoteLine& line,
                const std::stop_token& stop) {
    const auto tail = static_cast<std::size_t>(std::min<std::uint64_t>(held, kTailChecked));
    const auto head = static_cast<std::size_t>(std::min<std::uint64_t>(held - tail, kHeadChecked));
    if (!piece_agrees(remote, fd, held - tail, tail, line, stop)) return false;
    return ends == Ends::tail || head == 0 || piece_agrees(remote, fd, 0, head, line, stop);
}

LocalState local_state(const CardFile& file, const RemoteVersion& version, const MirrorFolder& mirror,
                       MirrorIndex& index, RemoteLine& line, const std::stop_token& stop) {
    const Descriptor folder = mirror.find(file.folders);
    if (!folder) return LocalState::absent;
    const auto here = local_file(folder.get(), file.name);
    if (!here) return LocalState::absent;
    if (!here->regular) return LocalState::blocked;
    const MirrorRecord* known = index.find(file.local());
    if (known == nullptr || known->sha256.empty())
        return by_content(file, version, *here, folder.get(), index, line, stop);
    if (!untouched(file, *here, *known, folder.get(), stop)) return LocalState::foreign;
    const bool dated_alike = known->remote == version;
    if (dated_alike && known->changed_ns == here->changed_ns) return LocalState::same;
    MirrorRecord now = *known;
    now.changed_ns = here->changed_ns;
    if (!dated_alike) {
        if (now.changed_ns != known->changed_ns) index.put(file.local(), now);
        // Another protocol or another clock dates the same file otherwise.
        const LocalState state = by_content(file, version, *here, folder.get(), index, line, stop);
        return state == LocalState::foreign ? LocalState::ours : state;
    }
    index.put(file.local(), now);
    return LocalState::same;
}

}  // namespace nightstack::io

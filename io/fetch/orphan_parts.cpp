// SPDX-License-Identifier: MIT
#include "io/fetch/orphan_parts.h"

#include <unistd.h>

#include <vector>

#include "io/fetch/part_file.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

enum class Orphan { gone, young, removed };

struct Place {
    std::vector<std::string> folders;
    std::string name;
};

Place place_of(const std::string& local) {
    Place place;
    std::size_t at = 0;
    for (std::size_t end; (end = local.find('/', at)) != std::string::npos; at = end + 1)
        place.folders.push_back(local.substr(at, end - at));
    place.name = local.substr(at);
    return place;
}

bool is_young(std::int64_t changed_ns) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return now - std::chrono::nanoseconds(changed_ns) < kOrphanAge;
}

Orphan look_at(const MirrorFolder& mirror, const std::string& local, std::uint64_t& bytes) {
    const Place place = place_of(local);
    const Descriptor folder = mirror.find(place.folders);
    const std::string part = part_name(place.name);
    const auto here = folder ? local_file(folder.get(), part) : std::nullopt;
    if (!here || !here->regular) return Orphan::gone;
    if (is_young(here->changed_ns)) return Orphan::young;
    if (::unlinkat(folder.get(), part.c_str(), 0) != 0) return Orphan::young;  // not ours to remove
    bytes += here->bytes;
    return Orphan::removed;
}

}  // namespace

OrphanParts remove_orphan_parts(const MirrorFolder& mirror, MirrorIndex& index, const std::set<std::string>& present) {
    std::vector<std::string> begun;
    for (const auto& [local, record] : index.records())
        if (record.part && !present.contains(local)) begun.push_back(local);
    OrphanParts parts;
    for (const std::string& local : begun) {
        Orphan state = Orphan::young;
        try {
            state = look_at(mirror, local, parts.removed_bytes);
        } catch (const IoError&) {  // a link in the way: nothing behind it is ours
        }
        parts.kept += state == Orphan::young;
        parts.removed += state == Orphan::removed;
        if (state == Orphan::young) continue;
        MirrorRecord record = *index.find(local);
        record.part.reset();
        index.put(local, record);
    }
    return parts;
}

std::string orphan_text(const OrphanParts& parts) {
    if (parts.removed + parts.kept == 0) return {};
    std::string text = "of files that are gone from the card ";
    if (parts.removed > 0)
        text += std::to_string(parts.removed) + (parts.removed == 1 ? " part is" : " parts are") + " removed (" +
                std::to_string(parts.removed_bytes) + " bytes)";
    if (parts.kept > 0)
        text +=
            (parts.removed > 0 ? ", " : "") + std::to_string(parts.kept) +
            (parts.kept == 1 ? " part is kept until it is a week old" : " parts are kept until they are a week old");
    return text;
}

}  // namespace nightstack::io

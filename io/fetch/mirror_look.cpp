// SPDX-License-Identifier: MIT
#include "io/fetch/mirror_look.h"

#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

// As far as the listing tells exactly.
bool same_version(const RemoteEntry& listed, const RemoteVersion& fetched) {
    if (listed.bytes && *listed.bytes != fetched.bytes) return false;
    if (listed.rough_time || !listed.modified_s || !fetched.modified_s) return true;
    return *listed.modified_s == *fetched.modified_s;
}

}  // namespace

MirrorLook::MirrorLook(const std::filesystem::path& mirror) : folder_(MirrorFolder::if_there(mirror)) {
    if (!folder_) return;
    const auto record = local_file(folder_->descriptor(), kMirrorRecordName);
    const Descriptor open = open_local(folder_->descriptor(), kMirrorRecordName);
    if (!record || !open || record->bytes > kMostMirrorText) return;
    std::string text(record->bytes, '\0');
    text.resize(read_local(open.get(), text.data(), text.size(), 0, kMirrorRecordName));
    records_ = read_mirror_text(text);
}

bool MirrorLook::has(const CardFile& file) const {
    if (!folder_) return false;
    try {
        const Descriptor folder = folder_->find(file.folders);
        const auto here = folder ? local_file(folder.get(), file.name) : std::nullopt;
        if (!here || !here->regular) return false;
        const auto known = records_.find(file.local());
        if (known == records_.end() || known->second.sha256.empty()) return file.now.bytes == here->bytes;
        const MirrorRecord& record = known->second;
        return record.remote.bytes == here->bytes && record.changed_ns == here->changed_ns &&
               same_version(file.now, record.remote);
    } catch (const IoError&) {  // a link in the way: a fetch will say it
        return false;
    }
}

}  // namespace nightstack::io

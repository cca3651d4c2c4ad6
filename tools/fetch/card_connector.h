// SPDX-License-Identifier: MIT
// Which protocol brings the files of a scope's card.
#pragma once

#include <functional>
#include <string>

#include "io/remote/remote_files.h"
#include "tools/fetch/fetch_flags.h"

namespace nightstack::tools {

// Of --protocol; auto: the first of sftp, http and ftp that shows the card, for good. A scope that refuses
// (another host key, a password) is not asked again in another way: that would be a way around the key. Throws
// OptionError for a protocol that is none, and what the log-in's settings throw. `notice`: of a key trusted for the
// first time.
io::RemoteConnector card_connector(const FetchFlags& flags, std::function<void(const std::string&)> notice);

}  // namespace nightstack::tools

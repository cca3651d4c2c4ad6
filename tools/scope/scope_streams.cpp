// SPDX-License-Identifier: MIT
#include "tools/scope/scope_streams.h"

namespace nightstack::tools {

std::vector<std::string> stream_paths(ScopeStream stream) {
    switch (stream) {
        case ScopeStream::tele: return {"/mainstream"};
        case ScopeStream::wide: return {"/thirdstream", "/secondstream"};
        case ScopeStream::raw: return {"/rawstream"};
    }
    return {};
}

}  // namespace nightstack::tools

// SPDX-License-Identifier: MIT
#include "tools/commands.h"

namespace nightstack::tools {

std::vector<Command> make_commands(CLI::App& program) {
    return {make_stack_command(program),  make_live_command(program),    make_verify_command(program),
            make_merge_command(program),  make_retract_command(program), make_admit_command(program),
            make_export_command(program),  make_pano_command(program), make_info_command(program),    make_scope_command(program),
            make_fetch_command(program),  make_doctor_command(program),  make_sample_night_command(program),
            make_sim_command(program),    make_settings_command(program)};
}

}  // namespace nightstack::tools

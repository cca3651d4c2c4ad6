# The three ways to the day of the sources. Called with -DSOURCE=<tree> -DWORK=<scratch folder>.
include(${SOURCE}/cmake/ReleaseDay.cmake)

function(expect what found wanted)
  if(NOT found STREQUAL wanted)
    message(SEND_ERROR "${what}: ${found}, ${wanted} expected")
  endif()
endfunction()

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
endfunction()

file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK}/tree/cmake)
file(COPY ${SOURCE}/cmake/commit-date.txt DESTINATION ${WORK}/tree/cmake)
file(COPY ${SOURCE}/.gitattributes DESTINATION ${WORK}/tree)
file(WRITE ${WORK}/tree/CHANGELOG.md "changes\n")

file(TIMESTAMP ${WORK}/tree/CHANGELOG.md now "%s" UTC)
math(EXPR today "${now} / 86400 * 86400")
ns_release_day(day ${WORK}/tree)
expect("a plain copy" "${day}" ${today})

set(git git -C ${WORK}/tree -c user.name=t -c user.email=t@t -c init.defaultBranch=main)
set(ENV{GIT_COMMITTER_DATE} "1700000000 +0000")
run(${git} init -q)
run(${git} add .)
run(${git} commit -q -m one)
ns_release_day(day ${WORK}/tree)
expect("a clone" "${day}" 1699920000)

run(${git} archive --prefix=packed/ -o ${WORK}/packed.tar HEAD)
file(ARCHIVE_EXTRACT INPUT ${WORK}/packed.tar DESTINATION ${WORK} TOUCH)
ns_release_day(day ${WORK}/packed)
expect("an archive" "${day}" 1699920000)

file(REMOVE_RECURSE ${WORK})

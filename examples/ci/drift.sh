#!/bin/sh
# Says whether the account still equals the file, and whether what runs is healthy. For a nightly job.
#
#   drift.sh STACK [FLAG…]      FLAG: of every command, such as --env prod or --param KEY=VALUE
#
# Ends with 0 if both is so, with 1 if something is missing, unhealthy or could not be looked at, with 2 if all is
# there and well but differs from the file.
set -u
stack=$1
shift

drifted=0
gatewayctl plan "$stack" "$@" --detailed-exitcode --color never || drifted=$?
gatewayctl status "$stack" "$@" --color never || exit
exit "$drifted"

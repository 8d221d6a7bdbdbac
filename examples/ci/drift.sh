#!/bin/sh
# Says whether the account still equals the file, and whether what runs is healthy. For a nightly job.
#
#   drift.sh STACK [FLAG…]
#
# Ends with 0 if both is so, with 1 if something is unhealthy or failed, with 2 if something has drifted.
set -u
stack=$1
shift

drifted=0
gatewayctl plan "$stack" "$@" --detailed-exitcode --color never || drifted=$?
gatewayctl status "$stack" "$@" --color never || exit
exit "$drifted"

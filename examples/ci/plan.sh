#!/bin/sh
# Plans a stack for review. Writes plan.gwplan (saved, for apply.sh), plan.json and comment.md.
#
#   plan.sh STACK [FLAG…]       FLAG: as of `gatewayctl plan`, such as --env prod
#
# Ends with 0 if there is nothing to do, with 2 if there are changes, else with what gatewayctl ended with. A plan
# that is refused is in comment.md, too.
set -eu
stack=$1
shift

gatewayctl validate "$stack" "$@"
gatewayctl plan "$stack" "$@" --detailed-exitcode --color never \
  -o plan.gwplan --json-into plan.json --markdown-into comment.md

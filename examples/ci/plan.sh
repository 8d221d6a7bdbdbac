#!/bin/sh
# Plans a stack for review. Writes plan.gwplan (saved, for apply.sh), plan.json, plan.txt and comment.md.
#
#   plan.sh STACK [FLAG…]       FLAG: as of `gatewayctl plan`, such as --env prod
#
# Ends with 0 if there is nothing to do, with 2 if there are changes, else with what gatewayctl ended with.
set -u
stack=$1
shift

gatewayctl validate "$stack" "$@" || exit

status=0
gatewayctl plan "$stack" "$@" --detailed-exitcode --color never -o plan.gwplan >plan.txt || status=$?
cat plan.txt
case $status in 0 | 2) ;; *) exit "$status" ;; esac
gatewayctl plan "$stack" "$@" --format json --quiet >plan.json || exit

# By this line comment.sh finds its comment again. Every line of the plan is indented, so that nothing in it is
# Markdown.
{
  echo "<!-- gatewayctl plan: $stack${*:+ $*} -->"
  echo "**gatewayctl plan** of \`$stack\`"
  echo
  cut -c1-400 plan.txt | head -c 60000 | sed 's/^/    /'
} >comment.md
exit "$status"

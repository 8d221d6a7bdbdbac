#!/bin/sh
# Plans a stack for review. Writes plan.gwplan (saved, for apply.sh), plan.json and comment.md.
#
#   plan.sh STACK [FLAG…]       FLAG: as of `gatewayctl plan`, such as --env prod
#
# Ends with 0 if there is nothing to do, with 2 if there are changes, else with what gatewayctl ended with. comment.md
# is there in any case: of a plan that is refused it holds the plan, where there is none it says so.
set -u
stack=$1
shift

# What an earlier run has left, or the repository holds, is not of this plan.
rm -f plan.gwplan plan.json comment.md comment.md.plan
# The comment's first line is the same for the same plan, so that comment.sh finds it again. Only a number stands
# in it: the words could hold what ends a comment of HTML.
key=$(printf '%s\n' "$stack" "$@" | cksum | cut -d ' ' -f 1)
# Room for that line in the longest comment that GitHub takes.
case " $* " in
*" --max-bytes"*) ;;
*) set -- "$@" --max-bytes 65000 ;;
esac

status=0
gatewayctl plan "$stack" "$@" --detailed-exitcode --color never \
  -o plan.gwplan --json-into plan.json --markdown-into comment.md.plan || status=$?

{
  printf '<!-- plan.sh %s -->\n' "$key"
  if [ -e comment.md.plan ]; then
    cat comment.md.plan
  else
    # No word of the file or the account: what they hold is in the log, where it is no markdown.
    printf '### There is no plan\n\n`gatewayctl plan` ended with %s. The log of this job says why.\n' "$status"
  fi
} >comment.md
rm -f comment.md.plan
exit "$status"

#!/bin/sh
# Applies the plan that plan.sh saved, exactly: if anything has moved since, it is refused with what has, and a new
# plan must be reviewed. Exit 3 is an apply in part: the next plan goes on from there.
#
#   apply.sh [FILE]
set -eu
file=${1:-plan.gwplan}
gatewayctl apply --plan "$file" --yes --no-input

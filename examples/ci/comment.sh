#!/bin/sh
# Puts comment.md on a pull request of GitHub: a comment of the same first line is updated in place.
#
#   comment.sh OWNER/REPOSITORY NUMBER [FILE]      with `gh` signed in (GH_TOKEN)
set -eu
repository=$1
number=$2
file=${3:-comment.md}

marker=$(head -n 1 "$file")
id=$(MARKER=$marker gh api "repos/$repository/issues/$number/comments" --paginate \
  --jq '.[] | select(.body | startswith(env.MARKER)) | .id' | head -n 1)
if [ -n "$id" ]; then
  gh api --method PATCH "repos/$repository/issues/comments/$id" --field "body=@$file" --silent
else
  gh api --method POST "repos/$repository/issues/$number/comments" --field "body=@$file" --silent
fi

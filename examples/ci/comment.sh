#!/bin/sh
# Puts comment.md on a pull request of GitHub: our comment of the same first line is updated in place.
#
#   comment.sh OWNER/REPOSITORY NUMBER [FILE]      with `gh` signed in (GH_TOKEN)
set -eu
repository=$1
number=$2
file=${3:-comment.md}

marker=$(head -n 1 "$file")
[ -n "$marker" ] || { echo "$file has no first line to find its comment by" >&2; exit 1; }
# Anybody can begin a comment so. Whose ours are: a token of GitHub Actions may not ask who it is, but is a bot.
login=$(gh api user --jq .login 2>/dev/null) || login=
comments=$(gh api "repos/$repository/issues/$number/comments" --paginate \
  --jq '.[] | [.id, .user.type, .user.login, ((.body // "") | split("\n")[0] // "" | rtrimstr("\r"))] | @tsv')
id=$(printf '%s\n' "$comments" | MARKER=$marker LOGIN=$login awk -F '\t' '
  $4 == ENVIRON["MARKER"] && (ENVIRON["LOGIN"] == "" ? $2 == "Bot" : $3 == ENVIRON["LOGIN"]) { print $1; exit }')
if [ -n "$id" ]; then
  gh api --method PATCH "repos/$repository/issues/comments/$id" --field "body=@$file" --silent
else
  gh api --method POST "repos/$repository/issues/$number/comments" --field "body=@$file" --silent
fi

#!/bin/sh
# Adapter for the tool of this repository. It needs nothing but a shell and the
# tool itself, which is found in PATH or named by ARAZZO_BIN.
set -u

set -- run "$ARAZZO_ENTRY" --quiet --poll-interval 0
[ -n "$ARAZZO_WORKFLOW" ] && set -- "$@" --workflow "$ARAZZO_WORKFLOW"
[ -n "$ARAZZO_INPUTS" ] && set -- "$@" --input "$ARAZZO_INPUTS"
[ "$ARAZZO_STRICT" = 1 ] && set -- "$@" --strict
[ "$ARAZZO_FORCE" = 1 ] && set -- "$@" --force
if [ -n "$ARAZZO_PROVIDE" ]; then
	IFS='
'
	for document in $ARAZZO_PROVIDE; do
		set -- "$@" --include "$document"
	done
	unset IFS
fi

outputs=$("${ARAZZO_BIN:-arazzo}" "$@")
code=$?
case $code in
0) outcome=success ;;
1 | 2 | 5) outcome=failure ;; # 2: the inputs were refused
3) outcome=invalid ;;
*) exit "$code" ;; # no answer
esac
printf '{"outcome": "%s", "outputs": %s}\n' "$outcome" "${outputs:-null}"

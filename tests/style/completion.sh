#!/bin/sh
# The completion scripts are valid where their shell is there to say so, and offer every command.
set -u
status=0
for shell in bash zsh fish; do
    script=$("$LAYER_CAKE" completion "$shell") || { echo "completion $shell fails" >&2; status=1; continue; }
    for command in $("$LAYER_CAKE" help --list); do
        case $script in
        *"$command"*) ;;
        *) echo "completion $shell does not know $command" >&2; status=1 ;;
        esac
    done
    command -v "$shell" >/dev/null || continue
    printf '%s\n' "$script" | "$shell" -n || { echo "completion $shell is no valid script" >&2; status=1; }
done
exit $status

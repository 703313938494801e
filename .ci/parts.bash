# Parts of a long run with a budget each: sourced by `.ci/run`. On two quiet cores a part keeps within its minutes; all
# together must keep within MOST_MINUTES on the machine they run on. A part over its budget is told loudly and fails
# nothing by itself: what one runner is slower at, another is faster at, and only the whole decides how long one waits.

MOST_MINUTES=80
parts=()
over=()
part=""

# part NAME MINUTES: ends the part before it, and begins this one.
part() {
    end_part
    part=$1 budget=$2 began=$SECONDS
    printf '\n=== %s, at most %s min (%ss)\n' "$part" "$budget" "$SECONDS"
}

end_part() {
    [[ -n $part ]] || return 0
    local took=$((SECONDS - began)) mark=""
    if ((took > budget * 60)); then
        mark="OVER ITS BUDGET"
        over+=("$part")
        printf '\n!!! %s took %ss: its budget is %s min\n' "$part" "$took" "$budget"
    fi
    parts+=("$(printf '%-28s %6ds %5d min  %s' "$part" "$took" "$budget" "$mark")")
    part=""
}

# The table of all parts; also where one of them has failed, which is then the last. To be trapped on EXIT.
tell_parts() {
    local status=$?
    local failed=$part
    end_part
    printf '\n=== where the time went\n'
    printf '%s\n' "${parts[@]}"
    printf '%-28s %6ds %5d min\n' "together" "$SECONDS" "$MOST_MINUTES"
    ((${#over[@]} == 0)) || printf '!!! over budget: %s\n' "$(IFS=,; echo "${over[*]}")"
    if ((status != 0)); then
        printf '!!! failed in: %s\n' "${failed:-the beginning}"
    elif ((SECONDS > MOST_MINUTES * 60)); then
        printf '!!! all parts together took more than %s min\n' "$MOST_MINUTES"
        status=1
    fi
    exit "$status"
}

# tally.awk CTEST-OUTPUT LastTest.log: lines "passed N", "failed N NAME", "skipped N NAME". A program of cmocka or node:test counts as
# its cases, any other as one. A program that ends badly has failed at least once, whatever its cases say.
FNR == NR {
    if (match($0, /Test +#[0-9]+: /)) {
        rest = substr($0, RSTART + RLENGTH)
        name = rest
        sub(/ .*/, "", name)
        status[name] = rest ~ /Passed +[0-9.]+ sec/ ? "passed" : rest ~ /\*\*\*Skipped/ ? "skipped" : "failed"
    }
    next
}
/^[0-9]+\/[0-9]+ Testing: / {
    current = $3
    inside = cases = ok = left_out = bad = 0
    reason = ""
    next
}
/^\[==========\] Running / { cases += $3; inside = 1 }
/^\[==========\] .* run\.$/ { inside = 0 }
/^\[       OK \]/ && inside { ok++ }
/^\[  SKIPPED \]/ && inside { left_out++; reason = reason " " $NF }
/^(#|ℹ) pass [0-9]+$/ { ok += $3; cases += $3 }
/^(#|ℹ) fail [0-9]+$/ { cases += $3 }
/^(#|ℹ) skipped [0-9]+$/ { left_out += $3; cases += $3 }
/^skipped: / { reason = " " substr($0, 10) }
/^"[^"]*" end time: / && current != "" {
    bad = cases - ok - left_out
    if (status[current] == "skipped") {
        print "skipped", 1, current ":" reason
    } else if (cases == 0) {
        print status[current], 1, current
    } else {
        if (status[current] == "failed" && bad <= 0) {
            bad = 1
        }
        print "passed", ok, current
        if (left_out > 0) {
            print "skipped", left_out, current ":" reason
        }
        if (bad > 0) {
            print "failed", bad, current
        }
    }
    seen[current] = 1
    current = ""
}
END {
    for (name in status) {
        if (!(name in seen)) {
            print status[name] == "passed" ? "failed" : status[name], 1, name ": did not run"
        }
    }
}

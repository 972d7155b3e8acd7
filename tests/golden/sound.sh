#!/usr/bin/env bash
# No false alarms: Codes that are right get neither error nor warning. sound.sh TROTH ROOT
set -euo pipefail
shopt -s nullglob
codes=("$2"/tests/golden/promises/*/*.troth "$2"/tests/golden/{codes,explain}/*.troth "$2"/examples/*/*.troth)
((${#codes[@]} >= 28)) || { echo "only ${#codes[@]} Codes found"; exit 1; }
"$1" check --strict "${codes[@]}"

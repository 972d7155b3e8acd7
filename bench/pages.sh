# shellcheck shell=bash
# What staff wait for: the answers behind the console's pages, the pages in a browser, and what a browser loads.

# A database with so many obligations of the last year, and all else that a company has.
fill_for_pages() { # KIND OBLIGATIONS
  local place times
  place=$(new_database "$1" pages)
  # ten touches a thread, and 1.73 obligations a touch
  times=$(calculate "int($2 / 173000)")
  if ((times < 2)); then
    "$bin/past" "$place" "$(calculate "int($2 / 17.3)")" >"$work/past"
  else
    "$bin/past" "$place" 10000 >"$work/past"
    "$bin/fill" "$place" "$times"
  fi
  "$bin/people" "$place" "$(calculate "int($2 / 100)")"
  printf '%s' "$place"
}

# some PATH MEMBER: up to fifty values of the member, a line each
some() { api GET "$1" | node -e '
  let all = "";
  process.stdin.on("data", (data) => (all += data)).on("end", () => {
    const values = JSON.parse(all).items.map((item) => item[process.argv[1]]).filter(Boolean);
    console.log([...new Set(values)].slice(0, 50).join("\n"));
  });' "$2"; }

# The values that stand for {name} in bench/questions, in $work/values/name.
find_values() {
  local ago day values=$work/values
  rm -rf "$values" && mkdir "$values"
  date -u -d '1 day ago' +%F >"$values/yesterday"
  date -u +%Y-%m-01 >"$values/month"
  date -u -d '92 days ago' +%F >"$values/quarter"
  date -u -d '330 days ago' +%Y-%m-01 >"$values/year"
  echo "$work/story.troth" >"$values/story"
  for ((ago = 20; ago < 320; ago += 6)); do
    day=$(date -u -d "$ago days ago" +%F)
    echo "$day" >>"$values/day"
    date -u -d "$((ago - 1)) days ago" +%F >>"$values/next"
    api GET "/api/v1/obligations?limit=1&state=kept,broken&decided_before=${day}T00:00:00Z" >"$work/one"
    for name in id key customer; do
      grep -o "\"$name\":\"[^\"]*\"" "$work/one" | head -n 1 | cut -d '"' -f 4 >>"$values/$name"
    done
  done
  mv "$values/id" "$values/obligation"
  mv "$values/key" "$values/thread"
  printf '%s\n' first-reply solved never-silent shipped delivered >"$values/promise"
  printf '%s\n' ana bruno chico dora >"$values/person"
  some "/api/v1/staff?limit=50" id >"$values/staff"
  api POST /api/v1/drafts -H 'Content-Type: application/json' --data-binary '{"name":"Bench"}' |
    grep -o 'dra_[a-z0-9]*' | head -n 1 >"$values/draft"
}

# Lines for bench/answers: every question once for each of its values.
ask_lines() {
  awk -F '\t' -v values="$work/values" '
    function read(name, line, file) {
      file = values "/" name
      while ((getline line < file) > 0) list[name, ++count[name]] = line
      close(file)
    }
    /^#/ { next }
    {
      ways = 1
      rest = $3 "\t" $4
      n = 0
      while (match(rest, /\{[a-z]+\}/)) {
        name = substr(rest, RSTART + 1, RLENGTH - 2)
        rest = substr(rest, RSTART + RLENGTH)
        if (!(name in count)) read(name)
        names[++n] = name
        if (count[name] > ways) ways = count[name]
      }
      for (i = 1; i <= ways; i++) {
        path = $3 ($4 == "" ? "" : "\t" $4)
        for (k = 1; k <= n; k++) gsub("\\{" names[k] "\\}", list[names[k], (i - 1) % count[names[k]] + 1], path)
        printf "%s: %s\t%s\n", $1, $2, path
      }
    }' bench/questions
}

part_pages() { # KIND OBLIGATIONS…
  local kind=$1 size place begun
  for size in "${@:2}"; do
    begun=$SECONDS
    place=$(fill_for_pages "$kind" "$size")
    start "$place"
    make_token "$place" admin
    find_values
    say "$(name_of "$kind"), $size obligations: written in $((SECONDS - begun)) s"
    ask_lines >"$work/asked"
    "$bin/answers" "${ports%%,*}" "$token" "$page_seconds" <"$work/asked" >"$work/answered"
    awk -F '\t' -v OFS='\t' -v kind="$kind" -v size="$size" '{
      name = tolower($1)
      gsub(/[^a-z0-9]+/, "_", name)
      print "page_" name "_" kind "_half", $2, "ms", size, kind, "half", "pages", $1
      print "page_" name "_" kind "_99", $3, "ms", size, kind, "99", "pages", $1
    }' "$work/answered" >>"$rows"
    measure_rehearsal "$kind" "$size"
    stop
    drop_database "$kind" pages
  done
}

# Pressing "rehearse": the replay itself goes on in the background.
measure_rehearsal() { # KIND OBLIGATIONS
  local i taken=()
  for i in 1 2 3 4 5; do
    taken+=("$(api POST "/api/v1/drafts/$(<"$work/values/draft")/rehearsals" -H 'Content-Type: application/json' -d '{"months":12}' \
      -o "$work/answer" -w '%{time_total}')")
    api DELETE "/api/v1/rehearsals/$(grep -o 'reh_[a-z0-9]*' "$work/answer" | head -n 1)" -o "$work/answer"
  done
  printf '%s\n' "${taken[@]}" | sort -g | awk -v OFS='\t' -v kind="$1" -v size="$2" '{ at[NR] = $1 * 1000 } END {
    print "page_code_rehearsal_begins_" kind "_half", at[int((NR + 1) / 2)], "ms", size, kind, "half", "pages", "Code: a rehearsal begins"
    print "page_code_rehearsal_begins_" kind "_99", at[NR], "ms", size, kind, "99", "pages", "Code: a rehearsal begins"
  }' >>"$rows"
}

part_browser() {
  local name cold warm bytes key
  section="Pages of the console in Chromium, on the demo company"
  (cd tests/browser && { [[ -d node_modules ]] || npm ci --loglevel=error; }) >&2
  TROTH=$troth node tests/browser/console/serve.mjs node bench/browser.mjs >"$work/pages"
  while IFS=$'\t' read -r name cold warm bytes; do
    key=$(tr 'A-Z ' 'a-z_' <<<"${name/,/}")
    figure "browser_${key}_cold" "$cold" ms "" "" "" "$name: until it can be used"
    figure "browser_${key}_warm" "$warm" ms "" "" "" "  with scripts kept from before"
    figure "browser_${key}_received" "$bytes" kB "" "" "" "  received, letters and data included"
  done <"$work/pages"
  section="What a browser loads, compressed"
  node bench/bundle.mjs build/release/console/sizes.json >"$work/bundle"
  while IFS=$'\t' read -r key bytes name goal; do
    figure "bundle_$key" "$bytes" kB "$goal" "" "" "$name"
  done <"$work/bundle"
}

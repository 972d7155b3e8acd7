# The table of the bench, from its rows (bench/common.sh), and a second one: how figures grow with what is stored.
BEGIN { FS = "\t" }
function words(v) {
  if (v == "") return ""
  if (v >= 1000) { v = sprintf("%.0f", v); while (match(v, /[0-9][0-9][0-9][0-9]($|,)/)) v = substr(v, 1, RSTART) "," substr(v, RSTART + 1); return v }
  return v >= 100 ? sprintf("%.0f", v) : sprintf("%.3g", v)
}
function goal_words(g) {
  if (g == "") return ""
  if (g ~ /^</) return "under " words(substr(g, 2) + 0)
  return g ~ /^ratio/ ? "ratio " substr(g, 7) : words(g + 0)
}
function verdict(value, goal, ratio) {
  if (goal == "") return ""
  if (goal ~ /^</) return value < substr(goal, 2) + 0 ? "met" : "MISSED"
  if (goal ~ /^ratio/) return ratio >= substr(goal, 7) + 0 ? "met" : "MISSED"
  return value >= goal + 0 ? "met" : "MISSED"
}
function rule(n, s) { s = ""; while (n-- > 0) s = s "-"; return s }
$7 == "growth" {
  if (!($8 in seen)) { order[++grown] = $8; seen[$8] = $3 }
  at[$8, $4] = $2; size_seen[$4] = 1
  next
}
$7 == "pages" {
  if (!($8 in asked)) { asked[$8] = 1; question[++questions] = $8 }
  if (!(($5, $4) in answered)) { answered[$5, $4] = 1; column[++columns] = $5 SUBSEP $4 }
  answer[$8, $5, $4, $6] = $2
  next
}
$7 == "note" {
  note[++notes] = $8
  next
}
{
  if ($7 != section) {
    section = $7
    printf "\n%-46s %12s %-10s %-11s %-7s %6s  %s\n%s\n", section, "", "", "goal", "", "ratio", "beside", rule(124)
  }
  ratio = $6 > 0 ? $2 / $6 : 0
  printf "%-46s %12s %-10s %-11s %-7s %6s  %s\n", $8, words($2), $3, goal_words($4), verdict($2, $4, ratio),
    ratio ? sprintf(ratio < 100 ? "%.2g" : "%.0f", ratio) : "", $5 == "" ? "" : words($6) " " $5
}
function print_notes(  i) {
  for (i = 1; i <= notes; i++) printf "%sNote: %s\n", i == 1 ? "\n" : "", note[i]
}
function print_growth(  i, n, r, sizes) {
  n = split("10000 100000 1000000 10000000", sizes, " ")
  printf "\n%-72s", "How it grows: touches stored (replay: touches read)"
  for (i = 1; i <= n; i++) printf "%12s", words(sizes[i])
  printf "\n%s\n", rule(124)
  for (r = 1; r <= grown; r++) {
    printf "%-60s %-11s", order[r], seen[order[r]]
    for (i = 1; i <= n; i++) printf "%12s", words(at[order[r], sizes[i]])
    print ""
  }
}
# Milliseconds, as in the row above them: half of the answers, 99 of 100.
function print_pages(  i, q, cell) {
  printf "\n%-46s", "Answers behind the pages, ms (half, 99 of 100)"
  for (i = 1; i <= columns; i++) {
    split(column[i], cell, SUBSEP)
    printf "%20s", (cell[1] == "sqlite" ? "SQLite " : "PostgreSQL ") exponent(cell[2])
  }
  printf "\n%s\n", rule(46 + 20 * columns)
  for (q = 1; q <= questions; q++) {
    printf "%-46s", question[q]
    for (i = 1; i <= columns; i++) {
      printf "%11s %8s", words(answer[question[q], column[i], "half"]), words(answer[question[q], column[i], "99"])
    }
    print ""
  }
}
function exponent(n) { return n >= 1000 ? "10^" sprintf("%.0f", log(n) / log(10)) : n }
END {
  if (grown) print_growth()
  if (questions) print_pages()
  print_notes()
}

# A model on paper: what a thousand million touches a day would need, from what this run has measured. docs/scale.md tells how
# it is made. Prints nothing where a figure is missing.
BEGIN { FS = "\t" }
{ value[$1] = $2 } # of growth: that of the largest size, which comes last
function ceil(v) { return v > int(v) ? int(v) + 1 : int(v) }
function line(what, v, unit, from) { printf "%-46s %12s %-10s %s\n", what, v, unit, from }
function big(v) { return v >= 100 ? sprintf("%.0f", v) : sprintf("%.3g", v) }
END {
  rate = value["ingest_postgresql_batch"]; disk = value["bytes_a_touch_postgresql"]
  wal = value["postgresql_wal_a_touch"]; sent = value["ingest_bytes_batch"]; single = value["ingest_postgresql_single"]
  if (!rate || !disk || !wal || !sent) exit
  day = 1e9; peak = 3; busy = 0.6; months = 13; copies = 2
  mean = day / 86400; top = mean * peak; usable = rate * busy
  shards = ceil(top / usable); kept = day * 365.25 / 12 * months * disk
  printf "\nModel: 1,000,000,000 touches a day on PostgreSQL with Citus\n"
  line("taken as given: peak over the mean", peak, "times", ""); line("a machine is kept busy at most", busy * 100, "%", "")
  line("touches are kept", months, "months", ""); line("copies of the data", copies, "", "")
  line("one machine takes, in batches", big(rate), "touches/s", "ingest_postgresql_batch: server, client and database on it")
  line("disk for a touch", big(disk), "bytes", "bytes_a_touch_postgresql_*: the largest size, its obligations and indexes with it")
  line("written ahead for a touch", big(wal), "bytes", "postgresql_wal_a_touch"); line("sent for a touch", big(sent), "bytes", "ingest_bytes_batch")
  line("touches at the mean", big(mean), "touches/s", "day / 86,400"); line("touches at the peak", big(top), "touches/s", "mean x peak")
  line("machines like this one", shards, "shards", "peak / (one machine x busy), rounded up")
  if (single) line("  the same if each touch is a request", ceil(top / (single * busy)), "shards", "with ingest_postgresql_single")
  line("disk in a day", big(day * disk / 1e12), "TB", "day x disk for a touch"); line("disk for all months, one copy", big(kept / 1e12), "TB", "")
  line("disk for a shard, with all copies", big(kept * copies / shards / 1e12), "TB", "")
  line("WAL at the peak, all shards", big(top * wal / 1e6), "MB/s", "peak x WAL"); line("WAL at the peak, a shard", big(top * wal / shards / 1e6), "MB/s", "")
  line("from senders at the peak", big(top * sent * 8 / 1e6), "Mbit/s", "peak x sent")
  line("to the copies at the peak", big(top * wal * (copies - 1) * 8 / 1e6), "Mbit/s", "peak x WAL x (copies - 1)")
}

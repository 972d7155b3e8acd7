#!/usr/bin/env bash
# test_operate.sh TROTH: what docs/operate.md tells to write for nginx, Caddy and Prometheus is taken by them, pages and event streams
# come through the nginx so made, and the alerts look at what the server counts.
# shellcheck disable=SC2317,SC2013 # called by name; a word each
set -uo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
troth=$(realpath "$1")
room=$(mktemp -d)
failed=0 server=
end() {
  nginx -p "$room" -c "$room/nginx.conf" -s stop 2>/dev/null
  [[ -z $server ]] || { kill "$server"; wait "$server"; }
  rm -rf "$room"
}
trap end EXIT

# block LANGUAGE WORD: the fenced block of that language that has the word
block() {
  awk -v fence="\`\`\`$1" -v word="$2" '
    $0 == fence { text = ""; inside = 1; next }
    inside && /^```$/ { inside = 0; if (index(text, word)) printf "%s", text; next }
    inside { text = text $0 "\n" }' "$here/docs/operate.md"
}
check() { # NAME COMMAND…
  local said
  if said=$("${@:2}" 2>&1); then echo "ok $1"; else echo "not ok $1: $said"; failed=1; fi
}

"$troth" serve --db "$room/troth.db" --listen 127.0.0.1:0 >"$room/out" 2>"$room/log" &
server=$!
for _ in $(seq 200); do
  url=$(grep -m 1 -oE 'http://127[0-9.]+:[0-9]+' "$room/log" | head -n 1)
  [[ -n $url ]] && break
  sleep 0.05
done
get() { curl --silent --show-error --max-time 10 "$@"; }

# -- Prometheus --

block yaml "groups:" >"$room/rules.yml"
get "$url/healthz" >/dev/null # latency is counted by route, of those that were asked
get "$url/metrics" >"$room/metrics"
for name in $(grep -oE 'troth_[a-z_]+' "$room/rules.yml" | sort -u); do
  check "the alerts' $name is counted" grep -q "^${name}[ {]" "$room/metrics"
done
if command -v promtool >/dev/null; then
  check "promtool takes the alerts" promtool check rules "$room/rules.yml"
  block yaml "scrape_configs:" >"$room/prometheus.yml"
  check "promtool takes the settings" promtool check config "$room/prometheus.yml"
else
  echo "skipped: promtool is not installed"
fi

# -- proxies --

if command -v caddy >/dev/null; then
  block caddyfile reverse_proxy >"$room/Caddyfile"
  check "Caddy takes its settings" env HOME="$room" caddy validate --adapter caddyfile --config "$room/Caddyfile"
else
  echo "skipped: caddy is not installed"
fi
if ! command -v nginx >/dev/null || ! command -v openssl >/dev/null; then
  echo "skipped: nginx or openssl is not installed"
  ((failed)) && exit 1
  exit 77
fi
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=promises.shop.example -keyout "$room/privkey.pem" -out "$room/fullchain.pem" 2>/dev/null
{
  echo "pid $room/nginx.pid; error_log $room/error.log; events {} http { access_log off;"
  for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $room/$kind;"; done
  # Its certificate, its ports (sockets of our own) and the server's are ours; the rest is as documented.
  block nginx proxy_pass | sed -e "s|/etc/letsencrypt/live/promises.shop.example|$room|" -e "s|127.0.0.1:8080|${url#http://}|" \
    -e "s|listen 443|listen unix:$room/https|" -e "s|listen 80|listen unix:$room/http|"
  echo "}"
} >"$room/nginx.conf"
check "nginx takes its settings" nginx -t -p "$room" -c "$room/nginx.conf"
check "nginx starts" nginx -p "$room" -c "$room/nginx.conf"
if ((failed)); then
  exit 1
fi
https() { get --insecure --unix-socket "$room/https" "$@"; }
site=https://promises.shop.example
check "a page comes through TLS" grep -q ok <(https "$site/healthz")
check "what Prometheus reads does not" test "$(https -o /dev/null -w '%{http_code}' "$site/metrics")" = 404
check "plain HTTP is sent to TLS" test "$(get --unix-socket "$room/http" -o /dev/null -w '%{redirect_url}' http://promises.shop.example/code)" = "$site/code"
(cd "$room" && "$troth" staff add ana@shop.example --name Ana --role administrator --db "$room/troth.db")
link=$(cd "$room" && "$troth" staff link ana@shop.example --db "$room/troth.db")
https -D "$room/headers" -o /dev/null --data "code=${link##*=}" "$site/enter"
check "the session's cookie is for TLS only" grep -iqE '^set-cookie:.*; *secure' "$room/headers"

token=$("$troth" token create --db "$room/troth.db" --name test --scope "code:write touch:write events:read")
bearer="Authorization: Bearer $token"
code=$(https -H "$bearer" -H 'Content-Type: text/plain' --data-binary "@$here/packaging/manual/example.troth" "$site/api/v1/code")
check "a Code is published through nginx" grep -q '"id":"ver_' <<<"$code"
https --no-buffer --max-time 60 -H "$bearer" "$site/api/v1/events" >"$room/events" 2>/dev/null &
listener=$!
for n in $(seq 100); do # the stream opens in its own time: a touch a try, until it tells of one
  https -o /dev/null -H "$bearer" -H 'Content-Type: application/json' "$site/api/v1/touches" --data \
    "{\"id\":\"$n\",\"source\":\"test\",\"event\":\"message.received\",\"thread\":\"t$n\",\"occurred\":\"$(date -u +%FT%TZ)\"}"
  grep -q 'event: obligation.opened' "$room/events" && break
  sleep 0.05
done
check "an event comes through as it happens" grep -q 'event: obligation.opened' "$room/events"
kill "$listener"
wait "$listener" 2>/dev/null
exit "$failed"

# shellcheck shell=bash
# Frappe's processes for one site, in the foreground: they end when this script ends.

PROCESSES=()
PROCESS_NAMES=()

# start_process NAME FOLDER COMMAND...: its output goes to logs/NAME.log.
start_process() {
	local name=$1 folder=$2 log=$BENCH_DIR/logs/$1.log
	shift 2
	as_bench_user touch "$log"
	(
		fill_as_bench_user
		exec 3>&- 4>&- 8>&- 9>&-
		# Ends with us even if we are killed, which no trap would notice.
		exec "${AS_BENCH_USER[@]}" setpriv --pdeathsig TERM env -C "$folder" "$@"
	) >>"$log" 2>&1 </dev/null &
	PROCESSES+=($!)
	PROCESS_NAMES+=("$name")
}

stop_processes() {
	local pid
	for pid in "${PROCESSES[@]}"; do
		kill "$pid" 2>/dev/null || true
	done
	for pid in "${PROCESSES[@]}"; do
		wait_for 10 process_is_gone "$pid" || kill -9 "$pid" 2>/dev/null || true
	done
	PROCESSES=()
}

process_is_gone() {
	! kill -0 "$1" 2>/dev/null
}

# serve_site SITE WEB_PORT SOCKETIO_PORT PREFIX: web server, socketio and a worker.
# CI=1 is Frappe's word for a server without reloader and debugger; DEV_SERVER tells the desk
# that socketio has a port of its own, because there is no nginx before both.
serve_site() {
	local site=$1 web_port=$2 socketio_port=$3 prefix=$4
	start_process "$prefix-web" "$SITES_DIR" env CI=1 DEV_SERVER=1 "$ENV_PYTHON" -m frappe.utils.bench_helper \
		frappe --site "$site" serve --port "$web_port" --noreload
	start_process "$prefix-socketio" "$BENCH_DIR" env FRAPPE_SITE="$site" FRAPPE_SOCKETIO_PORT="$socketio_port" \
		node apps/frappe/socketio.js
	start_process "$prefix-worker" "$SITES_DIR" "$ENV_PYTHON" -m frappe.utils.bench_helper \
		frappe worker --queue short,default,long
	if ! wait_for 60 site_answers "$web_port"; then
		die "the web server of $site does not answer. Its log: $BENCH_DIR/logs/$prefix-web.log"
	fi
}

site_answers() {
	curl --silent --fail --max-time 5 --noproxy '*' --output /dev/null "http://127.0.0.1:$1/api/method/ping"
}

# Waits until any process ends, which none should, and says which one it was.
wait_for_processes() {
	local index
	wait -n "${PROCESSES[@]}" || true
	for index in "${!PROCESSES[@]}"; do
		if process_is_gone "${PROCESSES[$index]}"; then
			die "${PROCESS_NAMES[$index]} ended by itself. Its log: $BENCH_DIR/logs/${PROCESS_NAMES[$index]}.log"
		fi
	done
}

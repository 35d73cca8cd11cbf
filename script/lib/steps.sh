# shellcheck shell=bash
# Steps: one line of progress each, everything they print in a log, and a plain word when one fails.

CURRENT_STEP=
CURRENT_LOG=
FAILED_COMMAND=

# Some callers close standard input; what reads it must find an end, not an error.
[[ -t 0 ]] || exec </dev/null

# The terminal stays reachable while a step's own output goes to its log.
exec 3>&1 4>&2

say() {
	printf '%s\n' "$*" >&3
}

die() {
	printf '\nError: %s\n' "$*" >&4
	CURRENT_STEP=
	exit 1
}

# step TITLE COMMAND...: run it with its output in a log named after the title.
# Never call it inside `if` or `||`: bash would then ignore failing commands within it.
step() {
	local title=$1 started=$SECONDS
	shift
	CURRENT_STEP=$title
	CURRENT_LOG=$LOG_DIR/$(slug "$title").log
	printf '%s ... ' "$title" >&3
	printf '\n===== %s: %s\n' "$(date '+%F %T')" "$title" | as_bench_user tee -a "$CURRENT_LOG" >/dev/null
	run "$@" >>"$CURRENT_LOG" 2>&1 </dev/null
	printf '%d s\n' $((SECONDS - started)) >&3
	CURRENT_STEP=
}

slug() {
	local text=${1,,}
	text=${text%% (*}
	printf '%s' "${text//[^a-z0-9.]/-}" | tr -s '-'
}

# run COMMAND...: as itself, with the command written into the log before its output.
run() {
	local outer=$FAILED_COMMAND
	FAILED_COMMAND=$(as_typed "$@")
	printf '+ %s\n' "$FAILED_COMMAND"
	"$@"
	FAILED_COMMAND=$outer
}

# The command as a person would type it, without our wrappers and without passwords.
as_typed() {
	local text=$*
	text=${text#as_bench_user }
	text=${text#in_bench }
	text=${text/#frappe_command /bench }
	text=${text/#site_command /bench --site }
	text=${text/#site_python /(script/lib) python on }
	text=${text/--admin-password $ADMIN_PASSWORD/--admin-password ***}
	if [[ -n ${DB_ROOT_PASSWORD:-} ]]; then
		text=${text//"$DB_ROOT_PASSWORD"/***}
	fi
	printf '%s' "$text"
}

# retry TIMES COMMAND...: for what goes over the network.
retry() {
	local times=$1 attempt
	shift
	for ((attempt = 1; attempt < times; attempt++)); do
		printf '+ %s\n' "$(as_typed "$@")"
		if "$@"; then
			return 0
		fi
		printf 'Attempt %d of %d failed; trying again.\n' "$attempt" "$times"
		sleep $((attempt * 3))
	done
	run "$@"
}

# Runs when the script ends for whatever reason; speaks only if a step was cut short.
report_failure() {
	local status=$1
	if [[ $status -eq 0 || -z $CURRENT_STEP ]]; then
		return 0
	fi
	if [[ $status -gt 128 ]]; then
		printf 'interrupted\nRun the same command again: it goes on from here.\n' >&4
		return 0
	fi
	{
		printf 'failed\n\nError: "%s" did not work.\n' "$CURRENT_STEP"
		printf 'Command: %s\n' "$FAILED_COMMAND"
		likely_cause
		printf 'Last lines of %s:\n' "$CURRENT_LOG"
		# Progress bars overwrite their line again and again; only its last state counts.
		tail -c 20000 "$CURRENT_LOG" 2>/dev/null | sed 's/.*\r//; s/^/    /' | cut -c1-300 | tail -n 20
		printf 'Once that is mended, run the same command again: it goes on from here.\n'
	} >&4
}

likely_cause() {
	local free
	free=$(free_space "$BENCH_DIR")
	if [[ $free -lt 200 ]]; then
		printf 'Why: the disk is full (%s MB free for %s).\n' "$free" "$BENCH_DIR"
	elif declare -F database_answers >/dev/null && [[ -n ${DB_PORT_NOW:-} ]] && ! database_answers 2>/dev/null; then
		printf 'Why: the database at %s:%s does not answer. Its log: %s\n' \
			"${DB_HOST_NOW:-}" "$DB_PORT_NOW" "$(database_log)"
	elif [[ -s $SERVICES_DIR/redis-cache.pid ]] && ! redis_answers; then
		printf 'Why: Redis does not answer. Its logs: %s\n' "$BENCH_DIR/logs/redis-*.log"
	fi
}

# Megabytes free where a folder is or is going to be.
free_space() {
	local folder=$1
	while [[ ! -d $folder ]]; do
		folder=$(dirname "$folder")
	done
	df -Pm "$folder" | awk 'NR == 2 { print $4 }'
}

check_space() {
	local need=$SPACE_TO_BUILD free
	if is_stamped_at_all erpnext; then
		need=$SPACE_TO_RUN
	fi
	free=$(free_space "$BENCH_DIR")
	if [[ $free -lt $need ]]; then
		die "the disk is too full: $free MB are free for $BENCH_DIR and $need MB are needed." \
			"Free some, or set BENCH_DIR to a folder on another disk."
	fi
}

# Stamps say that a step was finished, and for which input.
is_stamped() {
	local stamp=$STATE_DIR/$1 value=${2:-done}
	[[ -f $stamp && $(<"$stamp") == "$value" ]]
}

is_stamped_at_all() {
	[[ -f $STATE_DIR/$1 ]]
}

stamp() {
	printf '%s\n' "${2:-done}" | as_bench_user tee "$STATE_DIR/$1" >/dev/null
}

unstamp() {
	rm -f "$STATE_DIR/$1"
}

# hash_files FOLDER FIND-EXPRESSION...: one sum over names and contents.
hash_files() {
	local folder=$1
	shift
	(
		cd "$folder" || exit
		find . \( -name node_modules -o -name __pycache__ -o -name dist -o -name .git \) -prune \
			-o -type f \( "$@" \) -print0 | LC_ALL=C sort -z | xargs -0r sha1sum | sha1sum | cut -d' ' -f1
	)
}

# Locks are open files, so they end with the script, however that ends. What must outlive the script
# (the servers) is started without them. A second script waits, then gives up with a word.
lock_setup() {
	exec 9>>"$STATE_DIR/setup.lock"
	wait_for_lock 9 "$STATE_DIR/setup.lock"
}

unlock_setup() {
	exec 9>&-
}

# Held while tests use the test site.
lock_tests() {
	exec 8>>"$STATE_DIR/tests.lock"
	wait_for_lock 8 "$STATE_DIR/tests.lock"
}

# Held while the demo is served. There is nothing to wait for: it runs until somebody ends it.
lock_demo() {
	local file=$STATE_DIR/demo.lock
	exec 8>>"$file"
	flock -n 8 || die "the demo runs already: http://localhost:$(port_of web 8000), $(<"$file")."
	echo "${0##*/} (process $$)" >"$file"
}

wait_for_lock() {
	local descriptor=$1 file=$2 holder
	if ! flock -n "$descriptor"; then
		holder=$(<"$file")
		say "${holder:-Another script} is at work in $BENCH_DIR; waiting for it to end."
		flock -w "${LOCK_WAIT:-1800}" "$descriptor" ||
			die "${holder:-the other script} is still at work in $BENCH_DIR. Try again later."
	fi
	echo "${0##*/} (process $$)" >"$file"
}

# shellcheck shell=bash
# MariaDB and Redis of our own, inside the bench, on ports and sockets nobody else uses.

DB_ROOT_USER=${DB_ROOT_USER:-root}

ensure_services() {
	local problem
	if [[ -n ${DB_HOST:-} ]]; then
		DB_HOST_NOW=$DB_HOST
		DB_PORT_NOW=${DB_PORT:-3306}
		DB_ROOT_PASSWORD=${DB_ROOT_PASSWORD:-}
		problem=$(database_answers 2>&1) ||
			die "no database answers at $DB_HOST_NOW:$DB_PORT_NOW for user $DB_ROOT_USER" \
				"(DB_HOST, DB_PORT, DB_ROOT_USER, DB_ROOT_PASSWORD): $problem"
	else
		ensure_mariadb
	fi
	ensure_redis cache "${REDIS_CACHE:-}"
	ensure_redis queue "${REDIS_QUEUE:-}"
	write_bench_config
}

# ---------------------------------------------------------------- ports

# port_of SERVICE [FIRST]: the port chosen for a service, chosen now if there is none yet.
port_of() {
	local file=$SERVICES_DIR/$1.port
	if [[ ! -s $file ]]; then
		free_port "${2:-}" | as_bench_user tee "$file" >/dev/null
	fi
	cat "$file"
}

# usable_port SERVICE FIRST: its port, or the next free one if somebody else took it meanwhile.
usable_port() {
	if ! port_is_free "$(port_of "$@")"; then
		forget_port "$1"
	fi
	port_of "$@"
}

forget_port() {
	rm -f "$SERVICES_DIR/$1.port"
}

# A port nobody listens on: the wanted one if given and free, else the next or a random one.
free_port() {
	"$(system_python)" - "${1:-}" <<-'PYTHON'
		import random, socket, sys

		def is_free(port):
		    with socket.socket() as probe:
		        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		        try:
		            probe.bind(("0.0.0.0", port))
		        except OSError:
		            return False
		    return True

		wanted = sys.argv[1]
		ports = range(int(wanted), int(wanted) + 200) if wanted else random.sample(range(20000, 32000), 500)
		print(next(port for port in ports if is_free(port)))
	PYTHON
}

system_python() {
	echo "${PYTHON:-/usr/bin/python3}"
}

port_is_free() {
	! (exec 7<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# ---------------------------------------------------------------- processes

# start_daemon NAME COMMAND...: outlives this script; its process id is kept beside its data.
start_daemon() {
	local name=$1
	shift
	# shellcheck disable=SC2016 # these are the inner shell's variables
	as_bench_user bash -c 'cd "$1" && log=$2 pid=$3 && shift 3 && { setsid "$@" >>"$log" 2>&1 </dev/null & echo $! >"$pid"; }' \
		start "$SERVICES_DIR" "$BENCH_DIR/logs/$name.log" "$SERVICES_DIR/$name.pid" "$@" 3>&- 4>&- 8>&- 9>&-
}

# Is the process we started still this program, and not another that got its number?
is_running() {
	local name=$1 program=$2 file=$SERVICES_DIR/$1.pid pid
	[[ -s $file ]] || return 1
	pid=$(<"$file")
	[[ $(readlink "/proc/$pid/cwd") == "$SERVICES_DIR"* && $(<"/proc/$pid/comm") == "$program" ]] 2>/dev/null
}

stop_daemon() {
	local name=$1 program=$2 pid count=0
	is_running "$name" "$program" || return 0
	pid=$(<"$SERVICES_DIR/$name.pid")
	kill "$pid"
	while is_running "$name" "$program"; do
		sleep 0.2
		count=$((count + 1))
		if [[ $count -gt 150 ]]; then
			die "$name (process $pid) does not stop; its log: $BENCH_DIR/logs/$name.log"
		fi
	done
	rm -f "$SERVICES_DIR/$name.pid"
}

# wait_for SECONDS COMMAND...
wait_for() {
	local tries=$(($1 * 5))
	shift
	while ! "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		if [[ $tries -le 0 ]]; then
			return 1
		fi
		sleep 0.2
	done
}

# ---------------------------------------------------------------- MariaDB

# Unix sockets allow 107 characters; a deep bench folder gets its socket under /tmp.
socket_path() {
	local path=$SERVICES_DIR/mariadb/socket
	if [[ ${#path} -gt 100 ]]; then
		path=/tmp/crm-etapas-$(printf '%s' "$BENCH_DIR" | sha1sum | cut -c1-12).sock
	fi
	echo "$path"
}

database_log() {
	if [[ -n ${DB_HOST:-} ]]; then
		echo "see the server's own"
	else
		echo "$BENCH_DIR/logs/mariadb.log"
	fi
}

# root_sql ARGUMENTS...: the client as the server's root. The password never shows in a process list.
root_sql() {
	local client=mariadb
	has mariadb || client=mysql
	MYSQL_PWD=$DB_ROOT_PASSWORD "$client" --no-defaults --protocol=tcp --connect-timeout=5 \
		--loose-skip-ssl-verify-server-cert \
		-h "$DB_HOST_NOW" -P "$DB_PORT_NOW" -u "$DB_ROOT_USER" "$@"
}

database_answers() {
	root_sql -e 'select 1' >/dev/null
}

ensure_mariadb() {
	local folder=$SERVICES_DIR/mariadb
	if ! is_stamped mariadb; then
		step "Creating a database server in the bench" create_mariadb
		stamp mariadb
	fi
	DB_ROOT_PASSWORD=$(<"$folder/root-password")
	DB_HOST_NOW=127.0.0.1
	DB_PORT_NOW=$(port_of mariadb)
	if ! is_running mariadb mariadbd; then
		step "Starting MariaDB" start_mariadb
		DB_PORT_NOW=$(port_of mariadb)
	fi
	wait_for 30 database_answers ||
		die "MariaDB runs on port $DB_PORT_NOW but does not answer. Its log: $(database_log)"
}

create_mariadb() {
	local folder=$SERVICES_DIR/mariadb
	stop_daemon mariadb mariadbd
	rm -rf "$folder"
	as_bench_user mkdir -p -m 700 "$folder/tmp"
	# shellcheck disable=SC2016 # the inner shell's variable
	as_bench_user bash -c 'umask 077; head -c 18 /dev/urandom | base64 | tr -d "/+=" >"$1"' - "$folder/root-password"
	run as_bench_user mariadb-install-db --no-defaults --datadir="$folder/data" \
		--auth-root-authentication-method=normal --skip-test-db
}

start_mariadb() {
	local folder=$SERVICES_DIR/mariadb
	usable_port mariadb
	write_mariadb_config
	run start_daemon mariadb mariadbd --defaults-file="$folder/my.cnf"
	DB_PORT_NOW=$(port_of mariadb)
	if ! wait_for 60 database_answers; then
		tail -n 15 "$BENCH_DIR/logs/mariadb.log"
		return 1
	fi
}

# What Frappe asks for (utf8mb4 throughout), and modest memory. The init file sets root's password
# before the server takes its first connection.
write_mariadb_config() {
	local folder=$SERVICES_DIR/mariadb password
	password=$(<"$folder/root-password")
	as_bench_user tee "$folder/my.cnf" >/dev/null <<-CONFIG
		[mariadbd]
		datadir = $folder/data
		tmpdir = $folder/tmp
		socket = $(socket_path)
		pid-file = $folder/mariadbd.pid
		port = $(port_of mariadb)
		bind-address = 127.0.0.1
		skip-name-resolve
		init-file = $folder/init.sql
		character-set-server = utf8mb4
		collation-server = utf8mb4_unicode_ci
		character-set-client-handshake = FALSE
		loose-character-set-collations = utf8mb4=utf8mb4_unicode_ci
		loose-innodb-snapshot-isolation = OFF
		innodb_buffer_pool_size = 768M
		innodb_log_file_size = 256M
		innodb_flush_log_at_trx_commit = 2
		max_allowed_packet = 64M
		max_connections = 200
	CONFIG
	# shellcheck disable=SC2016 # the inner shell's variable
	as_bench_user bash -c 'umask 077; cat >"$1"' - "$folder/init.sql" <<-SQL
		DELETE FROM mysql.global_priv WHERE User = 'root' AND Host NOT IN ('localhost', '127.0.0.1');
		FLUSH PRIVILEGES;
		ALTER USER 'root'@'localhost' IDENTIFIED BY '$password';
		CREATE USER IF NOT EXISTS 'root'@'127.0.0.1';
		ALTER USER 'root'@'127.0.0.1' IDENTIFIED BY '$password';
		GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
	SQL
}

# ---------------------------------------------------------------- Redis

# ensure_redis cache|queue URL: an existing server by its URL, or one of ours.
ensure_redis() {
	local kind=$1 url=$2 name=redis-$1
	if [[ -n $url ]]; then
		return 0
	fi
	if ! is_running "$name" redis-server; then
		step "Starting Redis ($kind)" start_redis "$kind"
	fi
}

redis_answers() {
	redis-cli -p "$(port_of redis-cache)" ping && redis-cli -p "$(port_of redis-queue)" ping
} >/dev/null 2>&1

redis_url() {
	local kind=$1 given=$2
	echo "${given:-redis://127.0.0.1:$(port_of "redis-$kind")}"
}

start_redis() {
	local kind=$1 name=redis-$1 folder=$SERVICES_DIR/redis-$1 policy=noeviction
	usable_port "$name"
	if [[ $kind == cache ]]; then
		policy=allkeys-lru
	fi
	as_bench_user mkdir -p -m 700 "$folder"
	as_bench_user tee "$folder/redis.conf" >/dev/null <<-CONFIG
		dir $folder
		bind 127.0.0.1
		port $(port_of "$name")
		save ""
		appendonly no
		maxmemory 256mb
		maxmemory-policy $policy
	CONFIG
	run start_daemon "$name" redis-server "$folder/redis.conf"
	if ! wait_for 20 redis-cli -p "$(port_of "$name")" ping; then
		tail -n 15 "$BENCH_DIR/logs/$name.log"
		return 1
	fi
}

# ---------------------------------------------------------------- what the bench is told

write_bench_config() {
	[[ -d $SITES_DIR ]] || return 0
	merge_json "$SITES_DIR/common_site_config.json" \
		db_host="$DB_HOST_NOW" \
		db_port="$DB_PORT_NOW" \
		redis_cache="$(redis_url cache "${REDIS_CACHE:-}")" \
		redis_queue="$(redis_url queue "${REDIS_QUEUE:-}")" \
		redis_socketio="$(redis_url queue "${REDIS_QUEUE:-}")" \
		webserver_port="$(port_of web 8000)" \
		socketio_port="$(port_of socketio 9000)" \
		server_script_enabled=1
}

# merge_json FILE KEY=VALUE...: numbers stay numbers; the file is written only if something changes.
merge_json() {
	as_bench_user "$(system_python)" - "$@" <<-'PYTHON'
		import json, os, sys

		path = sys.argv[1]
		old = json.load(open(path)) if os.path.exists(path) else {}
		new = dict(old)
		for pair in sys.argv[2:]:
		    key, value = pair.split("=", 1)
		    new[key] = int(value) if value.isdigit() else value
		if new != old:
		    with open(path + ".new", "w") as file:
		        json.dump(new, file, indent=1, sort_keys=True)
		    os.replace(path + ".new", path)
	PYTHON
}

stop_services() {
	stop_daemon redis-queue redis-server
	stop_daemon redis-cache redis-server
	stop_daemon mariadb mariadbd
}

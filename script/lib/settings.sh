# shellcheck shell=bash disable=SC2034 # the other files use these
# What the set-up can be told from outside, and where everything lies.

APP=crm_etapas
REPO_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
LIB_DIR=$REPO_DIR/script/lib

FRAPPE_BRANCH=${FRAPPE_BRANCH:-version-15}
ERPNEXT_BRANCH=${ERPNEXT_BRANCH:-$FRAPPE_BRANCH}
FRAPPE_REPO=${FRAPPE_REPO:-https://github.com/frappe/frappe}
ERPNEXT_REPO=${ERPNEXT_REPO:-https://github.com/frappe/erpnext}

DEMO_SITE=${DEMO_SITE:-crm-etapas.localhost}
TEST_SITE=${TEST_SITE:-test.localhost}
ADMIN_PASSWORD=${ADMIN_PASSWORD:-admin}

# The bench refuses to run as root, so root hands everything to this user.
BENCH_USER=${BENCH_USER:-frappe}
if [[ $EUID -ne 0 ]]; then
	BENCH_USER=$(id -un)
fi

# A folder given as a relative path means one seen from where the command was typed. From here on
# we stand at the root, because the bench user may not enter that place.
if [[ -n ${BENCH_DIR:-} ]]; then
	BENCH_DIR=$(realpath -m "$BENCH_DIR")
fi
cd /

# Frappe 15 builds with any Node from 18 on and runs on Python 3.10 to 3.13.
NODE_MAJOR=18
PYTHON_RANGE="3.10 to 3.13"

# Free space in MB: for a whole bench with its databases, and for going on with one that has ERPNext.
SPACE_TO_BUILD=5000
SPACE_TO_RUN=1500

# Called once the bench user exists: the default folder depends on that user's home.
settle_bench_dir() {
	if [[ -z ${BENCH_DIR:-} ]]; then
		BENCH_DIR=$REPO_DIR/bench
		if ! as_bench_user test -x "$REPO_DIR"; then
			BENCH_DIR=$(user_home)/crm-etapas-bench
			say "User $BENCH_USER cannot enter $REPO_DIR, so the bench lies in $BENCH_DIR."
		fi
	fi
	if [[ $BENCH_DIR == *[[:space:]]* ]]; then
		die "the bench cannot lie in a path with blanks ($BENCH_DIR). Set BENCH_DIR to another folder."
	fi
	TOOLS_DIR=$BENCH_DIR/.tools
	STATE_DIR=$BENCH_DIR/.state
	SERVICES_DIR=$BENCH_DIR/.services
	LOG_DIR=$BENCH_DIR/logs/setup
	SITES_DIR=$BENCH_DIR/sites
	APP_DIR=$BENCH_DIR/apps/$APP
	ENV_PYTHON=$BENCH_DIR/env/bin/python
	SNAPSHOT=$STATE_DIR/erpnext-es.sql.gz
}

environment_help() {
	cat <<-TEXT
		Environment:
		  BENCH_DIR     where the bench lies (bench/ in this repository)
		  BENCH_USER    for root: the user that runs the bench (frappe)
		  FRAPPE_REPO, ERPNEXT_REPO, FRAPPE_BRANCH, ERPNEXT_BRANCH
		                other sources than GitHub's frappe and erpnext, version-15
		  PYTHON        the interpreter of the bench ($PYTHON_RANGE)
		  DB_HOST, DB_PORT, DB_ROOT_USER, DB_ROOT_PASSWORD
		                an existing MariaDB instead of the bench's own
		  REDIS_CACHE, REDIS_QUEUE
		                existing Redis servers (redis://host:port) instead of the bench's own
		  DEMO_SITE, TEST_SITE, ADMIN_PASSWORD, WEB_PORT, SOCKETIO_PORT
		                names, Administrator's password and ports of the sites
	TEXT
}

# shellcheck shell=bash
# What the machine must have, and the unprivileged user that runs the bench.

# Variables the bench user keeps: language, proxies, certificates, settings of pip and npm.
KEPT_VARIABLES='^(LANG|LC_.*|TERM|TZ|CI|.*_proxy|.*_PROXY|SSL_CERT_.*|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|GIT_SSL_CAINFO|NODE_EXTRA_CA_CERTS|PIP_.*|UV_.*|npm_config_.*|PYTEST_.*|PLAYWRIGHT_.*|CRM_ETAPAS_.*|CHROMIUM|HYPOTHESIS_.*)$'

# as_bench_user COMMAND...: with a clean environment, its own home and our tools first in PATH.
as_bench_user() {
	local AS_BENCH_USER
	fill_as_bench_user
	"${AS_BENCH_USER[@]}" "$@"
}

fill_as_bench_user() {
	local name
	AS_BENCH_USER=()
	if [[ $EUID -eq 0 ]]; then
		AS_BENCH_USER+=(setpriv "--reuid=$BENCH_USER" "--regid=$(id -g "$BENCH_USER")" --init-groups)
	fi
	AS_BENCH_USER+=(env -i)
	while IFS= read -r name; do
		if [[ $name =~ $KEPT_VARIABLES ]]; then
			AS_BENCH_USER+=("$name=${!name}")
		fi
	done < <(compgen -e)
	AS_BENCH_USER+=(
		"HOME=$(user_home)" "USER=$BENCH_USER" "LOGNAME=$BENCH_USER" "SHELL=/bin/bash"
		"PATH=${TOOLS_DIR:-/nonexistent}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
		"LC_ALL=C.UTF-8" "GIT_TERMINAL_PROMPT=0"
	)
}

user_home() {
	getent passwd "$BENCH_USER" | cut -d: -f6
}

ensure_user() {
	if [[ $EUID -ne 0 ]] || getent passwd "$BENCH_USER" >/dev/null; then
		return 0
	fi
	useradd --create-home --shell /bin/bash "$BENCH_USER" ||
		die "could not create the user $BENCH_USER that runs the bench. Set BENCH_USER to an existing one."
	say "Created the user $BENCH_USER, because the bench does not run as root."
}

# as_root COMMAND...: directly or through sudo.
as_root() {
	if [[ $EUID -eq 0 ]]; then
		"$@"
	else
		sudo "$@"
	fi
}

can_be_root() {
	[[ $EUID -eq 0 ]] || { has sudo && { sudo -n true 2>/dev/null || [[ -t 0 ]]; }; }
}

has() {
	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin command -v "$1" >/dev/null
}

# The Debian packages whose programs are not there. An existing server of one's own needs no other.
missing_packages() {
	local wants_database=1 wants_redis=1
	if [[ -n ${DB_HOST:-} ]]; then wants_database=; fi
	if [[ -n ${REDIS_CACHE:-} && -n ${REDIS_QUEUE:-} ]]; then wants_redis=; fi

	has git || echo git
	has curl || echo curl
	[[ -s /etc/ssl/certs/ca-certificates.crt ]] || echo ca-certificates
	has rsync || [[ $EUID -ne 0 ]] || echo rsync
	has gcc || echo build-essential
	has pkg-config || echo pkg-config
	[[ -z $wants_database ]] || has mariadbd || echo mariadb-server
	has mariadb || has mysql || echo mariadb-client
	[[ -z $wants_redis ]] || has redis-server || echo redis-server
	has python3 || echo python3
	python_can_build || echo python3-venv python3-dev
}

python_can_build() {
	local python=${PYTHON:-/usr/bin/python3}
	[[ -x $python ]] || return 1
	"$python" - 2>/dev/null <<-'PYTHON'
		import ensurepip, os, sysconfig, venv
		assert os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h"))
	PYTHON
}

ensure_packages() {
	local packages
	mapfile -t packages < <(missing_packages)
	if [[ ${#packages[@]} -eq 0 ]]; then
		return 0
	fi
	# shellcheck disable=SC2206 # one line may name two packages
	packages=(${packages[*]})
	if ! has apt-get || ! can_be_root; then
		die "these packages are missing and only root can install them: ${packages[*]}" \
			$'\n'"       apt-get install ${packages[*]}"
	fi
	# A password is asked for here, where one can see the question.
	[[ $EUID -eq 0 ]] || sudo -v
	step "Installing system packages (${packages[*]})" install_packages "${packages[@]}"
}

# Installing a server must not start it, nor push out another one the machine has (MySQL, say):
# the machine's own set-up is none of our business.
install_packages() {
	local policy=/usr/sbin/policy-rc.d
	if [[ ! -e $policy ]]; then
		OUR_POLICY=$policy
		printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
		as_root chmod 755 "$policy"
	fi
	retry 3 as_root apt-get update -q
	retry 3 as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l \
		apt-get install -qy --no-install-recommends --no-remove -o DPkg::Lock::Timeout=300 "$@"
	remove_policy
}

OUR_POLICY=
remove_policy() {
	if [[ -n $OUR_POLICY ]]; then
		as_root rm -f "$OUR_POLICY"
		OUR_POLICY=
	fi
}

# The interpreter of the bench: PYTHON, the system's, or the first fitting one in PATH.
find_python() {
	local candidate
	for candidate in "${PYTHON:-}" /usr/bin/python3 python3.{13,12,11,10} python3; do
		if [[ -n $candidate ]] && as_bench_user "$candidate" -c \
			'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14))' 2>/dev/null; then
			as_bench_user "$candidate" -c 'import sys; print(sys.executable)'
			return 0
		fi
	done
	die "Frappe 15 needs Python $PYTHON_RANGE; set PYTHON to such an interpreter" \
		"that the user $BENCH_USER may run."
}

# shellcheck shell=bash
# Everything the commands in script/ share; each of them sources this file.

set -euo pipefail

# shellcheck source=settings.sh
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
# shellcheck source=steps.sh
source "$LIB_DIR/steps.sh"
# shellcheck source=system.sh
source "$LIB_DIR/system.sh"
# shellcheck source=services.sh
source "$LIB_DIR/services.sh"
# shellcheck source=bench.sh
source "$LIB_DIR/bench.sh"
# shellcheck source=site.sh
source "$LIB_DIR/site.sh"
# shellcheck source=serve.sh
source "$LIB_DIR/serve.sh"
# shellcheck source=browser.sh
source "$LIB_DIR/browser.sh"

trap 'on_exit $?' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

on_exit() {
	stop_processes
	remove_policy
	report_failure "$1"
}

# The ground: user, folders, packages, servers, bench, and the app's code as it is now.
set_up_bench() {
	ensure_user
	settle_bench_dir
	ensure_folders
	lock_setup
	check_space
	ensure_packages
	ensure_tools
	ensure_services
	ensure_bench
	write_bench_config
	ensure_erpnext
	ensure_app
}

# set_up_site SITE demo|test [FRESH]
set_up_site() {
	local site=$1 kind=$2 fresh=${3:-}
	ensure_assets
	ensure_translations
	if [[ -n $fresh ]]; then
		unstamp "site-$site"
	fi
	ensure_site "$site" "$kind"
}

# Public sales data that some tests and benchmarks import, if it is at hand; the bench user must be able to read it.
describe_data() {
	local data=${CRM_ETAPAS_DATA:-$REPO_DIR/../shared/data}
	if [[ ! -d $data ]]; then return 0; fi
	if ! as_bench_user test -r "$data/."; then
		rsync --archive --delete --chmod=u+w --chown="$BENCH_USER:" "$data/" "$STATE_DIR/data/"
		data=$STATE_DIR/data
	fi
	export CRM_ETAPAS_DATA=$data
}

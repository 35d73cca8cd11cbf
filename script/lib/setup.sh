# shellcheck shell=bash
# Everything the commands in script/ share. Source this file; call set_up SITE demo|test.

set -Eeuo pipefail

# shellcheck source=script/lib/settings.sh
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
for part in steps system services bench site serve; do
	# shellcheck source=/dev/null
	source "$LIB_DIR/$part.sh"
done
unset part

LAST_COMMAND=
trap 'LAST_COMMAND=$BASH_COMMAND' ERR
trap 'on_exit $?' EXIT

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
	take_lock setup
	check_space
	ensure_packages
	ensure_tools
	ensure_services
	ensure_bench
	write_bench_config
	ensure_erpnext
	ensure_app
}

# set_up SITE demo|test [FRESH]
set_up() {
	local site=$1 kind=$2 fresh=${3:-}
	set_up_bench
	if [[ $kind == test ]]; then
		ensure_test_requirements
		ensure_chromium
	fi
	ensure_assets
	ensure_translations
	if [[ -n $fresh ]]; then
		unstamp "site-$site"
	fi
	ensure_site "$site" "$kind"
	release_lock
}

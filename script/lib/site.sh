# shellcheck shell=bash
# Sites: one snapshot of ERPNext with a company in Spanish, and every site made from it.

site_command() {
	local site=$1
	shift
	frappe_command --site "$site" "$@"
}

# site_python SITE FILE ARGUMENTS...: a small program of ours with that site open.
site_python() {
	local file=$2
	set -- "$1" "${@:3}"
	as_bench_user env -C "$SITES_DIR" CI=1 "$ENV_PYTHON" - "$@" <"$LIB_DIR/$file"
}

# new_site SITE [OPTIONS]: whatever a broken-off attempt left under this name is replaced.
new_site() {
	local site=$1
	shift
	run frappe_command new-site "$site" --force --db-name "$(database_of "$site")" --admin-password "$ADMIN_PASSWORD" \
		--db-root-username "$DB_ROOT_USER" --db-root-password "$DB_ROOT_PASSWORD" "$@"
}

# The name the site has already, or a random one: Frappe derives it from the site's path, which
# another machine that uses the same server may have too.
database_of() {
	site_value "$1" db_name 2>/dev/null || printf '_%s' "$(head -c 8 /dev/urandom | od -An -tx1 | tr -d ' \n')"
}

# ---------------------------------------------------------------- the snapshot

ensure_snapshot() {
	local sources
	sources=$(commit_of frappe)-$(commit_of erpnext)-$(sha1sum <"$LIB_DIR/company.py")-$(date +%Y)
	if [[ -s $SNAPSHOT ]] && is_stamped snapshot "$sources"; then
		return 0
	fi
	step "Installing ERPNext in Spanish on a first site (some minutes)" make_snapshot
	stamp snapshot "$sources"
}

make_snapshot() {
	local site=snapshot.localhost
	new_site "$site" --install-app erpnext
	run site_python "$site" company.py
	dump_site "$site"
	run frappe_command drop-site "$site" --force --no-backup \
		--db-root-username "$DB_ROOT_USER" --db-root-password "$DB_ROOT_PASSWORD"
	run rm -rf "$BENCH_DIR/archived"
}

dump_site() {
	local dump=mariadb-dump name
	has mariadb-dump || dump=mysqldump
	name=$(site_value "$1" db_name)
	MYSQL_PWD=$DB_ROOT_PASSWORD as_dump "$dump" "$name" | gzip -3 | as_bench_user tee "$SNAPSHOT.new" >/dev/null
	as_bench_user mv "$SNAPSHOT.new" "$SNAPSHOT"
}

as_dump() {
	"$1" --no-defaults --protocol=tcp --loose-skip-ssl-verify-server-cert -h "$DB_HOST_NOW" -P "$DB_PORT_NOW" -u "$DB_ROOT_USER" \
		--single-transaction --quick --skip-lock-tables "$2"
}

site_value() {
	"$(system_python)" -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' \
		"$SITES_DIR/$1/site_config.json" "$2"
}

# ---------------------------------------------------------------- a site

# ensure_site SITE demo|test: made if it is not there, brought up to date if the app changed.
ensure_site() {
	local site=$1 kind=$2
	if ! is_stamped "site-$site"; then
		ensure_snapshot
		unstamp "site-$site-demo"
		step "Creating the site $site" make_site "$site" "$kind"
		step "Installing $APP on $site" site_command "$site" install-app "$APP"
		stamp_app_on_site "$site"
		stamp "site-$site"
	else
		site_is_there "$site"
		update_app_on_site "$site"
	fi
}

# A half-made site is made again from the snapshot: that takes seconds and leaves nothing behind.
make_site() {
	local site=$1 kind=$2
	new_site "$site" --source-sql "$SNAPSHOT"
	run site_python "$site" new_site.py "$kind" "$ADMIN_PASSWORD"
}

site_is_there() {
	local site=$1 name
	name=$(site_value "$site" db_name) || die "$SITES_DIR/$site is broken; make it anew with --fresh."
	root_sql "$name" -e 'select 1 from tabDefaultValue limit 1' >/dev/null ||
		die "the database $name of the site $site is not on the server at $DB_HOST_NOW:$DB_PORT_NOW." \
			"Make the site anew with --fresh."
}

# Only what migrate reads asks for a migrate; other code just for fresh caches.
update_app_on_site() {
	local site=$1
	if ! is_stamped "site-$site-schema" "$(schema_of_app)"; then
		step "Migrating $site" site_command "$site" migrate --skip-search-index
	elif ! is_stamped "site-$site-code" "$(code_of_app)"; then
		step "Clearing $site's caches" site_command "$site" clear-cache
	fi
	stamp_app_on_site "$site"
}

stamp_app_on_site() {
	stamp "site-$1-schema" "$(schema_of_app)"
	stamp "site-$1-code" "$(code_of_app)"
}

schema_of_app() {
	hash_files "$REPO_DIR/$APP" -name '*.json' -o -name '*.txt' -o -name hooks.py \
		-o -name install.py -o -path './setup/*' -o -path './patches/*'
}

code_of_app() {
	hash_files "$REPO_DIR/$APP" -true
}

# shellcheck shell=bash
# A Chromium for the desk tests: the machine's, Debian's package, or Playwright's own; and axe-core, which
# finds what people with a screen reader or without a mouse stumble over.

BROWSERS=(chromium google-chrome google-chrome-stable chromium-browser)
AXE_VERSION=4.10.3

ensure_chromium() {
	if find_chromium >/dev/null; then
		return 0
	elif is_debian && can_be_root; then
		step "Installing Chromium" install_packages chromium fonts-liberation
	else
		step "Fetching a Chromium for Playwright" fetch_chromium
	fi
	find_chromium >/dev/null || die "no Chromium for the desk tests; set CHROMIUM to one."
}

# Ubuntu's chromium is a snap, which serves only users with a login session.
find_chromium() {
	local name path
	for name in "${CHROMIUM:-}" "${BROWSERS[@]}" "$(fetched_chromium)"; do
		[[ -n $name ]] || continue
		path=$(PATH=/usr/local/bin:/usr/bin:/bin command -v "$name") || continue
		if [[ $(readlink -f "$path") != */snap* ]] && ! grep -qsI '/snap/' "$path" &&
			as_bench_user "$path" --version >/dev/null 2>&1; then
			echo "$path"
			return 0
		fi
	done
	return 1
}

is_debian() {
	grep -qx 'ID=debian' /etc/os-release
}

fetched_chromium() {
	find "$TOOLS_DIR/browsers" -type f \( -name chrome -o -name chrome-headless-shell \) -perm -u+x 2>/dev/null |
		sort | head -n 1
}

fetch_chromium() {
	if can_be_root; then
		retry 3 as_root "$BENCH_DIR/env/bin/playwright" install-deps chromium
	fi
	retry 3 as_bench_user env PLAYWRIGHT_BROWSERS_PATH="$TOOLS_DIR/browsers" \
		"$BENCH_DIR/env/bin/playwright" install chromium
}

ensure_axe() {
	if ! is_stamped axe "$AXE_VERSION"; then
		step "Fetching axe-core" fetch_axe
		stamp axe "$AXE_VERSION"
	fi
}

fetch_axe() {
	retry 3 as_bench_user npm install --silent --no-save --ignore-scripts \
		--prefix "$TOOLS_DIR/axe" "axe-core@$AXE_VERSION"
}

find_axe() {
	echo "$TOOLS_DIR/axe/node_modules/axe-core/axe.min.js"
}

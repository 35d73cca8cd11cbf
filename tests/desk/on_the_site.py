"""What a browser cannot do, or not in a moment: code on the site that the desk is served from."""

import json
import subprocess
import sys


def on_the_site(bench, code: str, **names) -> None:
	"""Do what a worker would do, or what would take a browser minutes."""
	script = "import frappe, json, sys; site, code, names = json.loads(sys.argv[1]); frappe.init(site=site);"
	script += "frappe.connect(); exec(code, names); frappe.db.commit()"
	arguments = json.dumps([bench.site, code, names])
	subprocess.run([sys.executable, "-c", script, arguments], cwd=bench.sites_path, check=True)

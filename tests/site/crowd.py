"""Several processes on one site at once, each with its own connection to the database."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.site.throwaway import ThrowawaySite

WORKER = Path(__file__).with_name("worker.py")


def run(site: ThrowawaySite, *tasks: tuple[str, str, dict]) -> list[Counter]:
	"""Let one process a task (user, name of the task, its arguments) begin at once; return what each did."""
	crowd = [_start(site, *task) for task in tasks]
	for process in crowd:
		assert process.stdout.readline() == "ready\n", process.stderr.read()
	for process in crowd:
		process.stdin.write("go\n")
		process.stdin.flush()
	return [_result(process) for process in crowd]


def _start(site: ThrowawaySite, user: str, task: str, arguments: dict) -> subprocess.Popen:
	return subprocess.Popen(
		[sys.executable, WORKER, site.name, site.sites_path, user, task, json.dumps(arguments)],
		cwd=site.sites_path,
		stdin=subprocess.PIPE,
		stdout=subprocess.PIPE,
		stderr=subprocess.PIPE,
		text=True,
	)


def _result(process: subprocess.Popen) -> Counter:
	printed, errors = process.communicate()
	assert process.returncode == 0, errors[-4000:]
	return Counter(json.loads(printed.splitlines()[-1]))

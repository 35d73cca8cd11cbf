"""A background worker that works on one job of a site and ends, whatever else is in the queues.

Usage, from the sites folder: python work_one_job.py SITE JOB_ID
"""

import sys

import frappe
from frappe.utils.background_jobs import get_job, get_queue
from rq import Worker

if __name__ == "__main__":
	site, job_id = sys.argv[1:]
	with frappe.init_site(site):
		job, queue = get_job(job_id), get_queue("long")
	queue.remove(job)
	Worker([queue], connection=queue.connection).execute_job(job, queue)

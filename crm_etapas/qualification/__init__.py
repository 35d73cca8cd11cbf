"""How far a prospect is qualified: levels that it reaches when what an admin wrote down as criteria is met.

The levels are a pipeline of their own on Lead. `record` hangs on the door: a save evaluates what it touched.
`recalculation` does the same for many, `explain` says why, `preview` what a criterion would change.

`disqualification` is about why somebody is not one for us, `scorecard` about a score learned from the past.
"""

from crm_etapas.pipeline.registry import Pipeline, get_pipeline

DOCTYPE = "Lead"
PIPELINE = "qualification"
LEVEL, SCORE = "qualification_level", "qualification_score"
HOLD, ACCEPTANCE, ACCEPT_BY = "qualification_hold", "qualification_acceptance", "qualification_accept_by"
ANSWERS = "qualification_answers"
# what only the app writes on a prospect, besides what the engine writes
OWN_FIELDS = (SCORE, HOLD, ACCEPTANCE, ACCEPT_BY)
# what a prospect's page views and forms are known by
VISITOR, FORM = "web_visitor", "web_form"

PENDING, ACCEPTED, REJECTED = "Pending", "Accepted", "Rejected"


def pipeline() -> Pipeline:
	return get_pipeline(DOCTYPE, PIPELINE)

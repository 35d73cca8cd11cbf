"""Who bought is looked after: a rule names what happens to a customer's documents, and what is done some days later.

`sources` knows the documents, `rules` what an admin may say, `due` which documents of a rule have their day,
`job` acts on them, one a customer, and `withdraw` takes back what has not happened when a document is cancelled.
"""

RULE, LOG = "Customer Follow-up Rule", "Customer Follow-up"
MADE, LEFT_OUT, TAKEN_BACK = "Made", "Left Out", "Taken Back"
NEXT_CONTACT, NEW_OPPORTUNITY = "Next Contact", "New Opportunity"

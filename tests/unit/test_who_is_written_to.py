"""Whatever is sent to a client asks first whether they want it."""

import re
from pathlib import Path

import crm_etapas

PACKAGE = Path(crm_etapas.__file__).parent
SENDS = re.compile(r"\b(?:sendmail|send_sms|EmailQueue|make_email|QueueBuilder)\(")
TO_USERS = {"follow_up/words.py"}
ASKS = "consent.objection("
# what writes to clients: by whom it is called, who asks
TO_CLIENTS = {"verification/messages.py": "verification/validation.py"}


# D7, D19
def test_only_known_modules_send_and_those_to_clients_ask_first():
	senders = {
		str(path.relative_to(PACKAGE))
		for path in PACKAGE.rglob("*.py")
		if SENDS.search(path.read_text(encoding="utf-8"))
	}
	assert senders == TO_USERS | TO_CLIENTS.keys()
	for asking in TO_CLIENTS.values():
		assert ASKS in (PACKAGE / asking).read_text(encoding="utf-8")

"""Is an email address or a mobile number of a contact real: somebody answers from there, or nobody does.

`validation` sends a message and takes the answer, `addresses` reads a contact's addresses, `marks` keeps their
marks true, `limits` says how often, `secret` keeps what only the client knows, `messages` writes to the client.
Whether somebody wants it says `profile.consent`.
"""

"""What a person or a company is recognised by: identification, phone numbers, the company's name.

Part of the foundation, like the engine: capabilities use it, it uses none of them.
"""

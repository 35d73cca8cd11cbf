"""An SMS gateway on this machine, for SMS Settings to send through."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Gateway:
	"""`sent` are the parameters of each message, as they came in."""

	url: str = ""
	sent: list[dict] = field(default_factory=list)

	@property
	def settings(self) -> dict:
		"""What SMS Settings must say to send through it."""
		return {
			"sms_gateway_url": self.url,
			"message_parameter": "text",
			"receiver_parameter": "to",
			"parameters": [{"parameter": "password", "value": "gateway-password"}],
		}

	@property
	def code(self) -> str:
		"""The code in the message that came in last."""
		return next(
			word
			for word in self.sent[-1]["text"].replace(".", " ").split()
			if len(word) == 6 and word.isdigit()
		)


@contextmanager
def sms_gateway(status: int = 200) -> Iterator[Gateway]:
	"""Run a gateway that answers every message with this HTTP status."""
	gateway = Gateway()

	class Handler(BaseHTTPRequestHandler):
		def do_GET(self):
			gateway.sent.append(dict(parse_qsl(urlsplit(self.path).query)))
			self.send_response(status)
			self.end_headers()

		def log_message(self, *args):
			pass

	server = HTTPServer(("127.0.0.1", 0), Handler)
	gateway.url = f"http://127.0.0.1:{server.server_port}/send"
	Thread(target=server.serve_forever, daemon=True).start()
	try:
		yield gateway
	finally:
		server.shutdown()
		server.server_close()

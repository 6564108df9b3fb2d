"""An SMTP server on a port of the system's choice: prints the port, then each mail's receiver and size.

Refuses receivers that begin with "no" for good and those that begin with "later" for now. Ends with its standard input.
"""
import sys

from aiosmtpd.controller import Controller


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("no"):
            return "550 no such person"
        if address.startswith("later"):
            return "451 try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        with open(sys.argv[1] + "/" + envelope.rcpt_tos[0], "ab") as mailbox:
            mailbox.write(envelope.content)
        return "250 OK"


class AnyPort(Controller):
    # The parent class connects to the port it was given; ours is known after binding.
    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


controller = AnyPort(Handler(), hostname="127.0.0.1", port=0)
controller.start()
print(controller.port, flush=True)
sys.stdin.read()
controller.stop()

"""An SMTP server on a port of the system's choice: prints the port, then a line for each that happens: "connected",
"login <name> <password>", "mail <receiver> <sha-256 of the message>", "quit".

Refuses receivers that begin with "no" for good and those that begin with "later" for now; with an argument, whoever
has not logged in. Ends with its standard input.
"""
import asyncio
import hashlib
import sys

from aiosmtpd.smtp import SMTP, AuthResult


def tell(*words):
    print(*words, flush=True)


class Server(SMTP):
    def connection_made(self, transport):
        tell("connected")
        super().connection_made(transport)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("no"):
            return "550 no such person"
        if address.startswith("later"):
            return "451 try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        tell("mail", envelope.rcpt_tos[0], hashlib.sha256(envelope.content).hexdigest())
        return "250 OK"

    async def handle_QUIT(self, server, session, envelope):
        tell("quit")
        return "221 Bye"


def authenticate(server, session, envelope, mechanism, given):
    tell("login", given.login.decode(), given.password.decode())
    return AuthResult(success=given.password == b"right horse", handled=False)


def connection():
    return Server(Handler(), authenticator=authenticate, auth_require_tls=False, auth_required=len(sys.argv) > 1)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(connection, "127.0.0.1", 0)
    tell(server.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())

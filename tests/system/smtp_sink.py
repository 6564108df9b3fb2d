"""An SMTP server on a port of the system's choice: prints the port, then each mail as a line of JSON. Ends with its
standard input."""
import asyncio
import email
import email.policy
import json
import sys

from aiosmtpd.smtp import SMTP


def part(message, kind):
    for one in message.walk():
        if one.get_content_type() == kind:
            content = one.get_content()
            return content if isinstance(content, str) else content.decode()
    return None


class Handler:
    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        print(json.dumps({
            "to": envelope.rcpt_tos[0],
            "headers": {name.lower(): str(value).strip() for name, value in message.items()},
            "text": part(message, "text/plain"),
            "html": part(message, "text/html"),
            "calendar": part(message, "text/calendar"),
            "connection": session.peer[1],
        }), flush=True)
        return "250 OK"


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), data_size_limit=None), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())

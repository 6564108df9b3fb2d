"""Reads a mail (argv[1]) with Python's email package: prints its headers, then each part's type and bytes."""
import email
import email.policy
import sys

with open(sys.argv[1], "rb") as file:
    mail = email.message_from_binary_file(file, policy=email.policy.default)
for name, value in mail.items():
    if not name.lower().startswith("content-"):
        print(f"{name}: {value.strip()}")  # folded before the value, a space of it is left over
for part in mail.walk():
    if part.defects:
        sys.exit(f"{part.get_content_type()}: {part.defects}")
    if not part.is_multipart():
        print(part["Content-Type"], repr(part.get_payload(decode=True).decode("utf-8")))
    else:
        print(part.get_content_type(), len(list(part.iter_parts())))

"""Reads the OPML in argv[1] by xml.etree, asserts the rules of version 2.0, and prints what it found."""
import re
import sys
import xml.etree.ElementTree as tree
from email.utils import parsedate_to_datetime

root = tree.parse(sys.argv[1]).getroot()
assert root.tag == "opml" and root.get("version") == "2.0"
assert [child.tag for child in root] == ["head", "body"]
head, body = root
assert parsedate_to_datetime(head.find("dateModified").text).tzinfo
owner = head.find("ownerName")
print("head", head.find("title").text, "|", head.find("dateModified").text, "|", None if owner is None else owner.text)
assert len(body) >= 1
shows = 0
for outline in body.iter("outline"):
    assert outline.get("text"), "every outline has a text"
    if outline.get("type") != "rss":
        continue
    shows += 1
    assert outline.get("title") and re.fullmatch(r"https?://[!-~]+", outline.get("xmlUrl"))
    print("rss", outline.get("title"), "|", outline.get("xmlUrl"), "|", outline.get("htmlUrl"))
print(shows, "shows")

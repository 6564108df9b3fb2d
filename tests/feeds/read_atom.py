"""Reads the Atom feed in argv[1] by feedparser and prints what it found; asserts what RFC 4287 requires, by
xml.etree."""
import re
import sys
import xml.etree.ElementTree as tree

import feedparser

ATOM = "{http://www.w3.org/2005/Atom}"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
root = tree.parse(sys.argv[1]).getroot()
assert root.tag == ATOM + "feed"
seen = set()
for element in [root, *root.findall(ATOM + "entry")]:
    for name in ("id", "title", "updated"):
        assert len(element.findall(ATOM + name)) == 1, name
    assert element.find(ATOM + "id").text not in seen
    seen.add(element.find(ATOM + "id").text)
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", element.find(ATOM + "id").text)
    assert all(TIME.fullmatch(element.find(ATOM + name).text) for name in ("updated", "published") if element.find(ATOM + name) is not None)
    for author in element.findall(ATOM + "author"):
        assert len(author.findall(ATOM + "name")) == 1
    links = [(link.get("rel"), link.get("type")) for link in element.findall(ATOM + "link")]
    assert len(links) == len(set(links))
    for link in element.findall(ATOM + "link"):
        assert re.fullmatch(r"https?://[!-~]+", link.get("href")), link.get("href")
assert root.find(ATOM + "author") is not None
assert [link for link in root.findall(ATOM + "link") if link.get("rel") == "self"]
feed = feedparser.parse(sys.argv[1])
assert not feed.bozo, feed.bozo_exception
assert feed.version == "atom10"


def stamp(time):
    return "%04d-%02d-%02dT%02d:%02d:%02d" % time[:6]


print("feed", feed.feed.title, "|", feed.feed.subtitle, "|", feed.feed.get("language"), "|", feed.feed.link)
for entry in feed.entries:
    names = ", ".join(author.name for author in entry.authors)
    tags = ", ".join(tag.term for tag in entry.tags)
    print("entry", entry.title, "|", entry.link, "|", stamp(entry.published_parsed), "|", stamp(entry.updated_parsed), "|", names, "|", tags)
    print("summary", entry.summary.replace("\n\n", " // ").replace("\n", " / "))
    print("content", entry.content[0].value)
    for enclosure in entry.enclosures:
        print("enclosure", enclosure.href, enclosure.length, enclosure.type)
print(len(feed.entries), "entries")

"""Reads a podcast feed (argv[1]) by python-feedparser and by xml.etree, and prints what they understood."""
import sys
import xml.etree.ElementTree as tree

import feedparser

PODCAST = "{https://podcastindex.org/namespace/1.0}"
feed = feedparser.parse(sys.argv[1])
assert not feed.bozo, feed.bozo_exception
assert feed.version == "rss20"
print("channel", feed.feed.title, "|", feed.feed.language, "|", feed.feed.author)
for entry in feed.entries:
    enclosure = entry.enclosures[0]
    print("item", entry.id, entry.guidislink, enclosure.href, enclosure.length, enclosure.type, entry.itunes_duration)
    print("published", "%04d-%02d-%02dT%02d:%02d:%02d" % entry.published_parsed[:6])
    print("summary", entry.summary)
root = tree.parse(sys.argv[1]).getroot()
for live in root.iter(PODCAST + "liveItem"):
    content = live.find(PODCAST + "contentLink")
    print("live", live.find("guid").text, live.get("status"), live.get("start"), live.get("end"), live.find("enclosure").get("url"), content.get("href"))
for name in ("guid", "locked", "medium", "updateFrequency", "person"):
    for element in root.iter(PODCAST + name):
        print(name, element.text, dict(element.attrib))

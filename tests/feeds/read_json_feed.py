"""Reads the JSON Feed in argv[1], asserts what version 1.1 requires, and prints what it found."""
import json
import re
import sys

URL = re.compile(r"https?://[!-~]+")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
feed = json.load(open(sys.argv[1], encoding="utf-8"))
assert feed["version"] == "https://jsonfeed.org/version/1.1"
assert isinstance(feed["title"], str) and isinstance(feed["items"], list)
assert all(URL.fullmatch(feed[key]) for key in ("home_page_url", "feed_url", "icon") if key in feed)
assert all(author and set(author) <= {"name", "url", "avatar"} for author in feed.get("authors", []))
print("feed", feed["title"], "|", feed["home_page_url"], "|", feed["feed_url"])
ids = set()
for item in feed["items"]:
    assert isinstance(item["id"], str) and item["id"] not in ids
    ids.add(item["id"])
    assert "content_text" in item or "content_html" in item
    assert all(URL.fullmatch(item[key]) for key in ("url", "external_url", "image") if key in item)
    assert all(TIME.fullmatch(item[key]) for key in ("date_published", "date_modified") if key in item)
    assert all(author and set(author) <= {"name", "url", "avatar"} for author in item.get("authors", []))
    assert all(isinstance(tag, str) for tag in item.get("tags", []))
    assert all(value not in ("", None, []) for value in item.values())
    names = ", ".join(author["name"] for author in item.get("authors", []))
    print("item", item["id"], "|", item["title"], "|", item["url"], "|", names)
    print("text", item["content_text"].replace("\n\n", " // ").replace("\n", " / "))
    ours = item["_stagecast"]
    print("ours", ours["starts_at"], ours["ends_at"], ours.get("previous_start"), ours["standing"], ours["channel"], ours["show"])
    for attachment in item.get("attachments", []):
        assert URL.fullmatch(attachment["url"])
        print("attachment", attachment["url"], attachment["mime_type"], attachment["size_in_bytes"])
print(len(feed["items"]), "items")

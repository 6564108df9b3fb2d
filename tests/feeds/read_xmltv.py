"""Has both validators read the XMLTV in argv[1], then prints what xml.etree finds in it, one element a line."""
import subprocess
import sys
import xml.etree.ElementTree as tree

DTD = "/usr/share/xmltv/xmltv.dtd"
for command in (["xmllint", "--nonet", "--noout", "--dtdvalid", DTD], ["tv_validate_file", "--dtd-file", DTD]):
    done = subprocess.run(command + [sys.argv[1]], capture_output=True, text=True)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
root = tree.parse(sys.argv[1]).getroot()
for channel in root.iter("channel"):
    name = channel.find("display-name")
    icon = channel.find("icon")
    print("channel", channel.get("id"), name.get("lang"), name.text, "|", "" if icon is None else icon.get("src"))
for programme in root.iter("programme"):
    print("programme", programme.get("channel"), programme.get("start"), programme.get("stop"))
    for element in programme.iter():
        if element.tag in ("programme", "credits"):
            continue
        words = [element.tag, *element.attrib.values(), (element.text or "").replace("\n\n", " // ").replace("\n", " / ").strip()]
        print("  " + " ".join(word for word in words if word))
        assert element.tag == "desc" or "\n" not in (element.text or ""), element.tag
print(len(root.findall("channel")), "channels", len(root.findall("programme")), "programmes")

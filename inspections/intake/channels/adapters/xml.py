"""Small XML documents of outside programs, read without whatever makes XML dangerous."""

from collections.abc import Mapping
from xml.etree import ElementTree

from core.errors import Invalid


class XmlUnreadable(Invalid):
    """The body is no XML document of flat fields (and no document type is taken)."""

    zh = "正文不是可读的 XML（不接受 DOCTYPE）。"


def fields_in(body: bytes) -> dict[str, str]:
    """Name → text of the children of the root; raises XmlUnreadable."""
    try:
        text = body.decode()
        if "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper():
            raise XmlUnreadable
        root = ElementTree.fromstring(text)  # noqa: S314 (no document type, so no entities)
    except (UnicodeDecodeError, ElementTree.ParseError, ValueError) as wrong:
        raise XmlUnreadable from wrong
    return {child.tag: (child.text or "").replace("\x00", "").strip() for child in root}


def as_xml(told: Mapping[str, str | int]) -> bytes:
    """One flat document."""
    root = ElementTree.Element("xml")
    for name, value in told.items():
        ElementTree.SubElement(root, name).text = str(value)
    written: bytes = ElementTree.tostring(root, encoding="utf-8")
    return written

"""GeoReport's two formats: JSON, and the XML that it maps to by the Spark convention."""

import json
import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

# What an element of a list is called.
ITEM = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
    "photos": "photo",
}
TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
# Characters that XML 1.0 cannot hold at all.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def written(root: str, told: Any, ending: str) -> bytes:
    """What is told, as the format of this ending; `root` names the outermost element of XML."""
    if ending == "xml":
        return as_xml(root, told)
    return json.dumps(told, ensure_ascii=False).encode()


def as_xml(root: str, told: Any) -> bytes:
    """Lists become elements of their kind, nothing an empty element, true and false words."""
    element = Element(root)
    _fill(element, root, told)
    return (DECLARATION + tostring(element, encoding="unicode")).encode()


def _fill(element: Element, name: str, told: Any) -> None:
    if isinstance(told, dict):
        for key, value in told.items():
            _fill(SubElement(element, key), key, value)
    elif isinstance(told, list):
        for value in told:
            _fill(SubElement(element, ITEM[name]), ITEM[name], value)
    elif told is not None:
        text = str(told).lower() if isinstance(told, bool) else str(told)
        element.text = _UNWRITABLE.sub("", text)

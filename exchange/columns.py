"""Which column of a file is which field: what the operator says, the contract's names, their synonyms."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.errors import Invalid
from exchange.fields import LAT, LON, WKT, Field

DBF_NAME = 10  # a Shapefile's column names are cut to this length


class BadOption(Invalid):
    """An option of the load cannot be understood."""


class MissingColumn(Invalid):
    """The file lacks a column that the layer needs."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Column by field, values said for every row, the columns of place, and attributes by name."""

    fields: dict[str, str]
    constants: dict[str, str]
    lon: str = ""
    lat: str = ""
    wkt: str = ""
    attributes: dict[str, str] = field(default_factory=dict)

    def states(self, name: str) -> bool:
        """Whether the file (or the operator) says anything of a field at all."""
        return name in self.fields or name in self.constants


def pairs(options: Sequence[str], option: str) -> dict[str, str]:
    """`a=b,c=d` as a dictionary; a comma parts only where another `name=` follows."""
    found: dict[str, str] = {}
    for text in options:
        for part in re.split(r",(?=\s*[^\s,=]+\s*=)", text):
            name, equals, value = part.partition("=")
            if not equals or not name.strip():
                raise BadOption(f"{option} takes field=value,…; {part!r} is not that")
            found[name.strip().lower()] = value.strip()
    return found


def match_columns(
    columns: Sequence[str],
    fields: Sequence[Field],
    *,
    said: dict[str, str],
    constants: dict[str, str],
    layer: str,
    has_geometry: bool,
    keeps_attributes: bool,
    open_ended: bool = False,
    cut_names: bool = False,
) -> Mapping:
    """The mapping of a file's columns; raises BadOption or MissingColumn, naming what there is."""
    names = {f.name: f for f in fields}
    place = {"lon": LON, "lat": LAT, "wkt": WKT}
    by_key: dict[str, str] = {}
    for column in columns:
        by_key.setdefault(_key(column), column)

    def column_named(text: str) -> str | None:
        found = by_key.get(_key(text))
        if found is None and cut_names and len(text) > DBF_NAME:
            found = by_key.get(_key(text[:DBF_NAME]))
        return text if found is None and open_ended else found

    for name in constants:
        if name not in names and not keeps_attributes:
            raise BadOption(f"{layer} has no field {name!r}; its fields: {', '.join(names)}")
    chosen: dict[str, str] = {}
    attributes: dict[str, str] = {}
    for name, text in said.items():
        found = column_named(text)
        if found is None:
            raise MissingColumn(f"the file has no column {text!r}; it has: {', '.join(columns)}")
        if name in names or name in place:
            chosen[name] = found
        elif keeps_attributes:
            attributes[name] = found
        else:
            raise BadOption(f"{layer} has no field {name!r}; its fields: {', '.join(names)}")
    taken = set(chosen.values()) | set(attributes.values())
    for name, words in [*((f.name, f.also) for f in fields), *place.items()]:
        if name in chosen or (name in place and has_geometry):
            continue
        for word in (name, *words):
            found = by_key.get(_key(word))
            if found is not None and found not in taken:
                chosen[name] = found
                taken.add(found)
                break
    if cut_names:
        _match_cut_names(by_key, names, chosen, taken)
    if keeps_attributes:
        for column in columns:
            if column not in taken:
                attributes.setdefault(column, column)
    return Mapping(
        fields={name: column for name, column in chosen.items() if name in names},
        constants=constants,
        lon=chosen.get("lon", ""),
        lat=chosen.get("lat", ""),
        wkt=chosen.get("wkt", ""),
        attributes=attributes,
    )


def require(mapping: Mapping, fields: Sequence[Field], columns: Sequence[str], layer: str) -> None:
    """Raise MissingColumn if a required field has neither a column nor a value."""
    missing = [f.name for f in fields if f.required and not mapping.states(f.name)]
    if missing:
        raise MissingColumn(
            f"{layer} needs {', '.join(missing)}, and the file has no such column; "
            f"it has: {', '.join(columns)}. "
            f"Say --columns {missing[0]}=COLUMN or --set {missing[0]}=VALUE"
        )


def _key(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _match_cut_names(
    by_key: dict[str, str], names: dict[str, Field], chosen: dict[str, str], taken: set[str]
) -> None:
    """A column of ten letters is the one field that begins with them."""
    for key, column in by_key.items():
        if len(key) == DBF_NAME and column not in taken:
            meant = [name for name in names if name.startswith(key)]
            if len(meant) == 1 and meant[0] not in chosen:
                chosen[meant[0]] = column
                taken.add(column)

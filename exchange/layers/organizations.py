"""Organizations: the tree of bodies, parents in any order of the file, successors."""

from exchange.fields import NAME, Field, field
from exchange.layers.base import Layer, Load
from exchange.references import (
    Directory,
    areas,
    find_cycles,
    organizations,
    resolve,
    warn_of_similar_names,
)
from exchange.stage import rows_of, run
from exchange.values import one_of, read_code, read_day
from exchange.words import ORGANIZATION_KINDS
from grid.organizations.models import TAKE_CASES

SHOWN = 5  # bodies named in a warning

FIELDS: tuple[Field, ...] = (
    Field("code", read_code, ("编码", "代码", "编号", "单位编码", "统一社会信用代码"), True),
    Field("name", NAME.parse, ("名称", "单位名称", "单位"), True),
    field("kind", one_of(ORGANIZATION_KINDS, "kind"), also=("类型", "性质", "单位类型")),
    field("parent", also=("上级", "上级单位")),
    field("successor", also=("继任", "承接单位")),
    field("successor_from", read_day, also=("承接日期", "撤销日期", "并入日期"), sql="date"),
    field("chief", also=("负责人", "主要负责人", "法定代表人")),
    field("phone", also=("电话", "联系电话", "值班电话")),
    field("area", also=("区域", "辖区")),
)


def check(load: Load) -> None:
    """Refuse bodies by code, parent, successor and area."""
    stage = load.stage
    stage.reject_doubles("code")
    known = organizations()
    ids = {str(code): code for (code,) in rows_of("SELECT code FROM grid_organization")}
    by_code = Directory("organization")
    for code, name in rows_of("SELECT code, name FROM grid_organization ORDER BY id"):
        by_code.add(code, code, name)
    staged = rows_of("SELECT row, code, name, parent, successor FROM stage WHERE fault IS NULL")
    new = [name for _, code, name, *_ in staged if code not in ids]
    warn_of_similar_names(known, new, load.report)
    for _, code, name, *_ in staged:
        by_code.add(code, code, name)
    _check_tree(load, by_code, staged)
    if load.states("area"):
        known_areas = areas()
        # Bodies are often loaded before the areas: then the word stays as it is.
        resolve(
            stage, known_areas, ["area"] if known_areas.codes else [], "area_named", sql_type="text"
        )
        if not known_areas.codes and stage.count("area IS NOT NULL"):
            load.report.warn("no_areas", "no area is loaded; the bodies keep the word")
    else:
        resolve(stage, Directory("area"), [], "area_named", sql_type="text")


def _check_tree(
    load: Load, by_code: Directory, staged: list[tuple[int, str, str, str | None, str | None]]
) -> None:
    """Parents and successors by code or name, in the file or before; no body stands above itself."""
    faults: dict[int, tuple[str, str]] = {}
    meant: dict[str, dict[int, str]] = {"parent": {}, "successor": {}}
    links: dict[str, dict[str, str]] = {
        name: dict(
            rows_of(
                f"SELECT body.code, other.code FROM grid_organization AS body "
                f"JOIN grid_organization AS other ON other.id = body.{name}_id"
            )
        )
        for name in meant
    }
    for row, code, _name, parent, successor in staged:
        for name, value in (("parent", parent), ("successor", successor)):
            if value is None:
                continue
            found = by_code.find(value)
            if len(found) == 1:
                meant[name][row] = links[name][code] = found[0]
            else:
                reason, message = by_code.fault(value, found)
                prefix = reason.partition("_")[0]
                faults.setdefault(
                    row, (f"{prefix}_{name}", message.replace("organization", name, 1))
                )
    for name, tree in links.items():
        circular = find_cycles(tree)
        for row, code, *_ in staged:
            if code in circular:
                faults.setdefault(row, (f"{name}_cycle", f"{code} is its own {name} in the end"))
    load.stage.reject_rows(faults)
    for name, codes in meant.items():
        run(
            f"UPDATE stage SET {name} = meant.code "
            "FROM unnest(%(rows)s::bigint[], %(codes)s::text[]) AS meant(row, code) "
            "WHERE meant.row = stage.row",
            rows=list(codes),
            codes=list(codes.values()),
        )


def write(load: Load) -> None:
    """Insert and change bodies; a change that leaves everything as it is does not count."""
    words = [name for name in ("kind", "chief", "phone") if load.states(name)]
    links = [name for name in ("parent", "successor") if load.states(name)]
    run("DROP TABLE IF EXISTS body_new, body_changed")
    run(
        "CREATE TEMPORARY TABLE body_new ON COMMIT DROP AS SELECT row FROM stage "
        "WHERE fault IS NULL AND code NOT IN (SELECT code FROM grid_organization)"
    )
    run(
        "INSERT INTO grid_organization (code, name, kind, chief, phone, area_code) "
        "SELECT code, name, coalesce(kind, 'department'), coalesce(chief, ''), "
        "coalesce(phone, ''), coalesce(area_named.id, area, '') "
        "FROM stage JOIN body_new USING (row) LEFT JOIN area_named ON area_named.value = area "
        "ORDER BY row"
    )
    sets = ["name = stage.name"]
    sets += [f"{name} = coalesce(stage.{name}, {_BLANK[name]})" for name in words]
    sets += [
        f"{name}_id = (SELECT id FROM grid_organization AS other WHERE other.code = stage.{name})"
        for name in links
    ]
    if load.states("successor_from"):
        sets.append("successor_from = stage.successor_from")
    if load.states("area"):
        sets.append(
            "area_code = coalesce((SELECT id FROM area_named WHERE value = stage.area), stage.area, '')"
        )
    old = ", ".join(f"body.{part.partition(' = ')[0]}" for part in sets)
    new = ", ".join(part.partition(" = ")[2] for part in sets)
    run(
        f"CREATE TEMPORARY TABLE body_changed ON COMMIT DROP AS "
        f"SELECT stage.row FROM stage JOIN grid_organization AS body USING (code) "
        f"WHERE stage.fault IS NULL AND ROW({old}) IS DISTINCT FROM ROW({new})"
    )
    run(
        f"UPDATE grid_organization AS body SET {', '.join(sets)} FROM stage "
        "WHERE stage.code = body.code AND stage.row IN (SELECT row FROM body_changed)"
    )
    load.count("SELECT row FROM body_changed", "SELECT row FROM body_new")
    _name_the_chiefless(load)


def _name_the_chiefless(load: Load) -> None:
    """A body that takes cases answers by a named chief (C6): those without one are loaded, and told."""
    found = rows_of(
        "SELECT body.code FROM stage JOIN grid_organization AS body USING (code) WHERE stage.fault IS NULL "
        "AND body.chief = '' AND body.kind = ANY(%(kinds)s) ORDER BY body.code",
        kinds=sorted(TAKE_CASES),
    )
    if found:
        shown = ", ".join(code for (code,) in found[:SHOWN])
        load.report.warn("no_chief", f"no named chief (负责人): {shown}", count=len(found))


_BLANK = {"kind": "'department'", "chief": "''", "phone": "''"}

ORGANIZATIONS = Layer(name="organizations", fields=FIELDS, check=check, write=write)

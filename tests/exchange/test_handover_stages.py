"""Handovers under way: on the ledger with their stage, without passing anything on."""

import pytest

from grid.handover.models import Handover, HandoverEffect
from tests.exchange.conftest import Load
from tests.factories import degrees
from tests.factories import square as at

LAMPS = "code,category,lon,lat\n" + "".join(
    f"L{n},lamp,{degrees(at(n, n, 50)).centroid.x},{degrees(at(n, n, 50)).centroid.y}\n"
    for n in (1, 2, 3)
)
HEAD = "code,facilities,role,from,to,effective_on,document,kind,state\n"


@pytest.mark.usefixtures("cast")
def test_only_what_is_signed_or_disputed_passes_on(load: Load) -> None:
    load("facilities", LAMPS)
    done = load(
        "handovers",
        HEAD + "H1,L1,owner,hb,ub,,,,整改\n"
        "H2,L2,owner,hb,ub,2024-01-01,文1,signed,in_warranty\n"
        "H3,L3,owner,hb,ub,2024-01-01,文2,signed,disputed\n",
    )
    assert done.numbers == (3, 0, 0, 0)
    assert done.warnings == {}
    assert list(Handover.objects.order_by("code").values_list("state", flat=True)) == [
        "rectification",
        "in_warranty",
        "disputed",
    ]
    effects = HandoverEffect.objects.order_by("facility__code")
    assert list(effects.values_list("facility__code", "standing")) == [
        ("L2", "signed"),
        ("L3", "claimed"),
    ]


@pytest.mark.usefixtures("cast")
def test_stage_moves_on_and_a_file_without_stages_leaves_it(load: Load) -> None:
    load("facilities", LAMPS)
    load("handovers", HEAD + "H1,L1,owner,hb,ub,,,,applied\n")
    done = load("handovers", HEAD + "H1,L1,owner,hb,ub,2024-01-01,文1,signed,in_service\n")
    assert done.numbers == (0, 1, 0, 0)
    assert HandoverEffect.objects.count() == 1
    silent = "code,facilities,role,from,to,effective_on,document,kind\n"
    done = load("handovers", silent + "H1,L1,owner,hb,ub,2024-01-01,文1,signed\n")
    assert done.numbers == (0, 0, 1, 0)
    assert Handover.objects.get().state == "in_service"


@pytest.mark.usefixtures("cast")
def test_reason_of_a_refusal_stays_until_the_handover_moves_on(load: Load) -> None:
    load("facilities", LAMPS)
    head = HEAD.replace("state", "state,拒收理由")
    load("handovers", head + "H1,L1,owner,hb,ub,,,,拒收,亮灯率不足\n")
    assert Handover.objects.get().reason == "亮灯率不足"
    done = load("handovers", HEAD + "H1,L1,owner,hb,ub,,,,refused\n")
    assert done.numbers == (0, 0, 1, 0)
    done = load("handovers", head + "H1,L1,owner,hb,ub,,,,拒收,图纸缺失\n")
    assert done.numbers == (0, 1, 0, 0)
    assert Handover.objects.get().reason == "图纸缺失"
    load("handovers", HEAD + "H1,L1,owner,hb,ub,2024-01-01,文1,signed,in_service\n")
    assert Handover.objects.get().reason == ""

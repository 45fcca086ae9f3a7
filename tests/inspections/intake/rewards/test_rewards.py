"""Reward points (P18): off by default; for filed cases only, to the first who reported, once, for good."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from pytest_django import Settings

from inspections.cases.models import Case
from inspections.cases.use_cases import decline_case, file_case
from inspections.intake.duplicates.use_cases import join_request
from inspections.intake.rewards.models import Reward
from inspections.intake.use_cases import receive
from inspections.requests.use_cases import RequestRow
from inspections.requests.use_cases.requesters import Person
from tests.conftest import client_of
from tests.inspections.conftest import Ward, enquiry, report

WANG = Person(name="王秀英", phone="13800000001")


def reported(ward: Ward, **stated: Any) -> Case:
    return report(ward, **{"requester": WANG} | stated)


@pytest.mark.mission("P18")
def test_points_are_given_once_for_a_filed_case(ward: Ward, settings: Settings) -> None:
    settings.REWARD_POINTS = 10
    case = reported(ward)
    assert not Reward.objects.exists()
    case = file_case(case, actor=ward.ada)
    given = Reward.objects.get()
    assert (given.case, given.request, given.points) == (case, case.requests.get(), 10)
    told = client_of(ward.ada).get(f"/api/v1/requests/{given.request.code}/").json()["properties"]
    assert told["reward_points"] == 10
    with pytest.raises(DatabaseError), transaction.atomic():
        Reward.objects.update(points=1000)
    with pytest.raises(DatabaseError), transaction.atomic():
        Reward.objects.all().delete()


@pytest.mark.mission("P18")
def test_what_is_not_filed_earns_nothing(ward: Ward, settings: Settings) -> None:
    settings.REWARD_POINTS = 10
    decline_case(reported(ward), actor=ward.ada, reason="重复")
    enquiry(ward, "路灯几点亮？", requester=WANG)
    file_case(reported(ward, channel="patrol"), actor=ward.ada)  # found on duty
    file_case(report(ward), actor=ward.ada)  # nobody to give them to
    assert not Reward.objects.exists()


@pytest.mark.mission("P18")
def test_the_first_of_several_has_them(ward: Ward, settings: Settings) -> None:
    settings.REWARD_POINTS = 10
    case = reported(ward)
    late = RequestRow(text="路灯不亮", reported_at=timezone.now(), requester=WANG)
    join_request(receive(late, actor=ward.ada).request, case, actor=ward.ada)
    file_case(case, actor=ward.ada)
    assert Reward.objects.get().request.reported_at == case.reported_at


@pytest.mark.mission("P18")
def test_by_default_there_are_none(ward: Ward) -> None:
    case = file_case(reported(ward), actor=ward.ada)
    assert not Reward.objects.exists()
    code = case.requests.get().code
    told = client_of(ward.ada).get(f"/api/v1/requests/{code}/").json()["properties"]
    assert told["reward_points"] is None

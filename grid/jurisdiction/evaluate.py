"""From questions and a slice of ground to answers: where, which claims, the rules, how sure, who acts.

Pure: no database. The same function answers one question, a batch and a what-if.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from grid.jurisdiction.at_place import OUTSIDE, decide_at
from grid.jurisdiction.bodies import with_bodies
from grid.jurisdiction.doubt import with_uncertainty
from grid.jurisdiction.ground import GroundSlice
from grid.jurisdiction.question import Decision, Question
from grid.jurisdiction.rules import Outcome
from grid.jurisdiction.span import with_districts
from grid.jurisdiction.speaking import shape_of, standpoint_of


def decide_on(slice_: GroundSlice, questions: Sequence[Question]) -> list[Decision]:
    """Answer many questions on one slice (shares included, margins not; see `margin_of`)."""
    points = shapely.points([q.x for q in questions], [q.y for q in questions])
    instants = np.array([q.at.timestamp() for q in questions])
    places = slice_.places_of(points, instants)
    cells = slice_.cells_of(points, instants)
    decisions = []
    for number, question in enumerate(questions):
        standpoint = standpoint_of(slice_, question, points[number])
        decision = replace(OUTSIDE, category=standpoint.category)
        if places.inside[number]:
            decision = decide_at(slice_, standpoint, places.areas[number], places.grounds[number])
            decision = replace(decision, cell=cells[number])
        if question.accuracy_m > 0:
            decision = with_uncertainty(slice_, question, decision)
        if decision.outcome != Outcome.OUTSIDE:
            decision = with_bodies(slice_, decision, question.at)
        thing = shape_of(slice_, question, None)
        decisions.append(with_districts(slice_, question, decision, thing))
    return decisions

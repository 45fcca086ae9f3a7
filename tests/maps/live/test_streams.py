"""One stream without a hub: its frames, its bound, and where it says it stands."""

import asyncio

import pytest

from maps.live import frames, streams
from maps.live.frames import Closing, Happening, Subject
from maps.live.streams import QUEUE_LIMIT, Stream

LAMP = Subject("grid.facility", "7")


async def _read(stream: Stream, chunks: int) -> list[bytes]:
    got = []
    async for chunk in stream.chunks([]):
        got.append(chunk)
        if len(got) == chunks:
            break
    return got


def test_frame_is_an_event_as_browsers_parse_it() -> None:
    assert frames.told(Happening(12, "case_filed", LAMP)).decode() == (
        "id: 12\n"
        'data: {"seq": 12, "kind": "case_filed", "subject_type": "grid.facility", '
        '"subject_id": "7"}\n\n'
    )
    assert frames.gone(Happening(12, "case_filed", LAMP)).startswith(b"id: 12\nevent: gone\n")
    assert frames.closed(Closing.STOPPING) == b'event: closed\ndata: {"reason": "stopping"}\n\n'


@pytest.mark.parametrize(
    ("given", "number"),
    [("0", 0), ("17", 17), ("-1", None), ("1e3", None), ("٣", None), ("", None), ("9" * 19, None)],
)
def test_last_id_is_a_number_of_ours_or_none(given: str, number: int | None) -> None:
    assert frames.last_id(given) == number


def test_slow_client_is_told_to_reset_and_ended() -> None:
    async def overflow() -> list[bytes]:
        stream = Stream(1, {})
        for seq in range(1, QUEUE_LIMIT + 5):
            stream.say(seq, frames.told(Happening(seq, "look", LAMP)))
        return [chunk async for chunk in stream.chunks([])]

    opening, last = asyncio.run(overflow())
    assert opening == frames.OPENING
    assert last == frames.reset(QUEUE_LIMIT, frames.Reset.TOO_SLOW)


def test_closing_drops_what_is_no_longer_owed() -> None:
    async def close() -> list[bytes]:
        stream = Stream(1, {})
        stream.say(1, b"secret")
        stream.close(Closing.SIGNED_OUT)
        stream.say(2, b"more")
        return [chunk async for chunk in stream.chunks([])]

    assert asyncio.run(close())[1:] == [frames.closed(Closing.SIGNED_OUT)]


def test_silent_stream_beats_and_moves_the_last_id_over_what_was_not_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.01)
    stream = Stream(1, {})
    stream.position = 40

    _, first, second = asyncio.run(_read(stream, 3))
    assert first == b": beat\n\nid: 40\n\n"
    assert second == frames.BEAT

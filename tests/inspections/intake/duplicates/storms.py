"""Reports as people make them, generated: places that err, words that differ, one trouble or another."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

OPENINGS = ("", "你好，", "请问，", "我要反映：", "喂，", "Hello, ")
DARK = (
    "路灯不亮",
    "路灯全都不亮了",
    "整条街一片漆黑",
    "停电了，路灯全黑",
    "路灯坏了，晚上看不见路",
    "同丰路没有一盏灯亮",
    "灯灭了，太黑了",
    "小区门口路灯不亮，老人摔跤了",
    "路上黑灯瞎火的",
    "the street lights are out",
)
ENDINGS = ("", "，请尽快处理", "，谢谢", "，什么时候修？", "！")


@dataclass(frozen=True)
class Said:
    """One report: metres from the corner, how far off the pin may be, when, in which words, about what."""

    east: float
    north: float
    accuracy_m: float
    at: datetime
    text: str
    about: int = 0


def blackout(count: int, *, seed: int, at: datetime, minutes: float = 40) -> list[Said]:
    """So many people along three hundred metres of one dark street, within the hour."""
    chance = random.Random(seed)  # noqa: S311 (the same every time)
    return [
        Said(
            east=chance.uniform(100, 400),
            north=250 + chance.gauss(0, 8),
            accuracy_m=chance.choice([5.0, 10.0, 20.0, 40.0]),
            at=at + timedelta(minutes=minutes * place / count),
            text=chance.choice(OPENINGS) + chance.choice(DARK) + chance.choice(ENDINGS),
        )
        for place in range(count)
    ]

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


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong, and how people say it."""

    east: float
    north: float
    category: str
    reports: int
    words: tuple[str, ...]
    spread_m: float = 10.0
    along_m: float = 0.0


TROUBLES = (
    Trouble(250, 250, "0118", 8, DARK, along_m=145),
    Trouble(250, 400, "0118", 6, DARK, along_m=145),
    Trouble(800, 700, "0118", 3, ("路灯不亮", "这盏灯坏了", "路口路灯不亮了")),
    Trouble(900, 700, "0118", 2, ("灯杆旁路灯不亮", "路灯坏了")),
    Trouble(700, 120, "0118", 2, ("12号杆路灯不亮", "12号杆灯不亮了，请修")),
    Trouble(730, 120, "0118", 2, ("15号杆路灯不亮", "15号灯杆不亮")),
    Trouble(800, 705, "0305", 3, ("垃圾箱满了", "垃圾桶溢出来了没人清", "垃圾箱满，很臭")),
    Trouble(600, 600, "0305", 2, ("垃圾箱破了", "垃圾箱盖子坏了")),
    Trouble(150, 800, "0305", 1, ("垃圾箱倒了",)),
    Trouble(150, 900, "0118", 1, ("路灯杆歪了",)),
)


def labelled(*, seed: int, at: datetime) -> list[tuple[Said, str]]:
    """Reports of all troubles in the order of an afternoon, each with its category; `about` is the trouble."""
    chance = random.Random(seed)  # noqa: S311 (the same every time)
    said = [
        (
            Said(
                east=one.east
                + chance.uniform(-one.along_m, one.along_m)
                + chance.gauss(0, one.spread_m / 2),
                north=one.north + chance.gauss(0, one.spread_m / 2),
                accuracy_m=chance.choice([5.0, 10.0, 20.0]),
                at=at + timedelta(minutes=chance.uniform(0, 100)),
                text=chance.choice(OPENINGS) + chance.choice(one.words) + chance.choice(ENDINGS),
                about=number,
            ),
            one.category,
        )
        for number, one in enumerate(TROUBLES)
        for _ in range(one.reports)
    ]
    return sorted(said, key=lambda pair: pair[0].at)

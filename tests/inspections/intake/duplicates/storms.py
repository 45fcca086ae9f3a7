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
    """One thing that is wrong, and how people say it.

    `after`: it comes back at the place of that trouble (by its place in the list), whose case has ended
    or (`mended`) is said to be done. `category` None: some people do not say of what class it is.
    """

    east: float
    north: float
    category: str | None
    reports: int
    words: tuple[str, ...]
    spread_m: float = 10.0
    along_m: float = 0.0
    begins_h: float = 0.0
    lasts_h: float = 1.7
    after: int | None = None
    mended: bool = False


FULL = ("垃圾箱满了", "垃圾桶溢出来了没人清", "垃圾箱满，很臭", "果皮箱满得盖不上")
TILTED = ("路灯杆歪了", "灯杆被车撞斜了，要倒", "灯杆倾斜")
ONE_LAMP = ("路灯不亮", "这盏灯坏了", "门口的灯不亮了", "灯不亮，请修", "路灯灭了")
STREETS = (100.0, 250.0, 400.0, 550.0, 700.0, 850.0)


def troubles() -> list[Trouble]:
    """Dark streets, and every near miss that a desk knows: what of it is one matter, and what is not."""
    told = [
        Trouble(250, north, "0118", count, DARK, along_m=145)
        for north, count in zip(STREETS, (60, 40, 25, 20, 12, 8), strict=True)
    ]
    for place in range(8):  # neighbouring lamps, each with its number on the pole
        number = 20 + place
        said = (f"{number}号杆路灯不亮", f"{number}号灯杆的灯灭了", f"{number}号杆灯不亮，请修")
        told.append(Trouble(560 + 35 * place, 150, "0118", 3, said))
    for place in range(6):  # neighbouring lamps of which nobody names a number
        told.append(Trouble(560 + 70 * place, 300, "0118", 4, ONE_LAMP))
    for place in range(10):  # on the dark street, another class
        told.append(Trouble(110 + 60 * (place % 5), STREETS[place // 5], "0305", 3, FULL))
    for place in range(8):  # the same words, another place
        told.append(Trouble(560 + 120 * (place % 4), 450 + 140 * (place // 4), "0118", 3, ONE_LAMP))
    for place in range(4):  # the same lamp, another matter
        told.append(Trouble(560 + 120 * place, 452, "0118", 2, TILTED))
    for place in range(5):  # of people who do not say of what class it is
        told.append(Trouble(580 + 90 * place, 740, None, 2, ("太黑了", "晚上看不见路", "灯不亮")))
    first = len(told)
    for place in range(8):  # mended or answered, and back again some days later
        told.append(Trouble(560 + 55 * place, 900, "0118", 3, ONE_LAMP))
    for place in range(8):
        told.append(
            Trouble(
                560 + 55 * place,
                900,
                "0118",
                3,
                ONE_LAMP,
                begins_h=72,
                after=first + place,
                mended=place % 2 == 0,
            )
        )
    return told


def labelled(*, seed: int, at: datetime) -> list[tuple[Said, str | None]]:
    """Reports of all troubles in the order in which they come in, each with its category; `about` is the trouble."""
    chance = random.Random(seed)  # noqa: S311 (the same every time)
    said = [
        (
            Said(
                east=one.east
                + chance.uniform(-one.along_m, one.along_m)
                + chance.gauss(0, one.spread_m / 2),
                north=one.north + chance.gauss(0, one.spread_m / 2),
                accuracy_m=chance.choice([5.0, 10.0, 20.0, 40.0]),
                at=at + timedelta(hours=one.begins_h + chance.uniform(0, one.lasts_h)),
                text=chance.choice(OPENINGS) + chance.choice(one.words) + chance.choice(ENDINGS),
                about=number,
            ),
            one.category,
        )
        for number, one in enumerate(troubles())
        for _ in range(one.reports)
    ]
    return sorted(said, key=lambda pair: pair[0].at)

"""The report to the leader as a Word file, to be edited on."""

from datetime import datetime

from maps.reports.leaders.told import Told
from maps.reports.letters.document import Paper
from maps.reports.raster import png_of


def word_of(told: Told, *, author: str, made_at: datetime) -> bytes:
    """The file."""
    t = told.t
    paper = Paper(title=told.title, author=author, made_at=made_at, language=told.language)
    paper.facts([(t["to"], "\n".join(told.to))])
    paper.head(t["facts"])
    paper.facts([*told.facts, (t["said"], "\n".join(told.said))])
    paper.picture(png_of(told.scene), t["map"])
    paper.head(t["why"])
    for words in told.why:
        paper.line(words)
    paper.head(t["replies"])
    if told.replies:
        paper.table([t["body"], t["when"], t["kind"], t["words"]], told.replies)
    else:
        paper.line(t["no_replies"])
    paper.head(t["verdict"])
    if told.verdict:
        paper.facts(told.verdict)
    paper.line(told.explanation)
    if told.claims:
        paper.table([t["body"], t["rule"], t["document"]], told.claims)
    paper.head(t["way"])
    if told.way:
        heads = ("body", "part", "given", "accepted", "until", "ended")
        paper.table([t[name] for name in heads], told.way)
    else:
        paper.line(t["not_sent"])
    paper.head(t["asked"])
    for words in told.asked:
        paper.line(words)
    paper.facts([(t["instruction"], "\n\n\n" + t["signed"])])
    paper.line(told.city, right=True)
    paper.line(told.day, right=True)
    paper.line(told.printed, small=True)
    return paper.content()

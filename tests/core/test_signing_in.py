"""The login page: sessions, throttling, languages; one's own password."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings

from core.models import AuditEntry, User

pytestmark = pytest.mark.django_db

PASSWORD = "a-lamp-on-tongfeng-road"


@pytest.fixture
def bo() -> User:
    """Bo has a password."""
    return User.objects.create_user(username="bo", password=PASSWORD)


def sign_in(client: Client, password: str = PASSWORD, **more: str) -> int:
    """The status of an attempt."""
    return client.post("/login/", {"username": "bo", "password": password, **more}).status_code


@pytest.mark.usefixtures("bo")
def test_a_session_lasts_a_shift_or_a_month_on_a_device_of_ones_own(client: Client) -> None:
    assert sign_in(client) == 302
    assert client.session.get_expiry_age() == 12 * 3600
    client.post("/logout/")
    assert client.get("/api/v1/me/").status_code == 401
    assert sign_in(client, remember="on") == 302
    assert client.session.get_expiry_age() == 30 * 24 * 3600
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.usefixtures("bo")
def test_five_failures_lock_the_name_at_this_address_and_say_how_long(client: Client) -> None:
    for _ in range(4):
        assert sign_in(client, "wrong") == 200
    assert sign_in(client, "wrong") == 429
    locked = client.post("/login/", {"username": "bo", "password": PASSWORD})
    assert locked.status_code == 429
    assert "15 分钟" in locked.content.decode()
    assert int(locked["Retry-After"]) <= 15 * 60
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    assert sign_in(elsewhere) == 302


@pytest.mark.usefixtures("bo")
def test_a_lock_ends_by_itself(client: Client) -> None:
    with override_settings(AXES_COOLOFF_TIME=timedelta(seconds=0)):
        for _ in range(6):
            sign_in(client, "wrong")
        assert sign_in(client) == 302


@override_settings(TRUSTED_PROXIES=1)
@pytest.mark.usefixtures("bo")
def test_behind_our_proxy_the_address_is_the_one_it_saw() -> None:
    for _ in range(5):
        sign_in(Client(headers={"X-Forwarded-For": "1.2.3.4, 10.0.0.1"}), "wrong")
    assert sign_in(Client(headers={"X-Forwarded-For": "9.9.9.9, 10.0.0.1"})) == 429
    assert sign_in(Client(headers={"X-Forwarded-For": "1.2.3.4, 10.0.0.2"})) == 302


@pytest.mark.usefixtures("bo")
def test_acts_from_screens_need_the_csrf_token() -> None:
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client) == 403
    assert client.post("/logout/").status_code == 403


def test_the_page_speaks_chinese_first_and_english_when_asked(client: Client) -> None:
    assert "登录" in client.get("/login/").content.decode()
    client.post("/language/", {"language": "en", "next": "/login/"})
    page = client.get("/login/").content.decode()
    assert "Sign in" in page
    assert '<html lang="en">' in page


def test_the_language_chosen_goes_with_the_account(client: Client, bo: User) -> None:
    client.force_login(bo, backend="django.contrib.auth.backends.ModelBackend")
    client.post("/language/", {"language": "en"})
    bo.refresh_from_db()
    assert bo.language == "en"
    another = Client()
    sign_in(another)
    assert another.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


def test_ones_own_password_is_changed_on_record_and_ends_other_sessions(
    client: Client, bo: User
) -> None:
    sign_in(client)
    other = Client()
    sign_in(other)
    new = {"new_password1": "three-hundred-metres", "new_password2": "three-hundred-metres"}
    refused = client.post("/password/", {"old_password": "wrong", **new})
    assert refused.context["form"].errors
    changed = client.post("/password/", {"old_password": PASSWORD, **new})
    assert "密码已修改" in changed.content.decode()
    assert AuditEntry.objects.get(act="set_password").actor == bo
    assert client.get("/api/v1/me/").status_code == 200
    assert other.get("/api/v1/me/").status_code == 401


def test_a_stranger_is_led_to_the_login_page(client: Client) -> None:
    assert client.get("/password/")["Location"] == "/login/?next=/password/"


def test_a_redirect_never_leaves_the_house(client: Client, bo: User) -> None:
    answer = client.post(
        "/login/?next=https://elsewhere.example/", {"username": "bo", "password": PASSWORD}
    )
    assert answer["Location"] == "/"


@override_settings(TLS=True)
def test_checks_find_nothing() -> None:
    call_command("check", fail_level="WARNING")


def test_the_compiled_words_are_those_of_the_catalogue() -> None:
    folder = Path(settings.BASE_DIR) / "locale" / "en" / "LC_MESSAGES"
    with (folder / "django.po").open("rb") as source, (folder / "django.mo").open("rb") as compiled:
        said, kept = (_words(catalogue) for catalogue in (read_po(source), read_mo(compiled)))
    assert all(all(words) for words in said.values())
    assert kept == said


def _words(catalogue: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    """What stands for what, by context; words with a plural have several forms."""
    return {
        (_text(entry.context), *_forms(entry.id)): _forms(entry.string)
        for entry in catalogue
        if entry.id
    }


def _text(words: str | bytes | None) -> str:
    """The reader of compiled words gives contexts as bytes."""
    return words.decode() if isinstance(words, bytes) else words or ""


def _forms(words: Any) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


def test_every_word_of_the_pages_has_its_english() -> None:
    root = Path(settings.BASE_DIR)
    with (root / "locale/en/LC_MESSAGES/django.po").open("rb") as source:
        known = {entry.id for entry in read_po(source)}
    spoken = re.compile(r"""(?:\{% translate |\b_\()(["'])(.*?)(?<!\\)\1""")
    missing = set()
    for app in ("core", "grid", "inspections", "exchange", "maps"):
        for path in [*(root / app).rglob("*.py"), *(root / app).rglob("*.html")]:
            missing |= {words for _, words in spoken.findall(path.read_text())} - known
    assert missing == set()

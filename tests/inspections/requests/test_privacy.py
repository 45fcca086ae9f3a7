"""Requesters' data: sealed, found by number, masked, and opened again after a change of key."""

import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from inspections.requests.privacy import (
    Unsealable,
    masked_email,
    masked_name,
    masked_phone,
    normal_phone,
    phone_mark,
    phone_marks,
    seal,
    unseal,
    without_numbers,
)

SAME = [
    "13812345678",
    "138 1234 5678",
    "138-1234-5678",
    "+86 138 1234 5678",
    "008613812345678",
    "8613812345678",
    "１３８１２３４５６７８",
    "(138) 12345678",
]


def test_a_number_is_the_same_number_however_it_is_written() -> None:
    assert {normal_phone(text) for text in SAME} == {"13812345678"}
    assert len({phone_mark(text) for text in SAME}) == 1
    assert normal_phone("023-5655 1234") == "02356551234"


@pytest.mark.parametrize("text", ["", "123", "no phone", "1" * 16, "138abc12345678", "张三"])
def test_what_is_no_number_has_no_mark(text: str) -> None:
    assert (normal_phone(text), phone_mark(text)) == ("", "")


def test_sealed_data_tell_nothing_and_are_never_the_same_twice() -> None:
    told = {"name": "张三", "phone": "13812345678", "email": ""}
    one, other = seal(told), seal(told)
    assert unseal(one) == unseal(other) == told
    assert one != other
    assert "138" not in phone_mark("13812345678")[:3] or "13812345678" not in one


def test_after_a_change_of_key_the_old_still_opens_and_is_still_found(settings: Settings) -> None:
    settings.PRIVACY_KEYS = ["old"]
    sealed, mark = seal({"name": "张三"}), phone_mark("13812345678")
    settings.PRIVACY_KEYS = ["new", "old"]
    assert unseal(sealed) == {"name": "张三"}
    assert mark in phone_marks("13812345678")
    assert phone_mark("13812345678") != mark
    settings.PRIVACY_KEYS = ["new"]
    with pytest.raises(Unsealable):
        unseal(sealed)
    with pytest.raises(Unsealable):
        unseal(Fernet(Fernet.generate_key()).encrypt(b"{}").decode())


def test_staff_read_masks() -> None:
    assert [masked_name(n) for n in ("张三", "欧阳小明", "张", "John Smith", "")] == [
        "张*",
        "欧**",
        "张*",
        "J**",
        "",
    ]
    assert masked_phone("+86 138 1234 5678") == "138****5678"
    assert masked_phone("5655 1234") == "56****34"
    assert masked_email("lamp@example.cn") == "l***@example.cn"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("请打13812345678找我", "请打***找我"),
        ("电话 138-1234-5678 或 023 5655 1234。", "电话 *** 或 ***。"),
        ("我叫张三１３８１２３４５６７８", "我叫张三***"),
        ("身份证500236199001011234", "身份证***"),
        ("身份证50023619900101123X", "身份证***"),
        ("QQ邮箱13812345678@qq.com", "QQ邮箱***"),
        ("写信到 lamp@example.cn，或 ａ＠example.cn！", "写信到 ***，或 ***！"),
        ("同丰路300米，12号楼，2026年", "同丰路300米，12号楼，2026年"),
    ],
)
def test_numbers_in_a_text_are_hidden_in_public(said: str, shown: str) -> None:
    assert without_numbers(said) == shown

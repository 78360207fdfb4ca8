"""Which passwords will do: long ones of somebody's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetreg.actions.accounts import SAMPLE_PASSWORD
from assetreg.rules.passwords import LONGEST, SHORTEST, normalise, why_not_password

ABOUT = ("amina.k@example.org", "Amina Khan", "Near you in Birmingham", "Birmingham sample council")


@pytest.mark.parametrize(
    "password",
    [
        "tea at noon with Auntie Bea",
        "mango river lamp seventeen",
        "the cat sat on my mat",
        "gh 7Kq! zz 19 pl2 x",
        "چائے ہمیشہ دوپہر کے بعد",
        "🫖🥮🪴🎏🧵🪡🧶🪢🎹🎺🪗🪕🎻🥁🪘🪇",
    ],
)
def test_a_passphrase_of_ones_own_will_do(password: str) -> None:
    assert why_not_password(password, ABOUT) is None


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password Password 1",
        "P@ssw0rdP@ssw0rd1",
        "Birmingham2026!!!",
        "Near you in Birmingham 1",
        "amina.k@example.org",
        "AminaKhan AminaKhan 1985",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "123456789012345678",
        "abcdefghijklmnopqrst",
        "qwertyuiopasdfghjkl",
        "mangomangomangomango",
        "correct horse battery staple",
        "monday tuesday wednesday",
        "letmein letmein 1234567",
        SAMPLE_PASSWORD,
    ],
)
def test_what_a_stranger_would_try_first_is_refused(password: str) -> None:
    assert why_not_password(password, ABOUT) == "easy_to_guess"


def test_length_counts_letters_and_not_blanks_around_them() -> None:
    fourteen = "vxkq wmzu tjbh"
    assert len(fourteen) == SHORTEST - 1
    assert why_not_password(fourteen) == "too_short"
    assert why_not_password(f"  {fourteen}  ") == "too_short"
    assert why_not_password(f"{fourteen}y") is None
    assert why_not_password("") == "empty"
    assert why_not_password("   ") == "empty"
    assert why_not_password("vq" * LONGEST) == "too_long"


def test_the_same_password_again_is_refused() -> None:
    assert why_not_password("mango river lamp seventeen", before="mango river lamp seventeen ") == "same_as_before"


def test_the_same_keys_give_the_same_text_on_every_device() -> None:
    composed, decomposed = "caf\u00e9 noir at the corner", "cafe\u0301 noir at the corner"
    assert composed != decomposed
    assert normalise(composed) == normalise(f" {decomposed}\n")


@given(st.text(max_size=300))
def test_whatever_somebody_types_gets_an_answer(password: str) -> None:
    assert why_not_password(password, ABOUT) in {None, "empty", "too_short", "too_long", "easy_to_guess"}

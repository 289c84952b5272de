"""Secrets are kept so that only their key opens them."""

import pytest
from cryptography.fernet import Fernet
from django.test import override_settings

from config.api.errors import Refusal
from organisations.encryption import Secret

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


def test_it_reveals_what_it_was_made_of_and_shows_it_nowhere() -> None:
    secret = Secret.of("canary ☃")
    assert secret.reveal() == "canary ☃"
    assert "canary" not in f"{secret} {secret!r} {secret.token}"
    assert Secret.of("") == Secret()
    assert (bool(secret), bool(Secret()), Secret().reveal()) == (True, False, "")


def test_it_encrypts_with_the_first_key_and_decrypts_with_any() -> None:
    with override_settings(ENCRYPTION_KEYS=[OLD]):
        old = Secret.of("canary")
    with override_settings(ENCRYPTION_KEYS=[NEW, OLD]):
        assert old.reveal() == "canary"
        rotated = old.rotated()
    with override_settings(ENCRYPTION_KEYS=[NEW]):
        assert rotated.reveal() == "canary"
        with pytest.raises(Refusal) as refused:
            old.reveal()
    assert refused.value.code == "encryption_unavailable"


@override_settings(ENCRYPTION_KEYS=[])
def test_it_keeps_no_secret_without_a_key() -> None:
    with pytest.raises(Refusal) as refused:
        Secret.of("canary")
    assert (refused.value.code, refused.value.status) == ("encryption_unavailable", 400)

"""Submissions that may come twice: the second is told of the first (resolution 25)."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from assets.models import Nonce
from config.api.errors import Refusal
from config.api.snowflake import parse_snowflake
from organisations.models import User

KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Submission:
    """What is being submitted, and what the nonce stands for if it came before."""

    nonce: Nonce | None
    original: int | None = None


@transaction.atomic
def claim(*, user: User, kind: Nonce.Kind, value: object) -> Submission:
    """Claim a nonce for what the caller's transaction is going to make.

    One that came before names what was made then. Of several at once the first goes
    on, the others wait for its end. No nonce, and what is no id, claims nothing.
    """
    number = _number(value)
    if not number:
        return Submission(None)
    now = timezone.now()
    theirs = Nonce.objects.filter(user=user)
    theirs.filter(created_at__lt=now - KEPT_FOR).delete()
    nonce = Nonce(user=user, kind=kind, nonce=number, created_at=now)
    try:
        with transaction.atomic():
            nonce.save(force_insert=True)
    except IntegrityError as error:
        first = theirs.filter(kind=kind, nonce=number).first()
        if first is None:
            sentence = "The nonce has just run out; try again."
            raise Refusal("conflict", sentence) from error
        return Submission(first, first.object_id)
    return Submission(nonce)


def settle(submission: Submission, row: Model) -> None:
    """Note what the submission has made."""
    if submission.nonce is not None:
        Nonce.objects.filter(pk=submission.nonce.pk).update(object_id=row.pk)


def _number(value: object) -> int:
    try:
        return parse_snowflake(value)
    except ValueError:
        return 0

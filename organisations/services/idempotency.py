"""Running a request once, however often it comes (contract C17)."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from config.api.errors import Refusal
from organisations.models import IdempotencyKey, User

KEPT_FOR = timedelta(hours=24)
# A request that has not answered for so long is taken to have died. Should it live
# after all, it can no longer write: the row has another holder then.
GIVEN_UP_AFTER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the first request was answered."""

    status: int
    body: str
    location: str


def claim(*, user: User, key: str, fingerprint: str) -> tuple[uuid.UUID, Answer | None]:
    """Claim a key for a request, or return what the first one was answered.

    The claim is a row of its own transaction, so that others see it at once. Raise
    `idempotency_key_reused` when the key stands for another request, and
    `idempotency_in_progress` while the first one runs.
    """
    now, holder = timezone.now(), uuid.uuid4()
    mine = IdempotencyKey.objects.filter(user=user)
    mine.filter(claimed_at__lt=now - KEPT_FOR).delete()
    row = IdempotencyKey(
        user=user, key=key, fingerprint=fingerprint, holder=holder, claimed_at=now
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return _follow(user, key, fingerprint, holder)
    return holder, None


def _follow(
    user: User, key: str, fingerprint: str, holder: uuid.UUID
) -> tuple[uuid.UUID, Answer | None]:
    """Answer for a key that is taken."""
    row = IdempotencyKey.objects.filter(user=user, key=key).first()
    running = Refusal(
        "idempotency_in_progress", "The first request with this key still runs."
    )
    if row is None:
        raise running
    if row.fingerprint != fingerprint:
        sentence = "The key was used for another request."
        raise Refusal("idempotency_key_reused", sentence)
    if row.status is not None:
        return holder, Answer(row.status, row.body, row.location)
    now = timezone.now()
    taken_over = IdempotencyKey.objects.filter(
        pk=row.pk, holder=row.holder, claimed_at__lt=now - GIVEN_UP_AFTER
    ).update(holder=holder, claimed_at=now)
    if not taken_over:
        raise running
    return holder, None


def keep(holder: uuid.UUID, answer: Answer) -> None:
    """Keep the answer, or refuse when another request has taken the key over."""
    kept = IdempotencyKey.objects.filter(holder=holder, status=None).update(
        status=answer.status, body=answer.body, location=answer.location
    )
    if not kept:
        raise Refusal(
            "idempotency_in_progress", "Another request with this key has taken over."
        )


def release(holder: uuid.UUID) -> None:
    """Free the key of a request that was not answered."""
    IdempotencyKey.objects.filter(holder=holder, status=None).delete()

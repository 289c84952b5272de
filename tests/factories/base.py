"""What the factories have in common."""

from factory.django import DjangoModelFactory


class RowFactory(DjangoModelFactory):  # type: ignore[misc]
    """Makes rows of the model that its Meta names."""

    class Meta:
        abstract = True

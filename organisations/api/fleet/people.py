"""People, as they see themselves and as others of their organisations see them."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework.request import Request

from config.api.fields import DescriptionString, SnowflakeString, StrictString
from config.api.rows import NestedField, SerializerClass
from organisations.api.fleet.base import FleetSerializer, RegisterViewSet
from organisations.fields import refuse_control_characters
from organisations.models import User


class EmbeddedUserSerializer(FleetSerializer):
    """A person inside another object: no address and no number."""

    id = SnowflakeString(read_only=True)
    firstname = StrictString(source="first_name", read_only=True)
    lastname = StrictString(source="last_name", read_only=True)

    class Meta:
        model = User
        fields: Any = ("id", "firstname", "lastname")


@extend_schema_field(EmbeddedUserSerializer(allow_null=True))
class PersonField(NestedField):
    """A person that the row refers to."""

    def __init__(self, relation: str) -> None:
        super().__init__(EmbeddedUserSerializer, relation)


class FellowSerializer(EmbeddedUserSerializer):
    """A person, as fellow members of an organisation see them."""

    class Meta(EmbeddedUserSerializer.Meta):
        fields = ("id", "firstname", "lastname", "company", "position")
        read_only_fields = fields


class PersonalString(DescriptionString):
    """A short text about a person; the column's rule, under the key of the wire."""

    def __init__(self, **kwargs: Any) -> None:
        rules = [refuse_control_characters]
        super().__init__(**{"required": False, "validators": rules, **kwargs})


class SelfSerializer(FleetSerializer):
    """A person, as they see themselves.

    The address is how others invite them and cannot be changed here, where nobody
    could prove that it is theirs.
    """

    id = SnowflakeString(read_only=True)
    phonenumber = PersonalString(source="phone_number", max_length=40)
    firstname = PersonalString(source="first_name", max_length=150)
    lastname = PersonalString(source="last_name", max_length=150)
    company = PersonalString(max_length=100)
    position = PersonalString(max_length=100)

    class Meta:
        model = User
        fields = (
            "id",
            "email",
            "phonenumber",
            "firstname",
            "lastname",
            "company",
            "position",
        )
        read_only_fields = ("email",)


class MeViewSet(RegisterViewSet):
    """The caller."""

    queryset = User.objects.all()
    serializer_class = SelfSerializer

    def authorise(self, request: Request) -> None:
        """Let everybody read and change themselves."""
        self.row = self.actor


class UserViewSet(RegisterViewSet):
    """The caller and the fellow members of their organisations; nobody else exists."""

    queryset = User.objects.all()
    serializer_class: SerializerClass = FellowSerializer
    missing: ClassVar[tuple[str, str]] = ("not_found", "The user does not exist.")

    def authorise(self, request: Request) -> None:
        """Find the person among those the caller sees, and show all of oneself."""
        self.row = self.find_row()
        if self.row == self.actor:
            self.serializer_class = SelfSerializer

    def get_queryset(self) -> Any:
        """Return the people that the caller sees."""
        return User.objects.visible_to(self.actor)

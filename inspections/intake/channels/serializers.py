"""How channels are shown, and what they brought."""

from rest_framework import serializers

from inspections.intake.channels.models import IntakeChannel


class IntakeChannelSerializer(serializers.ModelSerializer[IntakeChannel]):
    """A channel; its secret is shown to nobody."""

    organization = serializers.CharField(source="organization.code", default=None, help_text="code")
    organization_name = serializers.CharField(source="organization.name", default=None)
    takes_messages = serializers.SerializerMethodField(
        help_text="whether programs may send to /intake/CODE/: it has a secret"
    )

    class Meta:
        model = IntakeChannel
        fields = [
            "code",
            "name",
            "channel",
            "channel_name",
            "legacy_id",
            "organization",
            "organization_name",
            "address",
            "active",
            "retired_on",
            "direct",
            "takes_messages",
        ]

    def get_takes_messages(self, channel: IntakeChannel) -> bool:
        """Whether it has a secret."""
        return bool(channel.secret)

"""`GET /api/v1/live/` on the public port: admits, gives its database connection back, and relays."""

from django.conf import settings
from django.db import connection
from django.http import HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from maps.live.door import MemberView
from maps.live.relay import PASSED_ON, HubMissing, Relay

LAST_ID = OpenApiParameter(
    "last_event_id",
    OpenApiTypes.INT,
    description="The id read last, as the header `Last-Event-ID` would say it.",
)


class LiveView(MemberView):
    """What happens, as it is committed: server-sent events of what you may see."""

    http_method_names = ["get", "options"]

    @extend_schema(
        operation_id="live",
        parameters=[LAST_ID],
        responses={
            (200, "text/event-stream"): OpenApiResponse(
                OpenApiTypes.STR,
                description="Unnamed events `{seq, kind, subject_type, subject_id}`; `gone` when a "
                "subject can no longer be seen; `ready`, `reset`, `recheck`, `closed`.",
            )
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        """The stream. No database connection is held while it lasts."""
        if not settings.LIVE_HUB:
            raise HubMissing
        headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
        connection.close()
        relay = Relay(request._request.get_full_path(), headers)
        return StreamingHttpResponse(
            relay,
            status=relay.status,
            content_type=relay.content_type,
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

"""By e-mail, through the city's own mail server."""

import smtplib
from email.utils import make_msgid
from socket import gaierror

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from inspections.messages.delivery.transports.outcome import Handing, Later, Refused, Unknown

PERMANENT = 500


def send_mail(*, key: str, to: str, subject: str, body: str, handing: Handing) -> None:
    """Hand one mail over; its Message-ID is the message's key, so that a receiver knows it again."""
    connection = get_connection(
        "django.core.mail.backends.smtp.EmailBackend", timeout=settings.SEND_TIMEOUT_S
    )
    mail = EmailMessage(
        subject=subject,
        body=body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to],
        headers={
            "Message-ID": f"<{key}@{_domain()}>" if _domain() else make_msgid(key),
            "Auto-Submitted": "auto-generated",  # RFC 3834: no answer by a machine
        },
        connection=connection,
    )
    try:
        connection.open()
    except smtplib.SMTPAuthenticationError as refused:
        raise Later(f"smtp_{refused.smtp_code}") from refused  # a person mends the password
    except (OSError, gaierror, smtplib.SMTPException) as failed:
        raise Later("smtp_unreachable") from failed
    handing()
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as refused:
        raise _answered(max(code for code, _ in refused.recipients.values())) from refused
    except smtplib.SMTPResponseException as refused:
        raise _answered(refused.smtp_code) from refused
    except (OSError, smtplib.SMTPException) as broken:
        raise Unknown("smtp_broken") from broken
    finally:
        connection.close()


def _answered(code: int) -> Later | Refused:
    return Refused(f"smtp_{code}") if code >= PERMANENT else Later(f"smtp_{code}")


def _domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")

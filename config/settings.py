"""Settings: read from the environment, with defaults that run the embedded city."""

import fcntl
import json
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from config import embedded
from config.gis_libraries import GDAL_LIBRARY_PATH, GEOS_LIBRARY_PATH

__all__ = ["GDAL_LIBRARY_PATH", "GEOS_LIBRARY_PATH"]

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(os.environ.get("LAMPLIGHTER_STATE", BASE_DIR / "var"))
# Compiled loops (the ground's index) are kept where the process may write, whoever installed the code.
os.environ.setdefault("NUMBA_CACHE_DIR", str(STATE_DIR / "compiled"))


def _flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, "1" if default else "0").strip().lower()
    if value not in {"0", "1", "true", "false", "yes", "no"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}")
    return value in {"1", "true", "yes"}


def _secret(name: str) -> str:
    """A secret from the environment, else one made once and kept readable by its owner alone."""
    if value := os.environ.get(f"LAMPLIGHTER_{name}"):
        return value
    try:
        STATE_DIR.mkdir(parents=True, exist_ok=True)
        (STATE_DIR / "secrets.json").touch(mode=0o600)
        with (STATE_DIR / "secrets.json").open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            kept: dict[str, str] = json.loads(file.read() or "{}")
            if name not in kept:
                kept[name] = secrets.token_hex(32)
                file.seek(0)
                file.write(json.dumps(kept, indent=1))
    except PermissionError as error:
        raise ImproperlyConfigured(
            f"{STATE_DIR} belongs to another user: name a folder of yours in LAMPLIGHTER_STATE"
        ) from error
    return kept[name]


def _database_url() -> str:
    """DATABASE_URL, else the embedded cluster's; before that exists, an address nobody answers at."""
    if given := os.environ.get("DATABASE_URL"):
        return given
    cluster = embedded.remembered(STATE_DIR)
    return cluster.url() if cluster else "postgresql://127.0.0.1:1/lamplighter"


DEBUG = _flag("LAMPLIGHTER_DEBUG", False)
SECRET_KEY = _secret("SECRET_KEY")
AUDIT_KEY = _secret("AUDIT_KEY")
if not (AUDIT_KEY.isascii() and AUDIT_KEY.isalnum()):
    raise ImproperlyConfigured(
        "LAMPLIGHTER_AUDIT_KEY takes letters and digits only: make one with 'openssl rand -hex 32'"
    )
# Requesters' data are sealed under the first key and opened with any: to change it, name the old
# ones in LAMPLIGHTER_PRIVACY_KEYS_OLD (commas), run 'manage.py reseal_requesters', drop them.
PRIVACY_KEYS = [
    _secret("PRIVACY_KEY"),
    *(key for key in os.environ.get("LAMPLIGHTER_PRIVACY_KEYS_OLD", "").split(",") if key),
]
ALLOWED_HOSTS = os.environ.get("LAMPLIGHTER_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("LAMPLIGHTER_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "config",
    "core",
    "grid",
    "inspections",
    "exchange",
    "maps",
    "fixtures",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "rest_framework",
    "rest_framework_gis",
    "django_filters",
    "drf_spectacular",
    "knox",
    "axes",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "config.metrics.RequestMetrics",
    "django.middleware.security.SecurityMiddleware",
    "config.security.ContentSecurity",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "config.admin_time.AdminInCityTime",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

_database: dict[str, Any] = dict(
    dj_database_url.parse(_database_url(), engine="django.contrib.gis.db.backends.postgis")
)
_options: dict[str, Any] = _database.get("OPTIONS", {})
# Pages of the ground lie in memory: reading one by index is no dearer than reading on, and queries
# of milliseconds are not worth compiling (a tile of 5,000 lamps: 190 ms with the server's defaults).
# A client that is gone ends its query, and lets go of the ground that it had locked.
# What is prepared (core/prepared.py) keeps one plan for all values: planning costs more than reading.
_session = (
    "-c random_page_cost=1.1 -c jit=off -c client_connection_check_interval=2000 "
    "-c plan_cache_mode=force_generic_plan "
    f"-c lamplighter.audit_key={AUDIT_KEY}"
)
_options["options"] = f"{_options.get('options', '')} {_session}".strip()
_options.setdefault("connect_timeout", 10)
# Without it nothing is prepared, not even on demand; with a small one the live hub's statements are,
# and several commands in one cannot be.
_options.setdefault("prepare_threshold", 1_000_000)
# `serve` gives each web process a pool with one connection per thread; commands open their own.
if _pool := int(os.environ.get("LAMPLIGHTER_POOL", "0")):
    _options["pool"] = {"min_size": 1, "max_size": _pool, "timeout": 5}
DATABASES: dict[str, Any] = {
    "default": {
        **_database,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": _options,
    }
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Signing in: /login/ for people (throttled by name and address together), tokens for programs.
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the time we tell stays true
AXES_LOCKOUT_CALLABLE = "core.views.locked_out"
AXES_CLIENT_IP_CALLABLE = "core.views.client_address"
AXES_DISABLE_ACCESS_LOG = True
TRUSTED_PROXIES = int(os.environ.get("LAMPLIGHTER_PROXIES", "0"))

# Sessions last a shift, so that a shared phone forgets; longer on a device of one's own.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_REMEMBERED_AGE = 30 * 24 * 3600
TLS = _flag("LAMPLIGHTER_TLS", False)  # served behind a proxy that speaks HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = TLS
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
if TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 30 * 24 * 3600

LANGUAGE_CODE = "zh-hans"
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.bodies.JsonBody"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "core.pages.KeysetPagination",
    "EXCEPTION_HANDLER": "core.api.exception_handler",
    "URL_FORMAT_OVERRIDE": None,
}
CSRF_FAILURE_VIEW = "core.api.csrf_failure"
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Lamplighter",
    "DESCRIPTION": "Who answers for this place, who goes there, and is it proven fixed?",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.openapi.with_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "AssignmentKind": "inspections.cases.models.AssignmentKind",
        "CaseState": "inspections.cases.models.CaseState",
        "CategoryKind": "grid.catalogue.models.CategoryKind",
        "ChangeSetState": "inspections.changes.models.ChangeSetState",
        "DeadlineClock": "inspections.cases.timing.models.ClockName",
        "Cause": "inspections.cases.closing.models.Cause",
        "CostState": "inspections.joint.costs.models.CostState",
        "LeaderLevel": "inspections.joint.undertakings.models.LeaderLevel",
        "MeetingKind": "inspections.joint.meetings.models.MeetingKind",
        "MeetingState": "inspections.joint.meetings.models.MeetingState",
        "ShiftState": "inspections.joint.shifts.models.ShiftState",
        "SupervisionLevel": "inspections.cases.supervision.models.SupervisionLevel",
        "UndertakingKind": "inspections.joint.undertakings.models.UndertakingKind",
        "UndertakingState": "inspections.joint.undertakings.models.UndertakingState",
        "ExclusionState": "inspections.cases.closing.models.ExclusionState",
        "DisputeState": "inspections.disputes.models.DisputeState",
        "EmergencyState": "inspections.cases.emergencies.models.EmergencyState",
        "ExtensionState": "inspections.cases.timing.models.ExtensionState",
        "HandoverState": "grid.handover.models.HandoverState",
        "HandoverKind": "grid.handover.models.HandoverKind",
        "ImpactKind": "inspections.changes.models.ImpactKind",
        "KnowledgeState": "inspections.intake.knowledge.models.KnowledgeState",
        "OrganizationKind": "grid.organizations.models.OrganizationKind",
        "OwnershipKind": "grid.ownership.models.OwnershipKind",
        "ParkingState": "inspections.cases.timing.models.ParkingState",
        "PartyRole": "grid.catalogue.models.PartyRole",
        "RequesterKind": "inspections.requests.models.RequesterKind",
        "MessageState": "inspections.messages.delivery.models.MessageState",
        "MessageTransport": "inspections.messages.delivery.models.Transport",
        "ReturnState": "inspections.disputes.models.ReturnState",
        "Role": "grid.organizations.models.Role",
        "Severity": "grid.catalogue.models.Severity",
        "SupervisionState": "inspections.cases.supervision.models.SupervisionState",
        "TaskKind": "inspections.fieldwork.models.TaskKind",
        "TaskStatus": "inspections.fieldwork.models.TaskStatus",
        "TransferState": "inspections.disputes.models.TransferState",
        "Urgency": "grid.catalogue.models.Urgency",
        "VerdictOutcome": "grid.jurisdiction.models.Outcome",
        "VisitOutcome": "inspections.fieldwork.models.VisitOutcome",
    },
}
# Where the live hub listens, HOST:PORT (`serve` says it); without one there are no live events.
LIVE_HUB = os.environ.get("LAMPLIGHTER_HUB", "")
REST_KNOX: dict[str, Any] = {
    "AUTH_HEADER_PREFIX": "Bearer",
    "TOKEN_TTL": None,  # a program's token lasts until it is revoked
}

# Static files are served where they lie: the styles shared by all pages, and the built front end
# (hashed names, compressed by the build) when there is one.
STATIC_URL = "/static/"
STATICFILES_DIRS = [("shared", BASE_DIR / "frontend" / "shared" / "styles")]
FRONTEND_BUILD = BASE_DIR / "frontend" / "dist"
if FRONTEND_BUILD.is_dir():
    STATICFILES_DIRS.append(("app", FRONTEND_BUILD))
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/app/assets/"

# Originals of evidence lie by hash outside the web root, readable by this process alone; another
# storage (S3, …) goes under the name "evidence".
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "evidence": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": STATE_DIR / "evidence",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "drafts": {  # files of change sets, kept as they came
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": STATE_DIR / "drafts",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}
UPLOAD_DIR = STATE_DIR / "uploads"  # blobs on their way in, chunk by chunk
CHANGE_SET_APPLIERS = "exchange.drafts"  # registers how files are loaded, when it is imported
MAP_PICTURES = STATE_DIR / "map"  # drawn pictures of the base map: a cache, bounded in size

# For how many days after the report a requester's data are kept, by channel; never erased while a
# case is open: two years, and one for what came in writing.
REQUESTERS_KEPT = os.environ.get(
    "LAMPLIGHTER_REQUESTERS_KEPT", "default=730,web=365,wechat=365,sms=365,email=365"
)

# How often the public may come in, for each address and (`_all`) together: reports, tracking codes
# that are none, searches for a place, reading by Open311; reports by Open311 for each key.
PUBLIC_LIMITS = os.environ.get(
    "LAMPLIGHTER_PUBLIC_LIMITS",
    "report=20/1h,report_all=2000/1h,guess=30/10min,search=300/10min,"
    "open311=3000/1min,open311_read=600/1min",
)
# What Open311 clients write as jurisdiction_id; blank: the host they ask. The city's name does always.
JURISDICTION_ID = os.environ.get("LAMPLIGHTER_JURISDICTION", "")

# Office hours, in city time: work hours are counted in them, work days end with them.
OFFICE_HOURS = os.environ.get("LAMPLIGHTER_OFFICE_HOURS", "08:30-12:00,14:00-18:00")

# What the desk owes where the catalogue states nothing; and the channels whose reports somebody looks
# at on the spot before they are filed (核实): those that nobody of ours has spoken with.
FILE_WITHIN = os.environ.get("LAMPLIGHTER_FILE_WITHIN", "3min")
VERIFY_WITHIN = os.environ.get("LAMPLIGHTER_VERIFY_WITHIN", "2h")
# Somebody is on the spot of an emergency within an hour, on holidays too (Chengdu, C11): looks at an urgent report
# before it is filed; arrives where the catalogue says nothing of an urgent matter, or an emergency lasts.
EMERGENCY_WITHIN = os.environ.get("LAMPLIGHTER_EMERGENCY_WITHIN", "60min")
# By when a body should be there, short of its limit: shown, and warned of (Ningxiang, N10: the country in one to two
# hours, so 60 minutes is the target and the catalogue's 120 the limit).
ARRIVE_TARGETS = os.environ.get("LAMPLIGHTER_ARRIVE_TARGETS", "country=60min")
DISPATCH_WITHIN = os.environ.get("LAMPLIGHTER_DISPATCH_WITHIN", "2h")
DISPATCH_URGENT_WITHIN = os.environ.get("LAMPLIGHTER_DISPATCH_URGENT_WITHIN", "30min")
_verified = os.environ.get("LAMPLIGHTER_VERIFIED_CHANNELS", "web,wechat,sms,email")
VERIFIED_CHANNELS = frozenset(word.strip() for word in _verified.split(",") if word.strip())

# How long after its dispatch a body may ask to return a case (退单; Lüliang 2024: one work day), silence
# being acceptance; and within which time the desk decides on it (half a work day there).
RETURN_WINDOW = os.environ.get("LAMPLIGHTER_RETURN_WINDOW", "1wd")
RETURN_DECIDED_WITHIN = os.environ.get("LAMPLIGHTER_RETURN_DECIDED_WITHIN", "4wh")

# Days of the month with a dispatch meeting (Ningxiang: 逢“6”调度), moved to the next work day, and its hour.
DISPATCH_MEETING_DAYS = os.environ.get("LAMPLIGHTER_DISPATCH_MEETING_DAYS", "6,16,26")
DISPATCH_MEETING_AT = os.environ.get("LAMPLIGHTER_DISPATCH_MEETING_AT", "09:00")

# Within which time a matter of each severity is to be settled where its duty states no limit (Chengdu:
# the simple in 5 work days, the hard in 20).
SEVERITY_LIMITS = os.environ.get(
    "LAMPLIGHTER_SEVERITY_LIMITS", "critical=2h,major=1wd,ordinary=5wd,minor=20wd"
)

# Points for whoever reported first what became a filed case (P18); 0: none are given.
REWARD_POINTS = int(os.environ.get("LAMPLIGHTER_REWARD_POINTS", "0"))

# How long the desk has to answer what becomes no case, by its nature (Lüliang 2024: enquiries 3 work days,
# the general 5).
NATURE_LIMITS = os.environ.get(
    "LAMPLIGHTER_NATURE_LIMITS",
    "enquiry=3wd,praise=5wd,suggestion=10wd,complaint=5wd,need=5wd,other=5wd",
)

# The body (code) whose leaders and handlers review the law of the catalogue's lines (法制审核); none: leaders.
LEGAL_REVIEW_BODY = os.environ.get("LAMPLIGHTER_LEGAL_REVIEW_BODY", "")
# From this score on (0 to 1) a report joins an open case by itself; above 1: never.
AUTO_JOIN_ABOVE = float(os.environ.get("LAMPLIGHTER_AUTO_JOIN", "0.85"))

# How often an answer of the knowledge base must have been used within 30 days to count as hot.
KNOWLEDGE_HOT_USES = int(os.environ.get("LAMPLIGHTER_KNOWLEDGE_HOT_USES", "10"))
# More time for a body (延期): how often one assignment may get it, how much at a time (Lüliang 2024: three times
# three work days). A rest (挂账) lasts at most this many natural days (works of half a year there).
EXTENSIONS_AT_MOST = int(os.environ.get("LAMPLIGHTER_EXTENSIONS_AT_MOST", "3"))
EXTENSION_AT_MOST = os.environ.get("LAMPLIGHTER_EXTENSION_AT_MOST", "3wd")
PARKING_AT_MOST = os.environ.get("LAMPLIGHTER_PARKING_AT_MOST", "180d")
# How often a body is reminded of a clock that has run out (提醒函); how long it has to answer a supervision (督办).
REMIND_EVERY_DAYS = int(os.environ.get("LAMPLIGHTER_REMIND_EVERY_DAYS", "7"))
SUPERVISION_WITHIN = os.environ.get("LAMPLIGHTER_SUPERVISION_WITHIN", "1wd")
# Messages: the city's mail server (none named: no mail goes out), and where the public finds its pages.
EMAIL_HOST = os.environ.get("LAMPLIGHTER_EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("LAMPLIGHTER_EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("LAMPLIGHTER_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("LAMPLIGHTER_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = _flag("LAMPLIGHTER_EMAIL_TLS", True)
DEFAULT_FROM_EMAIL = os.environ.get("LAMPLIGHTER_EMAIL_FROM", "lamplighter@localhost")
PUBLIC_ADDRESS = os.environ.get("LAMPLIGHTER_PUBLIC_ADDRESS", "")
SEND_TIMEOUT_S = 10.0

# Whether the body that handled a case must itself have told the requester before it is closed, beside the centre's
# callback (B12: both); where not, it must all the same as soon as the requester says that nobody did.
HANDLER_FEEDBACK_REQUIRED = _flag("LAMPLIGHTER_HANDLER_FEEDBACK", True)

# The stamps on the sheet of a case (N22: one order, four systems), in their order: `code` or `code=words`, of
# first_receiver, on_time, tracked, called_back, proven, two_replies.
SHEET_STAMPS = [
    stamp.strip()
    for stamp in os.environ.get(
        "LAMPLIGHTER_SHEET_STAMPS", "first_receiver,on_time,tracked,called_back"
    ).split(",")
    if stamp.strip()
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

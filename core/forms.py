"""Signing in."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class LoginForm(AuthenticationForm):
    """Name and password; a device of one's own stays signed in, a shared one for a shift."""

    error_messages = {
        "invalid_login": _("账号或密码不正确，请重试。"),
        "inactive": _("该账号已停用。"),
    }
    remember = forms.BooleanField(
        required=False,
        label=_("仅本人使用这台设备"),
        help_text=_("保持登录 30 天；公用手机请勿勾选，12 小时后自动退出。"),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["username"].label = _("账号")
        self.fields["password"].label = _("密码")

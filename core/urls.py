"""Signing in and out, password and language."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from core.views import ChangePassword, SignIn, choose_language

urlpatterns = [
    path("login/", SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", ChangePassword.as_view(), name="password"),
    path("language/", choose_language, name="language"),
]

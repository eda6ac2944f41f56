"""The pages of this app."""

from django.urls import URLPattern

from lantoa.rollcall.card_urls import card_urls
from lantoa.rollcall.phone_urls import phone_urls
from lantoa.rollcall.wall_urls import wall_urls

app_name = "rollcall"
urlpatterns: list[URLPattern] = [*phone_urls, *card_urls, *wall_urls]

"""The pages of members' cards."""

from django.urls import URLPattern, path

from lantoa.rollcall.views import cards

card_urls: list[URLPattern] = [
    path("rollcall/units/<int:unit>/cards/", cards.card_list, name="card_list"),
    path("rollcall/units/<int:unit>/cards/print/", cards.card_print, name="card_print"),
    path("rollcall/units/<int:unit>/cards/replace/", cards.card_replace, name="card_replace"),
]

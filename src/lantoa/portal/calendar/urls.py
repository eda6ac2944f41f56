"""The addresses of the public calendar."""

from django.urls import URLPattern, path

from lantoa.portal.calendar import views

urlpatterns: list[URLPattern] = [
    path("cong/lich/", views.calendar, name="calendar"),
    path("cong/lich/tat-ca.ics", views.calendar_file, name="calendar_file"),
    path("cong/lich/<int:pk>.ics", views.calendar_entry, name="calendar_entry"),
]

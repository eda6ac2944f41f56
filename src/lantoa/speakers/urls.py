"""The pages of this app."""

from django.urls import URLPattern, path

from lantoa.speakers.views import records, register

app_name = "speakers"
urlpatterns: list[URLPattern] = [
    path("speakers/", register.speaker_list, name="speaker_list"),
    path("speakers/new/", register.speaker_new, name="speaker_new"),
    path("speakers/<int:pk>/", records.speaker_detail, name="speaker_detail"),
    path("speakers/<int:pk>/correct/", records.speaker_correct, name="speaker_correct"),
    path("speakers/<int:pk>/end/", records.speaker_end, name="speaker_end"),
]

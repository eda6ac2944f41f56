"""The pages of this app."""

from django.urls import URLPattern

app_name = "plans"

campaign_pages: list[URLPattern] = []

summons_pages: list[URLPattern] = []

plan_pages: list[URLPattern] = []

urlpatterns: list[URLPattern] = [*campaign_pages, *summons_pages, *plan_pages]

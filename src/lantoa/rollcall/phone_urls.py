"""The pages about phones and about what waits of what they sent."""

from django.urls import URLPattern, path

from lantoa.rollcall.views import parcels, phones, quarantine

phone_urls: list[URLPattern] = [
    path("rollcall/devices/", phones.device_list, name="device_list"),
    path("rollcall/devices/set-up/", phones.device_set_up, name="device_set_up"),
    path("rollcall/devices/<int:pk>/revoke/", phones.device_revoke, name="device_revoke"),
    path("rollcall/devices/<int:pk>/rename/", phones.device_rename, name="device_rename"),
    path("rollcall/devices/hand-in/", parcels.parcel_hand_in, name="parcel_hand_in"),
    path("rollcall/events/<int:pk>/record/", quarantine.event_record, name="event_record"),
    path("rollcall/events/<int:pk>/set-aside/", quarantine.event_set_aside, name="event_set_aside"),
]

"""The API for devices: the routers of the apps under one description."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema

from lantoa.kernel.refusals import Refusal
from lantoa.rollcall.api import refused, router
from lantoa.rollcall.api_schema import components
from lantoa.rollcall.errors import WrongShape


class DeviceApi(NinjaAPI):
    """The addresses under `/api/v1/`: open to whoever bears a token, with no session and no page of their own."""

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        """The description, with the shapes that are parsed without pydantic."""
        schema = super().get_openapi_schema(**asked)
        schema["components"] = components()
        return schema


def _misshapen(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    where = ".".join(str(part) for part in error.errors[0]["loc"])
    return refused(_request, WrongShape(where=where))


def _addresses() -> tuple[list[URLPattern | URLResolver], str, str]:
    """The addresses, each without a sign-in."""
    api = DeviceApi(
        title="Lan Tỏa",
        version="1",
        description="The roll-call where there is no network: docs/roll-call.md.",
        docs_url=None,
        urls_namespace="api",
    )
    api.add_router("/rollcall", router)
    api.exception_handler(Refusal)(refused)
    api.exception_handler(ValidationError)(_misshapen)
    patterns, app, namespace = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            login_not_required(pattern.callback)
    return patterns, app, namespace


addresses = _addresses()

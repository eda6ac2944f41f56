"""The actor of each request."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from lantoa.accounts.models import User
from lantoa.organizations.actors import Actor


class ActorRequest(HttpRequest):
    """A request of a signed-in user, as every view receives it."""

    actor: Actor
    user: User


class ActorMiddleware:
    """Gives each request its `actor`, read from the appointments in force at that moment and never kept longer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach the actor; it is read when it is first asked for."""
        signed_in = cast(ActorRequest, request)
        signed_in.actor = cast(Actor, SimpleLazyObject(lambda: _actor_of(request)))
        return self.get_response(request)


def _actor_of(request: HttpRequest) -> Actor:
    if request.user.is_authenticated:
        return Actor.of(request.user)
    return Actor(user_id=None, person_id=None)

"""Telling readers from programs by what they say of themselves."""

import re
from collections.abc import Mapping

from lantoa.visits.enums import Agent

_PREVIEW = re.compile(
    r"facebookexternalhit|facebot|zalo(?:-?bot|pc-preview|\s*preview)|telegrambot|whatsapp|viber|twitterbot|skypeuripreview"
    r"|slackbot|discordbot|linkedinbot|pinterest(?:bot)?/|embedly|iframely|bitlybot|google-pagerenderer|snapchat",
    re.IGNORECASE,
)
"""Programs that fetch a page when somebody sends its address, to show a picture of it."""
_ROBOT = re.compile(
    r"(?<!cu)bot\b|bots\b|crawl|spider|slurp|archiver|coccoc(?:bot|-)|mediapartners|headless|lighthouse|pagespeed"
    r"|monitor|uptime|pingdom|scrap|fetch|feed|curl/|wget|libwww|python|java/|okhttp|go-http|httpclient|axios|node"
    r"|perl|ruby|php|apachebench|jmeter|k6/|phantomjs|selenium|puppeteer|playwright|dataprovider|validator|preview",
    re.IGNORECASE,
)
_EARLY = ("prefetch", "prerender", "preview")


def agent_of(headers: Mapping[str, str]) -> Agent:
    """Who asks, by the request's headers (WSGI names). Whoever does not say what they are is a robot."""
    said = headers.get("HTTP_USER_AGENT", "")
    purpose = headers.get("HTTP_SEC_PURPOSE", "") or headers.get("HTTP_PURPOSE", "") or headers.get("HTTP_X_MOZ", "")
    if _PREVIEW.search(said) or any(word in purpose.lower() for word in _EARLY):
        return Agent.PREVIEW
    return Agent.ROBOT if not said.strip() or _ROBOT.search(said) else Agent.READER

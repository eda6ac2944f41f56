"""Who is a reader, by what they say of themselves."""

import pytest

from lantoa.visits.agents import agent_of
from lantoa.visits.enums import Agent

PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"
)
CASES = {
    PHONE: Agent.READER,
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0": Agent.READER,
    "Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.5 "
    "Mobile/15E148 Safari/604.1": Agent.READER,
    "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/88.0 Chrome/82.0 "
    "Safari/537.36": Agent.READER,
    "Mozilla/5.0 (Linux; Android 9; SM-J730G) AppleWebKit/537.36 Version/4.0 Chrome/110.0 Mobile Safari/537.36 "
    "Zalo android/12100745": Agent.READER,
    "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/110.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/407.0]": (
        Agent.READER
    ),
    "Mozilla/5.0 (Linux; Android 11; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile "
    "Safari/537.36": Agent.READER,
    "Mozilla/5.0 (Linux; U; Android 9; vi; CUBOT/NOTE_20) AppleWebKit/537.36 Mobile Safari/537.36": Agent.READER,
    "Opera/9.80 (J2ME/MIDP; Opera Mini/7.1.32052/29.3709; U; vi) Presto/2.8.119 Version/11.10": Agent.READER,
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": Agent.ROBOT,
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)": Agent.ROBOT,
    "Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)": Agent.ROBOT,
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)": Agent.ROBOT,
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)": Agent.ROBOT,
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36": (
        Agent.ROBOT
    ),
    "curl/7.88.1": Agent.ROBOT,
    "python-requests/2.31": Agent.ROBOT,
    "": Agent.ROBOT,
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)": Agent.PREVIEW,
    "TelegramBot (like TwitterBot)": Agent.PREVIEW,
    "WhatsApp/2.23.20.0": Agent.PREVIEW,
}


@pytest.mark.parametrize(("said", "agent"), CASES.items(), ids=[said[:60] or "silent" for said in CASES])
def test_a_browser_is_a_reader_and_a_program_is_not(said: str, agent: Agent) -> None:
    assert agent_of({"HTTP_USER_AGENT": said}) == agent


@pytest.mark.parametrize("header", ["HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_MOZ"])
def test_a_page_that_is_fetched_beforehand_is_not_read_yet(header: str) -> None:
    assert agent_of({"HTTP_USER_AGENT": PHONE, header: "prefetch;prerender"}) == Agent.PREVIEW

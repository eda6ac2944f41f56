"""Where an address is shared: plain links, which work without a script and ask nothing before they are followed."""

import base64
import json
from urllib.parse import urlencode


def zalo_address(address: str) -> str:
    """The page on which Zalo asks to whom the address shall go; it takes it as JSON in base 64."""
    said = base64.b64encode(json.dumps({"url": address}).encode()).decode()
    asked = {"layout": 1, "color": "blue", "customize": "false", "d": said, "shareType": 0}
    return f"https://button-share.zalo.me/share_external?{urlencode(asked)}"

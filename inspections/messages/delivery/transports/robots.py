"""To the group robots of WeCom (企业微信) and DingTalk (钉钉), in their JSON.

WeCom: https://developer.work.weixin.qq.com/document/path/91770 (text at most 2,048 bytes, 20 a minute).
DingTalk: https://open.dingtalk.com/document/robots/custom-robot-access (signed: `timestamp` and `sign`
in the address; 20 a minute). Both answer 200 and say in `errcode` what became of it.
"""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from urllib.parse import urlencode

from inspections.messages.delivery.transports.http import post
from inspections.messages.delivery.transports.outcome import Handing, Later, Refused

WECOM_BYTES, DINGTALK_BYTES = 2048, 18_000
BUSY = {-1}
TOO_FAST = {45009, 45033, 130101, 302033, 410100}
A_MINUTE = timedelta(minutes=1)


def send_wecom(*, address: str, text: str, handing: Handing) -> None:
    """One text to the group of a WeCom robot."""
    _send(address, {"content": _cut(text, WECOM_BYTES)}, handing)


def send_dingtalk(*, address: str, secret: str, text: str, now: datetime, handing: Handing) -> None:
    """One text to the group of a DingTalk robot; signed where it has a secret."""
    if secret:
        moment = str(int(now.timestamp() * 1000))
        query = urlencode({"timestamp": moment, "sign": dingtalk_sign(secret, moment)})
        address += ("&" if "?" in address else "?") + query
    _send(address, {"content": _cut(text, DINGTALK_BYTES)}, handing)


def dingtalk_sign(secret: str, moment: str) -> str:
    """Base64 of the HMAC-SHA256 of "timestamp\\nsecret" under the secret."""
    signed = f"{moment}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()


def _send(address: str, text: dict[str, str], handing: Handing) -> None:
    content = json.dumps({"msgtype": "text", "text": text}, ensure_ascii=False).encode()
    answer = post(address, content, {}, handing=handing).json()
    code = answer.get("errcode")
    if code == 0:
        return
    if code in TOO_FAST:
        raise Later(f"robot_{code}", A_MINUTE)
    if code in BUSY:
        raise Later(f"robot_{code}")
    raise Refused(f"robot_{code}" if isinstance(code, int) else "robot_no_answer")


def _cut(text: str, most: int) -> str:
    """No more bytes than that, never half a letter."""
    return text.encode()[:most].decode(errors="ignore")

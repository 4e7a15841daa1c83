"""The regions that the cloud had when this was written: to find the one that a mistyped name means, never to refuse."""

from __future__ import annotations

from difflib import get_close_matches

KNOWN = (
    "ap-bangkok",
    "ap-beijing",
    "ap-beijing-fsi",
    "ap-chengdu",
    "ap-chongqing",
    "ap-guangzhou",
    "ap-guangzhou-open",
    "ap-hongkong",
    "ap-jakarta",
    "ap-mumbai",
    "ap-nanjing",
    "ap-qingyuan",
    "ap-seoul",
    "ap-shanghai",
    "ap-shanghai-fsi",
    "ap-shenzhen",
    "ap-shenzhen-fsi",
    "ap-singapore",
    "ap-taipei",
    "ap-tokyo",
    "eu-frankfurt",
    "na-ashburn",
    "na-siliconvalley",
    "na-toronto",
    "sa-saopaulo",
)


def nearest(region: str) -> str:
    """The known region that is spelt most alike; empty for a known one, and where none is near."""
    if region in KNOWN:
        return ""
    return next(iter(get_close_matches(region, KNOWN, 1)), "")

"""Suggests a region for a name that may be mistyped.

The list is as old as this release, so it never serves to refuse a name: the cloud may have new regions.
"""

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
    """The known region with the most similar name; empty if ``region`` is known itself, or similar to none."""
    if region in KNOWN:
        return ""
    return next(iter(get_close_matches(region, KNOWN, 1)), "")

"""How the cloud spells the ids of its objects and the names of its regions.

An id ends up in shell commands, Terraform code and links, so text that is none is refused where it is read.
"""

from __future__ import annotations

import re

ANY_NAME = ("",)
"""For nodes: a registered one goes by the name that its machine has."""
GROUP = ("sg-",)
CLUSTER = ("cls-",)
NODE_POOL = ("np-",)
INSTANCE = ("ins-",)
INTERFACE = ("eni-",)
VPC = ("vpc-",)
SUBNET = ("subnet-",)
LAUNCH_CONFIGURATION = ("asc-",)
SCALING_GROUP = ("asg-",)
ADDRESS_TEMPLATE, ADDRESS_TEMPLATE_GROUP = ("ipm-",), ("ipmg-",)
SERVICE_TEMPLATE, SERVICE_TEMPLATE_GROUP = ("ppm-",), ("ppmg-",)

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)
_REGION = re.compile(r"[a-z]{2,}(-[a-z0-9]+)+", re.ASCII)


def is_identifier(text: str, prefixes: tuple[str, ...] = ()) -> bool:
    """Whether ``text`` can be an id that begins with one of ``prefixes``; without any, of any kind that has a dash.

    Ids of registered nodes hold dots (``node-10.0.6.x``), those of super and native nodes several dashes.
    """
    is_of_kind = text.startswith(prefixes) and text not in prefixes if prefixes else "-" in text
    return is_of_kind and _IDENTIFIER.fullmatch(text) is not None


def is_region(text: str) -> bool:
    """Whether ``text`` can be the name of a region, as in ``ap-shanghai-fsi``."""
    return _REGION.fullmatch(text) is not None

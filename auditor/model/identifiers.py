"""Recognizes ids of cloud resources and names of regions.

Ids go into shell commands, Terraform code and links, so the readers refuse text that is not an id.
"""

from __future__ import annotations

import re

ANY_NAME = ("",)
"""Prefixes of nodes: a registered node has the name of its machine as id."""
GROUP = ("sg-",)
CLUSTER = ("cls-",)
NODE_POOL = ("np-",)
INSTANCE = ("ins-",)
INTERFACE = ("eni-",)
LOAD_BALANCER = ("lb-",)
LISTENER = ("lbl-",)
TARGET_GROUP = ("lbtg-",)
NETWORK_ACL = ("acl-",)
VPC = ("vpc-",)
SUBNET = ("subnet-",)
LAUNCH_CONFIGURATION = ("asc-",)
SCALING_GROUP = ("asg-",)
ADDRESS_TEMPLATE, ADDRESS_TEMPLATE_GROUP = ("ipm-",), ("ipmg-",)
SERVICE_TEMPLATE, SERVICE_TEMPLATE_GROUP = ("ppm-",), ("ppmg-",)

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)
_REGION = re.compile(r"[a-z]{2,}(-[a-z0-9]+)+", re.ASCII)


def is_identifier(text: str, prefixes: tuple[str, ...] = ()) -> bool:
    """Whether ``text`` can be an id with one of ``prefixes``; without prefixes, an id of any kind, which has a dash.

    Ids of registered nodes have dots (``node-10.0.6.x``), ids of super and native nodes have several dashes.
    """
    is_of_kind = text.startswith(prefixes) and text not in prefixes if prefixes else "-" in text
    return is_of_kind and _IDENTIFIER.fullmatch(text) is not None


def is_region(text: str) -> bool:
    """Whether ``text`` can be the name of a region, such as ``ap-shanghai-fsi``."""
    return _REGION.fullmatch(text) is not None

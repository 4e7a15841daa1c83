"""The SDK's own typed models, which are the official schema of answers."""

from __future__ import annotations

import importlib
import warnings
from types import ModuleType
from typing import Any

MODELS = {
    ("region", "2022-06-27"): "tencentcloud.region.v20220627.models",
    ("organization", "2021-03-31"): "tencentcloud.organization.v20210331.models",
    ("sts", "2018-08-13"): "tencentcloud.sts.v20180813.models",
    ("tke", "2018-05-25"): "tencentcloud.tke.v20180525.models",
    ("tke", "2022-05-01"): "tencentcloud.tke.v20220501.models",
    ("cvm", "2017-03-12"): "tencentcloud.cvm.v20170312.models",
    ("vpc", "2017-03-12"): "tencentcloud.vpc.v20170312.models",
    ("clb", "2018-03-17"): "tencentcloud.clb.v20180317.models",
    ("as", "2018-04-19"): "tencentcloud.autoscaling.v20180419.models",
}


def models(service: str, version: str) -> ModuleType:
    """The SDK's module of one version of a service."""
    return importlib.import_module(MODELS[service, version])


def unknown_fields(service: str, version: str, action: str, response: dict[str, Any]) -> str:
    """The SDK's complaint about fields that it does not know, empty where it has none."""
    typed = getattr(models(service, version), f"{action}Response")()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            typed._deserialize({key: value for key, value in response.items() if key != "Error"})
        except UserWarning as complaint:
            return str(complaint)
    return ""

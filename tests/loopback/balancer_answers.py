"""An estate's answers to the clb actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.loopback.balancers import BalancerRows
from tests.loopback.checks import page
from tests.loopback.estate import Region
from tests.loopback.refusals import Refused
from tests.loopback.rules import Row
from tests.loopback.schema import Operation

Params = Mapping[str, Any]

NEWEST_FIRST = 1
"""OrderType unless said."""


def balancer_answer(operation: Operation, region: Region, params: Params) -> Row:
    """The inner ``Response`` without its ``RequestId``. Raises ``Refused``."""
    if operation.name == "DescribeLoadBalancers":
        return _list(operation, _balancers(region, params), params)
    if operation.name == "DescribeTargetGroupInstances":
        wanted = [value for item in params["Filters"] for value in item["Values"]]
        rows = [row for group_id in wanted for row in region.target_groups.get(group_id, [])]
        return {**_list(operation, rows, params), "RealCount": len(rows)}
    of_balancer = _balancer(region, params)
    if operation.name == "DescribeListeners":
        listeners = _chosen(of_balancer.listeners, params)
        return {"Listeners": listeners, "TotalCount": len(listeners)}
    return {"Listeners": _chosen(of_balancer.targets, params)}


def _list(operation: Operation, rows: list[Row], params: Params) -> Row:
    offset, limit = page(params)
    return {"TotalCount": len(rows), operation.rows: rows[offset : offset + limit]}


def _balancers(region: Region, params: Params) -> list[Row]:
    """The load balancers that were asked for. The count of back ends comes only on request."""
    wanted = params.get("LoadBalancerIds") or list(region.balancers)
    chosen = [item for balancer_id, item in region.balancers.items() if balancer_id in wanted]
    for parameter in ("VpcId", "Forward", "LoadBalancerType"):
        if parameter in params:
            chosen = [item for item in chosen if item.row[parameter] == params[parameter]]
    if params.get("OrderType", NEWEST_FIRST) == NEWEST_FIRST:
        chosen.reverse()
    counted = "TargetCount" in params.get("AdditionalFields", ())
    return [{key: value for key, value in item.row.items() if counted or key != "TargetCount"} for item in chosen]


def _balancer(region: Region, params: Params) -> BalancerRows:
    found = region.balancers.get(params["LoadBalancerId"])
    if found is None or not found.row["Forward"]:
        raise Refused("InvalidParameter.LBIdNotFound", f"The load balancer `{params['LoadBalancerId']}` is not found.")
    return found


def _chosen(rows: list[Row], params: Params) -> list[Row]:
    wanted = params.get("ListenerIds")
    return [row for row in rows if not wanted or row["ListenerId"] in wanted]

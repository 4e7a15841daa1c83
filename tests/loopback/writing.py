"""Cassettes written from an estate: a caller that answers in place of the cloud and takes down what it was asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from auditor.fetcher.actions import ApiAction
from auditor.fetcher.api_response import ApiCall, ApiResponse, parse_response
from auditor.fetcher.cassette import FORMAT, Cassette, Interaction, Request, Response
from tests.loopback.answers import answer
from tests.loopback.calls import Call
from tests.loopback.checks import check
from tests.loopback.estate import Estate
from tests.loopback.faults import JSON, Fault, Reply, error_body
from tests.loopback.refusals import Refused
from tests.loopback.schema import BY_NAME


@dataclass
class EstateCaller:
    """Answers every call as the server would, without a wire; ``faults`` befall every call of their key's action.

    A key is an action's name, or the name and a cluster's id as in ``DescribeIPAMD cls-1``.
    """

    estate: Estate
    faults: Mapping[str, Fault] = field(default_factory=dict)
    taken: list[Interaction] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def call(self, action: ApiAction, region: str, params: Mapping[str, object]) -> dict[str, Any]:
        """As :meth:`auditor.fetcher.transport.Caller.call`."""
        request = Request(
            service=action.service, version=action.version, region=region, action=action.name, params=dict(params)
        )
        document = json.loads(self._reply(request).body)
        response = Response(status=200, content_type=JSON, body=document)
        with self.lock:
            self.taken.append(Interaction(request=request, response=response))
        return parse_response(
            ApiCall(action=action, region=region), ApiResponse(status=200, content_type=JSON, body=document)
        )

    def _reply(self, request: Request) -> Reply:
        request_id = str(uuid5(NAMESPACE_URL, request.key()))
        operation = BY_NAME[request.service, request.version, request.action]
        try:
            response = answer(self.estate, operation, request.region, check(operation, request.params))
            reply = Reply(body=json.dumps({"Response": {**response, "RequestId": request_id}}).encode())
        except Refused as refusal:
            reply = Reply(body=error_body(refusal, request_id))
        fault = self._fault(request)
        return fault(_call(request), reply) if fault else reply

    def _fault(self, request: Request) -> Fault | None:
        particular = f"{request.action} {request.params.get('ClusterId', '')}"
        return self.faults.get(particular) or self.faults.get(request.action)

    def cassette(self, scenario: str) -> Cassette:
        """What was asked and answered, in a fixed order."""
        taken = sorted(self.taken, key=lambda interaction: interaction.request.key())
        return Cassette(format=FORMAT, scenario=scenario, origin="written", interactions=taken)


def _call(request: Request) -> Call:
    return Call(
        service=request.service,
        version=request.version,
        action=request.action,
        region=request.region,
        params=request.params,
        at=0,
    )

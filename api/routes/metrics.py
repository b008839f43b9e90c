"""What Prometheus reads, for those alone who come from this machine or its private network."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from fastapi import APIRouter, Request, Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from api.deps import UsesServices
from core.errors import NotFound

router = APIRouter()

NEAR = tuple(
    map(ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"))
)
"""This machine and private networks (RFC 1918, 4193)."""
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""By these a request tells that a proxy passed it on, for whoever may be behind."""


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request, services: UsesServices) -> Response:
    """All metrics in Prometheus' text format; for others there is no such page."""
    if not _is_from_near(request):
        raise NotFound("metrics are for the private network")
    headers = {"Cache-Control": "no-store"}
    return Response(await services.metrics.text(), media_type=CONTENT_TYPE_LATEST, headers=headers)


def _is_from_near(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        address = ip_address(request.client.host)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in NEAR)

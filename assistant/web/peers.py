"""Whose word about a request is taken: the addresses of reverse proxies, and what they tell of the client."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import Scope

from assistant.errors import SettingsError
from assistant.hosts import read_address

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))


@dataclass(frozen=True)
class Peers:
    """The reverse proxies in front of this application; none unless `behind_proxy`."""

    networks: tuple[Network, ...] = _LOOPBACK
    behind_proxy: bool = False

    def trusts(self, address: str | None) -> bool:
        """Tell whether a connection comes from a reverse proxy of ours."""
        return self.behind_proxy and _is_in(address, self.networks)

    def client_of(self, scope: Scope) -> str:
        """Give the address to count a client by: /64 of IPv6, where one line can use every address.

        `X-Forwarded-For` counts only from a trusted proxy, and of it only the last address that is not
        itself a proxy: everything before it was written by the client.
        """
        address = peer_of(scope)
        if self.trusts(address):
            forwarded = ",".join(Headers(scope=scope).getlist("x-forwarded-for"))
            for hop in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
                address = hop
                if not self.trusts(hop):
                    break
        return _shorten(address)

    def scheme_of(self, scope: Scope) -> str:
        """Give 'https' where the client's own connection is encrypted."""
        told = Headers(scope=scope).get("x-forwarded-proto", "") if self.trusts(peer_of(scope)) else ""
        return told if told in ("http", "https") else str(scope.get("scheme", "http"))


def read_peers(trusted_proxies: str, *, behind_proxy: bool) -> Peers:
    """Read addresses and networks parted by commas; '' is this machine.

    Raises:
        SettingsError: one is neither.
    """
    names = [name.strip() for name in trusted_proxies.split(",") if name.strip()]
    if not names:
        return Peers(behind_proxy=behind_proxy)
    try:
        networks = tuple(ipaddress.ip_network(name) for name in names)
    except ValueError as error:
        raise SettingsError(
            f"ASSISTANT_TRUSTED_PROXIES cannot be {trusted_proxies!r}: {error}.",
            hint="List addresses or networks by comma, e.g. 10.0.0.5,172.16.0.0/12.",
        ) from error
    return Peers(networks, behind_proxy=True)


def peer_of(scope: Scope) -> str | None:
    """Give the address at the other end of the connection."""
    client = scope.get("client")
    return client[0] if client else None


def _is_in(address: str | None, networks: Sequence[Network]) -> bool:
    ip = read_address(address)
    return ip is not None and any(ip in network for network in networks if network.version == ip.version)


def _shorten(address: str | None) -> str:
    ip = read_address(address)
    if ip is None:
        return (address or "unknown")[:64]
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)

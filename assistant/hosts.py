"""Which names and addresses mean this machine."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def read_address(text: str | None) -> Address | None:
    """Read an IP address; IPv4 written as IPv6 becomes IPv4, and what is no address `None`."""
    try:
        ip = ipaddress.ip_address(text or "")
    except ValueError:
        return None
    return ip.ipv4_mapped or ip if isinstance(ip, ipaddress.IPv6Address) else ip


def is_loopback(address: str | None) -> bool:
    """True for an address that only this machine reaches; a name is none."""
    ip = read_address(address)
    return ip is not None and ip.is_loopback


def is_this_machine(host: str | None) -> bool:
    """True for `localhost`, a name below it, and loopback addresses: never for a name that only begins like one."""
    name = (host or "").lower().rstrip(".")
    return name == "localhost" or name.endswith(".localhost") or is_loopback(host)

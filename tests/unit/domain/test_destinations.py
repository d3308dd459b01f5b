"""The URLs that webhooks may have: private and link-local addresses are refused."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from usher.domain.destinations import (
    MAX_URL,
    BadDestinationError,
    PrivateDestinationError,
    check_addresses,
    is_public,
    read_destination,
)

LOOPBACK = ["127.0.0.0/8"]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "169.254.170.2",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - refused
        "192.0.0.9",
        "192.0.2.1",
        "198.18.0.1",
        "192.88.99.1",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_private_and_link_local_addresses_are_refused(address: str) -> None:
    assert not is_public(ip_address(address))
    with pytest.raises(PrivateDestinationError):
        check_addresses(["8.8.8.8", address], scheme="https", own_networks=[])


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450::5"])
def test_public_addresses_are_called(address: str) -> None:
    assert check_addresses([address], scheme="https", own_networks=[]) == [address]


def test_ipv4_goes_first_and_each_address_once() -> None:
    found = ["2606:4700:4700::1111", "8.8.8.8", "2606:4700:4700::1111"]

    assert check_addresses(found, scheme="https", own_networks=[]) == ["8.8.8.8", "2606:4700:4700::1111"]


def test_a_name_that_leads_to_nothing_is_refused() -> None:
    with pytest.raises(PrivateDestinationError):
        check_addresses([], scheme="https", own_networks=LOOPBACK)


def test_a_network_of_the_deployment_is_exempt_also_from_https_and_no_other_is() -> None:
    assert check_addresses(["127.0.0.1"], scheme="http", own_networks=LOOPBACK) == ["127.0.0.1"]
    with pytest.raises(PrivateDestinationError):
        check_addresses(["10.0.0.1"], scheme="https", own_networks=LOOPBACK)
    with pytest.raises(BadDestinationError):
        check_addresses(["127.0.0.1", "8.8.8.8"], scheme="http", own_networks=LOOPBACK)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.com",
        "http://hooks.example.com/in",
        "ftp://hooks.example.com/in",
        "https:///in",
        "https://ann:secret@hooks.example.com/in",
        "https://@hooks.example.com/in",
        "https://hooks.example.com/in#part",
        "https://hooks.example.com:0/in",
        "https://hooks.example.com:99999/in",
        "https://hooks.example.com\\@10.0.0.1/in",
        "https://hooks.example.com /in",
        "https://hooks.example.com/a\r\nHost: b",
        "https://höoks.example.com/in",
        "https://[::1",
        "https://[2606:4700:4700::1111%25eth0]/in",
        "https://hooks%2eexample.com/in",
        "https://2130706433/in",
        "https://0x7f.1/in",
        "https://127.1/in",
        "https://-.example.com/in",
        f"https://hooks.example.com/{'a' * MAX_URL}",
    ],
)
def test_what_is_no_usable_address_is_refused(url: str) -> None:
    with pytest.raises(BadDestinationError):
        read_destination(url, own_networks=[])


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/in",
        "https://[::1]/in",
        "https://[::ffff:10.0.0.1]/in",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/in",
        "https://LOCALHOST./in",
        "https://printer/in",
        "https://printer.local/in",
        "https://api.corp.internal/in",
    ],
)
def test_what_is_plainly_private_is_refused_before_it_is_called(url: str) -> None:
    with pytest.raises(PrivateDestinationError):
        read_destination(url, own_networks=[])


def test_with_networks_of_the_deployment_names_and_plain_http_are_judged_when_called() -> None:
    for url in ("http://localhost:9000/in", "http://127.0.0.1:9000/in", "https://printer.local/in"):
        assert read_destination(url, own_networks=LOOPBACK).target == "/in"
    with pytest.raises(PrivateDestinationError):
        read_destination("http://10.0.0.1/in", own_networks=LOOPBACK)


def test_an_address_is_taken_apart_once() -> None:
    plain = read_destination("https://hooks.example.com", own_networks=[])
    full = read_destination("https://Hooks.Example.com:8443/a/b?token=c", own_networks=[])

    assert (plain.host, plain.port, plain.authority, plain.target) == (
        "hooks.example.com",
        443,
        "hooks.example.com",
        "/",
    )
    assert (full.host, full.port, full.authority, full.target) == (
        "hooks.example.com",
        8443,
        "Hooks.Example.com:8443",
        "/a/b?token=c",
    )

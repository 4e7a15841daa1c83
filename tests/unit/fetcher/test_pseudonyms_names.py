from __future__ import annotations

import re
from random import Random

import pytest

from auditor.fetcher.pseudonyms import ID, masked_ids, masked_names, masked_uuid


@pytest.mark.parametrize(
    "known",
    [
        "sg-0a1b2c3d",
        "ins-abcdefgh",
        "cls-12345678",
        "np-abcd1234-xyz12",
        "eklet-subnet-p2kl9x0z-3lq7u9a1",
        "ipmg-abcdefgh",
        "eks-abcdefgh",
    ],
)
def test_ids_of_every_kind_are_known(known: str) -> None:
    assert ID.fullmatch(known)


@pytest.mark.parametrize(
    "word",
    [
        "ap-guangzhou-3",
        "security-group-id",
        "attachment.instance-id",
        "groups.security-group-id",
        "vpc-id",
        "vpc-cni",
        "tke-route-eni",
        "VPC-CNI",
        "MASTER_ETCD",
        "Global-Router",
        "nodepool-id",
    ],
)
def test_words_of_the_api_are_no_ids(word: str) -> None:
    assert not ID.search(word)


def test_an_id_keeps_its_prefix_and_length() -> None:
    masked = masked_ids(["sg-0a1b2c3d", "np-abcd1234-xyz12", "eklet-subnet-p2kl9x0z-3lq7u9a1"], Random(1))
    assert re.fullmatch(r"sg-[a-z0-9]{8}", masked["sg-0a1b2c3d"])
    assert re.fullmatch(r"np-[a-z0-9]{8}-[a-z0-9]{5}", masked["np-abcd1234-xyz12"])
    assert re.fullmatch(r"eklet-subnet-[a-z0-9]{8}-[a-z0-9]{8}", masked["eklet-subnet-p2kl9x0z-3lq7u9a1"])
    assert all(known != other for known, other in masked.items())


def test_ids_keep_their_order_and_stay_apart() -> None:
    known = [f"ins-{Random(number).getrandbits(40):010x}" for number in range(500)]
    masked = masked_ids(known, Random(1))
    assert sorted(known, key=masked.__getitem__) == sorted(known)
    assert len(set(masked.values())) == 500


def test_the_same_dice_give_the_same_ids_and_others_others() -> None:
    assert masked_ids(["sg-0a1b2c3d"], Random(1)) == masked_ids(["sg-0a1b2c3d"], Random(1))
    assert masked_ids(["sg-0a1b2c3d"], Random(1)) != masked_ids(["sg-0a1b2c3d"], Random(2))


def test_names_become_numbers_in_their_order() -> None:
    assert masked_names(["web", "db", "", "web", "支付"]) == {"db": "name-1", "web": "name-2", "支付": "name-3"}


def test_numbers_of_names_sort_as_the_names_do() -> None:
    masked = masked_names([f"host-{number:03}" for number in range(120)])
    assert masked["host-000"] == "name-001"
    assert sorted(masked.values()) == list(masked.values())


def test_a_request_id_keeps_its_shape() -> None:
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", masked_uuid(Random(1)))

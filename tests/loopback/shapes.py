"""Rows of vpc, cvm and as in the API's own shapes, with the fields that a reader of them could look at."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from tests.loopback.rules import Row

CREATED = "2026-03-02 10:00:00"
CREATED_ISO = "2026-03-02T02:00:00Z"
ACCOUNT = "100000000001"


def caller_identity(account: str) -> Row:
    """The answer of sts:GetCallerIdentity to keys of a sub-user."""
    return {
        "Arn": f"qcs::cam:{account}:uin/100000000009",
        "AccountId": account,
        "UserId": "100000000009",
        "PrincipalId": "100000000009",
        "Type": "CAMUser",
    }


def role_keys(number: str, lifetime: int) -> Row:
    """The answer of sts:AssumeRole."""
    ends = int(time.time()) + lifetime
    return {
        "Credentials": {
            "Token": f"token-of-{number}",
            "TmpSecretId": f"id-of-{number}",
            "TmpSecretKey": f"key-of-{number}",
        },
        "ExpiredTime": ends,
        "Expiration": datetime.fromtimestamp(ends, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def member(account: str, name: str, status: str = "Confirmed") -> Row:
    """organization/OrgMember, as in the example of its API page."""
    return {
        "MemberUin": int(account),
        "Name": name,
        "MemberType": "Invite",
        "OrgPolicyType": "Financial",
        "OrgPolicyName": "财务管理",
        "OrgPermission": [{"Id": 1, "Name": "view bills"}],
        "NodeId": 101,
        "NodeName": "root",
        "Remark": "",
        "CreateTime": "2021-04-17 12:19:07",
        "UpdateTime": "2021-04-17 12:19:07",
        "IsAllowQuit": "Denied",
        "PayUin": "",
        "PayName": "",
        "OrgIdentity": [],
        "BindStatus": "Unbound",
        "PermissionStatus": status,
    }


def vpc(vpc_id: str, name: str, cidr: str, assistants: Iterable[Row] | None, ipv6: str = "") -> Row:
    """vpc/Vpc. ``assistants`` ``None`` leaves the list null, as some answers do."""
    return {
        "VpcName": name,
        "VpcId": vpc_id,
        "CidrBlock": cidr,
        "IsDefault": False,
        "EnableMulticast": False,
        "CreatedTime": CREATED,
        "DnsServerSet": [],
        "DomainName": "",
        "DhcpOptionsId": "",
        "EnableDhcp": True,
        "Ipv6CidrBlock": ipv6,
        "TagSet": [],
        "AssistantCidrSet": None if assistants is None else list(assistants),
        "Ipv6CidrBlockSet": [{"IPv6CidrBlock": ipv6, "ISPType": "BGP", "AddressType": "GUA"}] if ipv6 else [],
    }


def assistant_cidr(vpc_id: str, cidr: str, *, container: bool) -> Row:
    """vpc/AssistantCidr: type 1 is the container block that TKE registers."""
    return {"VpcId": vpc_id, "CidrBlock": cidr, "AssistantType": int(container), "SubnetSet": []}


def subnet(subnet_id: str, vpc_id: str, name: str, cidr: str, zone: str, ipv6: str = "") -> Row:
    """vpc/Subnet."""
    return {
        "VpcId": vpc_id,
        "SubnetId": subnet_id,
        "SubnetName": name,
        "CidrBlock": cidr,
        "IsDefault": False,
        "EnableBroadcast": False,
        "Zone": zone,
        "RouteTableId": "rtb-loopback",
        "CreatedTime": CREATED,
        "AvailableIpAddressCount": 200,
        "Ipv6CidrBlock": ipv6,
        "NetworkAclId": "",
        "IsRemoteVpcSnat": False,
        "TotalIpAddressCount": 253,
        "TagSet": [],
    }


def network_acl(acl_id: str, vpc_id: str, ingress: Iterable[Row], egress: Iterable[Row], *, quintuple: bool) -> Row:
    """vpc/NetworkAcl: an ACL of five fields keeps its entries in a list of their own."""
    return {
        "VpcId": vpc_id,
        "NetworkAclId": acl_id,
        "NetworkAclName": "acl",
        "NetworkAclType": "QUINTUPLE" if quintuple else "TRIPLE",
        "CreatedTime": CREATED,
        "SubnetSet": [],
        "TagSet": [],
        "IngressEntries": [] if quintuple else list(ingress),
        "EgressEntries": [] if quintuple else list(egress),
    }


def acl_entry(priority: int, action: str, block: str, *, protocol: str = "all", port: str = "") -> Row:
    """vpc/NetworkAclEntry; its port is absent where the protocol has none."""
    is_ipv6 = ":" in block
    return {
        "Protocol": protocol,
        **({"Port": port} if port else {}),
        "Ipv6CidrBlock" if is_ipv6 else "CidrBlock": block,
        "Action": action,
        "Description": "",
        "ModifyTime": "",
        "NetworkAclIpv6EntryId" if is_ipv6 else "NetworkAclIpv4EntryId": f"acli{6 if is_ipv6 else 4}3-{priority:08d}",
        "Priority": priority,
    }


def acl_quintuple(
    priority: int,
    direction: str,
    action: str,
    source: str,
    destination: str,
    *,
    protocol: str = "ALL",
    source_port: str = "",
    port: str = "",
) -> Row:
    """vpc/NetworkAclQuintupleEntry with IPv4 blocks."""
    return {
        "Protocol": protocol,
        "Description": "",
        "SourcePort": source_port,
        "SourceCidr": source,
        "DestinationPort": port,
        "DestinationCidr": destination,
        "Action": action,
        "CreateTime": CREATED,
        "NetworkAclQuintupleEntryId": f"acli45-{priority:08d}",
        "NetworkAclDirection": direction,
        "Priority": priority,
    }


def security_group(group_id: str, name: str, description: str = "") -> Row:
    """vpc/SecurityGroup; the project is a string."""
    return {
        "SecurityGroupId": group_id,
        "SecurityGroupName": name,
        "SecurityGroupDesc": description,
        "ProjectId": "0",
        "IsDefault": False,
        "CreatedTime": CREATED,
        "UpdateTime": CREATED,
        "TagSet": [],
    }


def interface(  # noqa: PLR0913 the fields in which interfaces differ
    interface_id: str,
    home: Row,
    groups: Iterable[str],
    address: str,
    *,
    instance_id: str = "",
    primary: bool = False,
    business: str = "cvm",
    public: str = "",
    account: str = ACCOUNT,
) -> Row:
    """vpc/NetworkInterface in the subnet ``home``; attached to nothing without ``instance_id``."""
    attachment = {
        "InstanceId": instance_id,
        "DeviceIndex": 0 if primary else 1,
        "InstanceAccountId": account,
        "AttachTime": CREATED,
    }
    return {
        "NetworkInterfaceId": interface_id,
        "NetworkInterfaceName": "Primary ENI" if primary else interface_id,
        "NetworkInterfaceDescription": "",
        "SubnetId": home["SubnetId"],
        "VpcId": home["VpcId"],
        "GroupSet": list(groups),
        "Primary": primary,
        "MacAddress": "20:90:6F:00:00:01",
        "State": "AVAILABLE",
        "PrivateIpAddressSet": [
            {
                "PrivateIpAddress": address,
                "Primary": True,
                "PublicIpAddress": public,
                "AddressId": "",
                "Description": "",
                "IsWanIpBlocked": False,
                "State": "AVAILABLE",
            }
        ],
        "Attachment": attachment if instance_id else None,
        "Zone": home["Zone"],
        "CreatedTime": CREATED,
        "Ipv6AddressSet": [],
        "TagSet": [],
        "EniType": int(primary),
        "Business": business,
        "CdcId": "",
        "AttachType": 0,
    }


def instance(instance_id: str, name: str, home: Row, groups: Iterable[str], address: str) -> Row:
    """cvm/Instance, running in the subnet ``home``; its public and IPv6 addresses are null."""
    return {
        "Placement": {"Zone": home["Zone"], "ProjectId": 0, "HostId": ""},
        "InstanceId": instance_id,
        "InstanceType": "S5.LARGE8",
        "CPU": 4,
        "Memory": 8,
        "RestrictState": "NORMAL",
        "InstanceName": name,
        "InstanceChargeType": "POSTPAID_BY_HOUR",
        "PrivateIpAddresses": [address],
        "PublicIpAddresses": None,
        "IPv6Addresses": None,
        "VirtualPrivateCloud": {
            "VpcId": home["VpcId"],
            "SubnetId": home["SubnetId"],
            "AsVpcGateway": False,
            "PrivateIpAddresses": [],
            "Ipv6AddressCount": 0,
        },
        "CreatedTime": CREATED_ISO,
        "ExpiredTime": None,
        "SecurityGroupIds": list(groups),
        "InstanceState": "RUNNING",
        "Tags": [],
    }


def address_template(template_id: str, name: str, entries: Iterable[str]) -> Row:
    """vpc/AddressTemplate."""
    return {
        "AddressTemplateName": name,
        "AddressTemplateId": template_id,
        "AddressSet": list(entries),
        "CreatedTime": CREATED,
        "UpdatedTime": CREATED,
        "TagSet": [],
    }


def address_template_group(group_id: str, name: str, members: Iterable[str]) -> Row:
    """vpc/AddressTemplateGroup: it names its templates and holds none of their addresses."""
    ids = list(members)
    items = [{"AddressTemplateId": member, "Description": "", "UpdatedTime": CREATED} for member in ids]
    return {
        "AddressTemplateGroupName": name,
        "AddressTemplateGroupId": group_id,
        "AddressTemplateIdSet": ids,
        "CreatedTime": CREATED,
        "UpdatedTime": CREATED,
        "AddressTemplateSet": items,
        "TagSet": [],
    }


def service_template(template_id: str, name: str, entries: Iterable[str]) -> Row:
    """vpc/ServiceTemplate; its entries look like ``tcp:80,443``."""
    return {
        "ServiceTemplateId": template_id,
        "ServiceTemplateName": name,
        "ServiceSet": list(entries),
        "CreatedTime": CREATED,
        "UpdatedTime": CREATED,
        "TagSet": [],
    }


def service_template_group(group_id: str, name: str, members: Iterable[Row]) -> Row:
    """vpc/ServiceTemplateGroup: it holds its templates whole."""
    templates = list(members)
    return {
        "ServiceTemplateGroupId": group_id,
        "ServiceTemplateGroupName": name,
        "ServiceTemplateIdSet": [template["ServiceTemplateId"] for template in templates],
        "CreatedTime": CREATED,
        "UpdatedTime": CREATED,
        "ServiceTemplateSet": templates,
        "TagSet": [],
    }


def launch_configuration(
    configuration_id: str, name: str, groups: Iterable[str], primary_interface: Iterable[str] | None
) -> Row:
    """as/LaunchConfiguration; ``primary_interface`` gives the interface that overrides the groups beside it."""
    row: dict[str, Any] = {
        "ProjectId": 0,
        "LaunchConfigurationId": configuration_id,
        "LaunchConfigurationName": name,
        "InstanceType": "S5.LARGE8",
        "InstanceTypes": ["S5.LARGE8"],
        "SecurityGroupIds": list(groups),
        "AutoScalingGroupAbstractSet": [],
        "UserData": None,
        "CreatedTime": CREATED_ISO,
        "UpdatedTime": CREATED_ISO,
        "ImageId": "img-loopback",
        "LaunchConfigurationStatus": "NORMAL",
        "InstanceChargeType": "POSTPAID_BY_HOUR",
        "InstanceMarketOptions": None,
        "Tags": [],
        "VersionNumber": 1,
    }
    if primary_interface is not None:
        row["NetworkInterfaces"] = [
            {"InterfaceType": "PRIMARY", "PrivateIpv4AddressCount": 1, "SecurityGroupIds": list(primary_interface)},
            {"InterfaceType": "SECONDARY", "PrivateIpv4AddressCount": 1, "SecurityGroupIds": []},
        ]
    return row


def auto_scaling_group(group_id: str, name: str, configuration_id: str, vpc_id: str, subnets: Iterable[str]) -> Row:
    """as/AutoScalingGroup."""
    return {
        "AutoScalingGroupId": group_id,
        "AutoScalingGroupName": name,
        "AutoScalingGroupStatus": "NORMAL",
        "CreatedTime": CREATED_ISO,
        "DesiredCapacity": 0,
        "EnabledStatus": "ENABLED",
        "InstanceCount": 0,
        "InServiceInstanceCount": 0,
        "LaunchConfigurationId": configuration_id,
        "LaunchConfigurationName": name,
        "MaxSize": 10,
        "MinSize": 0,
        "ProjectId": 0,
        "SubnetIdSet": list(subnets),
        "VpcId": vpc_id,
        "ZoneSet": [],
        "Tags": [],
    }

#!/bin/sh
# Read it, then run it. Stops at the first command that the cloud refuses.
set -eu

# sg-base0001, ingress, read at version ?
# bound by cls-prod0001/node, ins-jumphost
# + {"Action": "ACCEPT", "CidrBlock": "0.0.0.0/0", "PolicyDescription": "required by the cluster", "PolicyIndex": 2, "Port": "30000-32768", "Protocol": "TCP"}  # 2db35fb1
# + {"Action": "ACCEPT", "CidrBlock": "10.0.0.0/16", "PolicyDescription": "required by the cluster", "PolicyIndex": 2, "Port": "ALL", "Protocol": "ALL"}  # 2db35fb1
# + {"Action": "ACCEPT", "CidrBlock": "172.16.0.0/16", "PolicyDescription": "required by the cluster", "PolicyIndex": 2, "Port": "ALL", "Protocol": "ALL"}  # 2db35fb1
tccli vpc CreateSecurityGroupPolicies --region ap-guangzhou --SecurityGroupId sg-base0001 --SecurityGroupPolicySet '{"Ingress": [{"PolicyIndex": 2, "Action": "ACCEPT", "PolicyDescription": "required by the cluster", "Protocol": "TCP", "Port": "30000-32768", "CidrBlock": "0.0.0.0/0"}, {"PolicyIndex": 2, "Action": "ACCEPT", "PolicyDescription": "required by the cluster", "Protocol": "ALL", "Port": "ALL", "CidrBlock": "10.0.0.0/16"}, {"PolicyIndex": 2, "Action": "ACCEPT", "PolicyDescription": "required by the cluster", "Protocol": "ALL", "Port": "ALL", "CidrBlock": "172.16.0.0/16"}]}'

# sg-master01, ingress, read at version ?
# + {"Action": "ACCEPT", "CidrBlock": "10.0.0.0/16", "PolicyDescription": "required by the cluster", "PolicyIndex": 3, "Port": "10250", "Protocol": "TCP"}  # b0db745d
tccli vpc CreateSecurityGroupPolicies --region ap-guangzhou --SecurityGroupId sg-master01 --SecurityGroupPolicySet '{"Ingress": [{"PolicyIndex": 3, "Action": "ACCEPT", "PolicyDescription": "required by the cluster", "Protocol": "TCP", "Port": "10250", "CidrBlock": "10.0.0.0/16"}]}'

# To undo the change of sg-master01, ingress:
# tccli vpc DeleteSecurityGroupPolicies --region ap-guangzhou --SecurityGroupId sg-master01 --SecurityGroupPolicySet '{"Ingress": [{"PolicyIndex": 3}]}'

# To undo the change of sg-base0001, ingress:
# tccli vpc DeleteSecurityGroupPolicies --region ap-guangzhou --SecurityGroupId sg-base0001 --SecurityGroupPolicySet '{"Ingress": [{"PolicyIndex": 2}]}'
# tccli vpc DeleteSecurityGroupPolicies --region ap-guangzhou --SecurityGroupId sg-base0001 --SecurityGroupPolicySet '{"Ingress": [{"PolicyIndex": 2}]}'
# tccli vpc DeleteSecurityGroupPolicies --region ap-guangzhou --SecurityGroupId sg-base0001 --SecurityGroupPolicySet '{"Ingress": [{"PolicyIndex": 2}]}'

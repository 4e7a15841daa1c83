#!/bin/sh
# Read it, then run it. Stops at the first command that the cloud refuses.
set -eu

# sg-base0001, ingress, read at version ?
# bound by cls-prod0001/node, ins-jumphost
# + {"Action": "ACCEPT", "CidrBlock": "0.0.0.0/0", "PolicyDescription": "required by the cluster", "PolicyIndex": 2, "Port": "30000-32768", "Protocol": "TCP"}  # aeb98822 8e4773ca 2db35fb1
tccli vpc CreateSecurityGroupPolicies --region ap-guangzhou --SecurityGroupId sg-base0001 --SecurityGroupPolicySet '{"Ingress": [{"PolicyIndex": 2, "Action": "ACCEPT", "PolicyDescription": "required by the cluster", "Protocol": "TCP", "Port": "30000-32768", "CidrBlock": "0.0.0.0/0"}]}'
# + {"Action": "ACCEPT", "CidrBlock": "10.0.0.0/16", "PolicyDescription": "required by the cluster", "PolicyIndex": 0, "Port": "ALL", "Protocol": "ALL"}  # aeb98822 67b9ca89 2db35fb1
# + {"Action": "ACCEPT", "CidrBlock": "172.16.0.0/16", "PolicyDescription": "required by the cluster", "PolicyIndex": 0, "Port": "ALL", "Protocol": "ALL"}  # 8e4773ca 2db35fb1
tccli vpc CreateSecurityGroupPolicies --region ap-guangzhou --SecurityGroupId sg-base0001 --SecurityGroupPolicySet '{"Ingress": [{"PolicyIndex": 0, "Action": "ACCEPT", "PolicyDescription": "required by the cluster", "Protocol": "ALL", "Port": "ALL", "CidrBlock": "10.0.0.0/16"}, {"PolicyIndex": 0, "Action": "ACCEPT", "PolicyDescription": "required by the cluster", "Protocol": "ALL", "Port": "ALL", "CidrBlock": "172.16.0.0/16"}]}'

# sg-master01, ingress, read at version ?
# - rule 3 {"Action": "ACCEPT", "PolicyDescription": "etcd backup", "PolicyIndex": 2, "Port": "2379-2380", "Protocol": "TCP", "SecurityGroupId": "sg-backup01"}  # b0db745d 1dc1f6d0
# + {"Action": "ACCEPT", "CidrBlock": "10.0.0.0/16", "PolicyDescription": "required by the cluster", "PolicyIndex": 2, "Port": "10250", "Protocol": "TCP"}  # b0db745d 1dc1f6d0
tccli vpc ReplaceSecurityGroupPolicy --region ap-guangzhou --SecurityGroupId sg-master01 --SecurityGroupPolicySet '{"Ingress": [{"PolicyIndex": 2, "Action": "ACCEPT", "PolicyDescription": "required by the cluster", "Protocol": "TCP", "Port": "10250", "CidrBlock": "10.0.0.0/16"}]}'

# sg-prod0001, ingress, read at version ?
# + {"Action": "DROP", "CidrBlock": "0.0.0.0/0", "PolicyDescription": "not required by the cluster", "PolicyIndex": 3, "Port": "22-10250", "Protocol": "TCP"}  # e81442d8 7e022284
tccli vpc CreateSecurityGroupPolicies --region ap-guangzhou --SecurityGroupId sg-prod0001 --SecurityGroupPolicySet '{"Ingress": [{"PolicyIndex": 3, "Action": "DROP", "PolicyDescription": "not required by the cluster", "Protocol": "TCP", "Port": "22-10250", "CidrBlock": "0.0.0.0/0"}]}'
# + {"Action": "ACCEPT", "CidrBlock": "10.0.0.0/16", "PolicyDescription": "required by the cluster", "PolicyIndex": 0, "Port": "10250", "Protocol": "TCP"}  # 67b9ca89
tccli vpc CreateSecurityGroupPolicies --region ap-guangzhou --SecurityGroupId sg-prod0001 --SecurityGroupPolicySet '{"Ingress": [{"PolicyIndex": 0, "Action": "ACCEPT", "PolicyDescription": "required by the cluster", "Protocol": "TCP", "Port": "10250", "CidrBlock": "10.0.0.0/16"}]}'

# To undo the change of sg-prod0001, ingress:
# tccli vpc DeleteSecurityGroupPolicies --region ap-guangzhou --SecurityGroupId sg-prod0001 --SecurityGroupPolicySet '{"Ingress": [{"PolicyIndex": 0}]}'
# tccli vpc DeleteSecurityGroupPolicies --region ap-guangzhou --SecurityGroupId sg-prod0001 --SecurityGroupPolicySet '{"Ingress": [{"PolicyIndex": 3}]}'

# To undo the change of sg-master01, ingress:
# tccli vpc ReplaceSecurityGroupPolicy --region ap-guangzhou --SecurityGroupId sg-master01 --SecurityGroupPolicySet '{"Ingress": [{"PolicyIndex": 2, "Action": "ACCEPT", "PolicyDescription": "etcd backup", "Protocol": "TCP", "Port": "2379-2380", "SecurityGroupId": "sg-backup01"}]}'

# To undo the change of sg-base0001, ingress:
# tccli vpc DeleteSecurityGroupPolicies --region ap-guangzhou --SecurityGroupId sg-base0001 --SecurityGroupPolicySet '{"Ingress": [{"PolicyIndex": 0}]}'
# tccli vpc DeleteSecurityGroupPolicies --region ap-guangzhou --SecurityGroupId sg-base0001 --SecurityGroupPolicySet '{"Ingress": [{"PolicyIndex": 0}]}'
# tccli vpc DeleteSecurityGroupPolicies --region ap-guangzhou --SecurityGroupId sg-base0001 --SecurityGroupPolicySet '{"Ingress": [{"PolicyIndex": 2}]}'

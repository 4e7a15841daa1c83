# sg-base0001 in ap-guangzhou. If Terraform does not own its rules yet: terraform import
#   tencentcloud_security_group_rule_set.sg_base0001 sg-base0001
# + {"Action": "ACCEPT", "CidrBlock": "0.0.0.0/0", "PolicyDescription": "required by the cluster", "PolicyIndex": 2, "Port": "30000-32768", "Protocol": "TCP"}  # aeb98822 8e4773ca 2db35fb1
# + {"Action": "ACCEPT", "CidrBlock": "172.16.0.0/16", "PolicyDescription": "required by the cluster", "PolicyIndex": 0, "Port": "ALL", "Protocol": "ALL"}  # 8e4773ca 2db35fb1
# + {"Action": "ACCEPT", "CidrBlock": "10.0.0.0/16", "PolicyDescription": "required by the cluster", "PolicyIndex": 0, "Port": "ALL", "Protocol": "ALL"}  # aeb98822 67b9ca89 2db35fb1
resource "tencentcloud_security_group_rule_set" "sg_base0001" {
  security_group_id = "sg-base0001"

  ingress {
    action      = "ACCEPT"
    description = "required by the cluster"
    protocol    = "ALL"
    port        = "ALL"
    cidr_block  = "10.0.0.0/16"
  }

  ingress {
    action      = "ACCEPT"
    description = "required by the cluster"
    protocol    = "ALL"
    port        = "ALL"
    cidr_block  = "172.16.0.0/16"
  }

  ingress {
    action     = "DROP"
    protocol   = "TCP"
    port       = "22"
    cidr_block = "0.0.0.0/0"
  }

  ingress {
    action     = "ACCEPT"
    protocol   = "ICMP"
    cidr_block = "0.0.0.0/0"
  }

  ingress {
    action      = "ACCEPT"
    description = "required by the cluster"
    protocol    = "TCP"
    port        = "30000-32768"
    cidr_block  = "0.0.0.0/0"
  }

  egress {
    action     = "ACCEPT"
    protocol   = "ALL"
    port       = "ALL"
    cidr_block = "0.0.0.0/0"
  }
}

# sg-master01 in ap-guangzhou. If Terraform does not own its rules yet: terraform import
#   tencentcloud_security_group_rule_set.sg_master01 sg-master01
# - rule 3 {"Action": "ACCEPT", "PolicyDescription": "etcd backup", "PolicyIndex": 2, "Port": "2379-2380", "Protocol": "TCP", "SecurityGroupId": "sg-backup01"}  # b0db745d 1dc1f6d0
# + {"Action": "ACCEPT", "CidrBlock": "10.0.0.0/16", "PolicyDescription": "required by the cluster", "PolicyIndex": 2, "Port": "10250", "Protocol": "TCP"}  # b0db745d 1dc1f6d0
resource "tencentcloud_security_group_rule_set" "sg_master01" {
  security_group_id = "sg-master01"

  ingress {
    action     = "ACCEPT"
    protocol   = "TCP"
    port       = "60001-60002"
    cidr_block = "10.0.0.0/16"
  }

  ingress {
    action     = "ACCEPT"
    protocol   = "TCP"
    port       = "2379-2380"
    cidr_block = "10.0.0.0/16"
  }

  ingress {
    action      = "ACCEPT"
    description = "required by the cluster"
    protocol    = "TCP"
    port        = "10250"
    cidr_block  = "10.0.0.0/16"
  }

  egress {
    action     = "ACCEPT"
    protocol   = "ALL"
    port       = "ALL"
    cidr_block = "0.0.0.0/0"
  }
}

# sg-prod0001 in ap-guangzhou. If Terraform does not own its rules yet: terraform import
#   tencentcloud_security_group_rule_set.sg_prod0001 sg-prod0001
# + {"Action": "DROP", "CidrBlock": "0.0.0.0/0", "PolicyDescription": "not required by the cluster", "PolicyIndex": 3, "Port": "22-10250", "Protocol": "TCP"}  # e81442d8 7e022284
# + {"Action": "ACCEPT", "CidrBlock": "10.0.0.0/16", "PolicyDescription": "required by the cluster", "PolicyIndex": 0, "Port": "10250", "Protocol": "TCP"}  # 67b9ca89
resource "tencentcloud_security_group_rule_set" "sg_prod0001" {
  security_group_id = "sg-prod0001"

  ingress {
    action      = "ACCEPT"
    description = "required by the cluster"
    protocol    = "TCP"
    port        = "10250"
    cidr_block  = "10.0.0.0/16"
  }

  ingress {
    action      = "DROP"
    description = "block kubelet?"
    protocol    = "TCP"
    port        = "10250"
    cidr_block  = "10.0.0.0/8"
  }

  ingress {
    action     = "ACCEPT"
    protocol   = "ALL"
    port       = "ALL"
    cidr_block = "172.16.0.0/16"
  }

  ingress {
    action      = "ACCEPT"
    description = "nodes"
    protocol    = "TCP"
    port        = "1-65535"
    cidr_block  = "10.0.0.0/16"
  }

  ingress {
    action      = "DROP"
    description = "not required by the cluster"
    protocol    = "TCP"
    port        = "22-10250"
    cidr_block  = "0.0.0.0/0"
  }

  ingress {
    action      = "ACCEPT"
    description = "temp debug, remove me"
    protocol    = "TCP"
    port        = "10250"
    cidr_block  = "0.0.0.0/0"
  }

  ingress {
    action              = "ACCEPT"
    description         = "办公网登录"
    protocol            = "TCP"
    port                = "22"
    address_template_id = "ipm-office01"
  }

  ingress {
    action     = "ACCEPT"
    protocol   = "TCP"
    port       = "30000-32768"
    cidr_block = "0.0.0.0/0"
  }

  ingress {
    action     = "ACCEPT"
    protocol   = "TCP"
    port       = "22"
    cidr_block = "198.51.100.7"
  }

  ingress {
    action     = "ACCEPT"
    protocol   = "ICMP"
    cidr_block = "0.0.0.0/0"
  }

  ingress {
    action      = "ACCEPT"
    description = "ingress controller"
    protocol    = "TCP"
    port        = "30080"
    cidr_block  = "10.0.0.0/16"
  }
}

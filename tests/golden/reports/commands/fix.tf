# sg-base0001 in ap-guangzhou. If Terraform does not own its rules yet: terraform import
#   tencentcloud_security_group_rule_set.sg_base0001 sg-base0001
# + {"Action": "ACCEPT", "CidrBlock": "172.16.0.0/16", "PolicyDescription": "required by the cluster", "PolicyIndex": 2, "Port": "ALL", "Protocol": "ALL"}  # 2db35fb1
# + {"Action": "ACCEPT", "CidrBlock": "10.0.0.0/16", "PolicyDescription": "required by the cluster", "PolicyIndex": 2, "Port": "ALL", "Protocol": "ALL"}  # 2db35fb1
# + {"Action": "ACCEPT", "CidrBlock": "0.0.0.0/0", "PolicyDescription": "required by the cluster", "PolicyIndex": 2, "Port": "30000-32768", "Protocol": "TCP"}  # 2db35fb1
resource "tencentcloud_security_group_rule_set" "sg_base0001" {
  security_group_id = "sg-base0001"

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

  egress {
    action     = "ACCEPT"
    protocol   = "ALL"
    port       = "ALL"
    cidr_block = "0.0.0.0/0"
  }
}

# sg-master01 in ap-guangzhou. If Terraform does not own its rules yet: terraform import
#   tencentcloud_security_group_rule_set.sg_master01 sg-master01
# + {"Action": "ACCEPT", "CidrBlock": "10.0.0.0/16", "PolicyDescription": "required by the cluster", "PolicyIndex": 3, "Port": "10250", "Protocol": "TCP"}  # b0db745d
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
    action             = "ACCEPT"
    description        = "etcd backup"
    protocol           = "TCP"
    port               = "2379-2380"
    source_security_id = "sg-backup01"
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

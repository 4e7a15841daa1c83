# sg-base0001 in ap-guangzhou. If Terraform does not own its rules yet: terraform import
#   tencentcloud_security_group_rule_set.sg_base0001 sg-base0001
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

"""Audits the security groups that bind the nodes and Masters of Tencent Kubernetes Engine clusters."""

"""Apply planned changes to a snapshot: Terraform plans and change files. Nothing is sent anywhere."""

"""A planned change laid over a snapshot: Terraform plans and our own change file. Nothing here is sent anywhere."""

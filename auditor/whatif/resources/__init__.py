"""One module for each kind of Terraform resource: how a planned change of it alters the working state."""

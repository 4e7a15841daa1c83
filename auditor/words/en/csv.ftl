# The columns of the csv format.

csv-severity = Severity
csv-code = Code
csv-name = Name
csv-region = Region
csv-cluster-id = Cluster ID
csv-cluster = Cluster
csv-role = Role
csv-groups = Security groups
csv-nodes = Nodes
csv-pools = Node pools
csv-direction = Direction
csv-requirement = Requirement
csv-packets = Packets
csv-title = Title
csv-message = Problem
csv-rules = Rules
csv-advice = Fix
csv-waiver = Waiver
csv-verdict = Verdict
csv-fingerprint = Fingerprint
csv-account = Account
csv-read-at = Read at
csv-attachment = Attachment
csv-interfaces = Interfaces
csv-add-ons = Add-ons
csv-exposure = Exposure
csv-first-seen = First seen
csv-state = State

csv-gap = { $message } { $unknown }

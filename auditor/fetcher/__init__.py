"""From the live cloud API, a cassette or a file to a snapshot; nothing here judges what it read."""

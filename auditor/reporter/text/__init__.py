"""Says findings, gaps, rules and packets in sentences, in the language of the reader."""

"""Makes the HTML report: Python computes the content of each section, and templates lay it out."""

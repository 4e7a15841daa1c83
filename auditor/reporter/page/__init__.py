"""The parts of the HTML page: what each section shows, worked out before a template lays it out."""

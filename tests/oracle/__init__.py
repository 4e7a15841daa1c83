"""The audit done again, one packet at a time, from the API's raw answers: nothing of the program is used here."""

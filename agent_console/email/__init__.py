"""The mailbox as a staff surface: agents are mailed what they have not seen, and answer it."""

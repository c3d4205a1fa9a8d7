"""What an administrator is given in `deploy/`, tried on the programs it is for."""

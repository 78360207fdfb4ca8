"""The database's history, one numbered step a file. `HEAD` names the newest, so that two branches collide in git."""

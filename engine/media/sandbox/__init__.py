"""Child processes that decode strangers' files, and can do nothing else."""

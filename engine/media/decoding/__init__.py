"""Reading what strangers send. It happens only in a confined child process: see `sandbox`."""

"""The assets app's resources of the fleet API."""

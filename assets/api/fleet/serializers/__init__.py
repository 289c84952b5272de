"""What the assets app's rows look like in the fleet API."""

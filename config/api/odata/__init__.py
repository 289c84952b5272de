"""OData as the fleet API's lists understand it: a bounded, allow-listed subset."""

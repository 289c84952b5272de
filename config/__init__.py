"""Wires the apps together; owns no model."""

"""The dialect of the device API: ids, lists, upserts and errors, said once."""

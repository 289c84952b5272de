"""How dates and times are written on pages, where Django's own way is not ours."""

"""Reading files of any make, in a bounded process of its own: no Django, no database."""

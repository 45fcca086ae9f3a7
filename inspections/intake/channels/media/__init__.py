"""Pictures and recordings that a message only names: fetched afterwards, and put forward as evidence."""

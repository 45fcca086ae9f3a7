"""The ledger of handovers: which facilities, which roles, from whom to whom, by which paper."""

"""Who should not have it, who would take it, and what nobody wants: returns, transfers, disputes."""

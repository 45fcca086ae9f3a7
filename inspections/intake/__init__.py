"""Where reports come in and become cases."""

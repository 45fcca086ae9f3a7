"""The telephone desk: its stages timed, and the call back that asks for what was lacking."""

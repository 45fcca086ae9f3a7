"""The layers of the contract, one module each: fields as data, checks and writes as sets."""

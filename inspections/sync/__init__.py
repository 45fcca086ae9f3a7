"""Work done out of reach of the network: blobs in chunks, operations done once."""

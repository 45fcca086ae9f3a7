"""Points for whoever reported first what became a filed case (有奖征集); off unless the city sets them."""

"""Finding a place by a few letters: codes, names, pinyin, crossings, coordinates, cases."""

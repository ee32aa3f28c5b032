"""What containers' headers tell of the whole file, walked by seeking: nothing else is read."""

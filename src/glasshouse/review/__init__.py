"""What a review missed and how two reviews differ: pure, values in and values out."""

"""The learner's side of the wall: what runs in a zygote and in its children, and knows no secret."""

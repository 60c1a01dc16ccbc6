// Who ran when, and why not.

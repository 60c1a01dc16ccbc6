// Frames and the value codec: bytes only, no processes, no threads.

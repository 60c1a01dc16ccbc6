// Threads clone one Arc, whose count they all change: counted_references bad|fixed WORKERS.
// In the fixed form each has an Arc of its own. The rounds are shared out.

use std::hint::black_box;
use std::sync::Arc;
use std::thread;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let workers: usize = words[2].parse().unwrap();
    let shared = Arc::new(7u64);
    let threads: Vec<_> = (0..workers)
        .map(|number| {
            let mine = if words[1] == "bad" { shared.clone() } else { Arc::new(number as u64) };
            thread::spawn(move || {
                for _ in 0..60_000_000 / workers {
                    black_box(mine.clone());
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

// Four threads that take turns at a Mutex, wait for a channel, or compute freely. Work is measured in
// CPU time, so that what is true of it is true on any machine.

use std::sync::{mpsc, Arc, Mutex};
use std::thread;
use std::time::Duration;

const WORKERS: usize = 4;

#[repr(C)]
struct TimeSpec {
    seconds: i64,
    nanoseconds: i64,
}

extern "C" {
    fn clock_gettime(clock: i32, time: *mut TimeSpec) -> i32;
}

fn thread_time() -> f64 {
    let mut time = TimeSpec { seconds: 0, nanoseconds: 0 };
    // CLOCK_THREAD_CPUTIME_ID; the clock always exists, and the place to write to is ours.
    unsafe { clock_gettime(3, &mut time) };
    time.seconds as f64 + time.nanoseconds as f64 / 1e9
}

fn spin(seconds: f64) {
    let end = thread_time() + seconds;
    let mut number = 1u32;
    while thread_time() < end {
        for _ in 0..200 {
            number = std::hint::black_box(number.wrapping_mul(1103515245).wrapping_add(12345));
        }
    }
}

fn at_once(body: impl Fn() + Send + Sync + 'static) {
    let body = Arc::new(body);
    let threads: Vec<_> = (0..WORKERS)
        .map(|_| {
            let body = body.clone();
            thread::spawn(move || body())
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

fn convoy() {
    let lock = Mutex::new(());
    at_once(move || {
        for _ in 0..100 {
            let _guard = lock.lock().unwrap();
            spin(0.002);
        }
    });
}

// All wait for one channel, of which only one can be the receiver at a time: the others wait for that.
fn shared_channel() {
    let (sender, receiver) = mpsc::channel::<bool>();
    let receiver = Mutex::new(receiver);
    let producer = thread::spawn(move || {
        for _ in 0..40 {
            thread::sleep(Duration::from_millis(20));
            sender.send(true).unwrap();
        }
    });
    at_once(move || loop {
        let item = receiver.lock().unwrap().recv();
        if item.is_err() {
            return;
        }
        spin(0.002);
    });
    producer.join().unwrap();
}

// Each has a channel of its own, and gets something in turn.
fn channels() {
    let (senders, receivers): (Vec<_>, Vec<_>) =
        (0..WORKERS).map(|_| mpsc::channel::<bool>()).unzip();
    let threads: Vec<_> = receivers
        .into_iter()
        .map(|receiver| {
            thread::spawn(move || {
                while receiver.recv().is_ok() {
                    spin(0.002);
                }
            })
        })
        .collect();
    for turn in 0..40 {
        thread::sleep(Duration::from_millis(20));
        senders[turn % WORKERS].send(true).unwrap();
    }
    drop(senders);
    for thread in threads {
        thread.join().unwrap();
    }
}

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("convoy") => convoy(),
        Some("queue") => channels(),
        Some("shared-queue") => shared_channel(),
        Some("free") => at_once(|| spin(0.3)),
        _ => std::process::exit(64),
    }
}

# Four threads of Ruby that compute, sleep, read a pipe, take turns at a Mutex, or wait for a Queue. Work is
# measured in CPU time, so that what is true of it is true on any machine.

WORKERS = 4

def clock(which) = Process.clock_gettime(which)

def spin_until(which, limit)
  number = 1
  200.times { number = number * 1103515245 + 12345 & 0x7FFFFFFF } while clock(which) < limit
end

def spin(seconds) = spin_until(Process::CLOCK_THREAD_CPUTIME_ID, clock(Process::CLOCK_THREAD_CPUTIME_ID) + seconds)

def at_once(&body) = Array.new(WORKERS) { Thread.new(&body) }.each(&:join)

def read_all(input)
  loop { input.sysread(1) }
rescue EOFError
  nil
end

case ARGV[0]
when "compute" then at_once { spin_until(Process::CLOCK_PROCESS_CPUTIME_ID, 1.2) }
when "sleep" then at_once { sleep 1 }
when "read" then at_once { read_all($stdin) }
when "lock"
  lock = Mutex.new
  at_once { 10.times { lock.synchronize { sleep 0.02 } } }
when "queue"
  items = Queue.new
  threads = Array.new(WORKERS) { Thread.new { spin(0.002) while items.pop } }
  40.times do
    sleep 0.02
    items << true
  end
  WORKERS.times { items << nil }
  threads.each(&:join)
else exit 64
end

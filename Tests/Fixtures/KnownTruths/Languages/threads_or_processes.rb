# Four workers compute: threads, which share Ruby's lock, or processes: threads_or_processes.rb bad|fixed.

def compute
  number = 1
  8_000_000.times { number = number * 1103515245 + 12345 & 0x7FFFFFFF }
end

if ARGV[0] == "bad"
  Array.new(4) { Thread.new { compute } }.each(&:join)
else
  4.times { fork { compute } }
  Process.waitall
end

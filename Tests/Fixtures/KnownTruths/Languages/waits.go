// Four goroutines that take turns at a sync.Mutex, wait for a channel, or compute freely. Work is
// measured in the process's CPU time, since a goroutine may go on in another thread.
package main

import (
	"os"
	"sync"
	"syscall"
	"time"
)

const workers = 4

func processTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func spinUntil(end time.Duration) {
	number := uint32(1)
	for processTime() < end {
		for i := 0; i < 2000; i++ {
			number = number*1103515245 + 12345
		}
	}
	if number == 0 {
		println(number)
	}
}

func spin(length time.Duration) { spinUntil(processTime() + length) }

func atOnce(body func()) {
	var group sync.WaitGroup
	for i := 0; i < workers; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			body()
		}()
	}
	group.Wait()
}

func convoy() {
	var lock sync.Mutex
	atOnce(func() {
		for i := 0; i < 100; i++ {
			lock.Lock()
			spin(2 * time.Millisecond)
			lock.Unlock()
		}
	})
}

func queue() {
	items := make(chan bool)
	go func() {
		for i := 0; i < 40; i++ {
			time.Sleep(20 * time.Millisecond)
			items <- true
		}
		close(items)
	}()
	atOnce(func() {
		for range items {
			spin(2 * time.Millisecond)
		}
	})
}

func main() {
	switch os.Args[1] {
	case "convoy":
		convoy()
	case "queue":
		queue()
	case "free":
		atOnce(func() { spinUntil(1200 * time.Millisecond) })
	case "sleep":
		atOnce(func() { time.Sleep(time.Second) })
	default:
		os.Exit(64)
	}
}

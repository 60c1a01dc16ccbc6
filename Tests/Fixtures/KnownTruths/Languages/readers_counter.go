// Readers of a sync.RWMutex all change its count: readers_counter bad|fixed WORKERS.
//
// In the fixed form each has a lock of its own. The rounds are shared out.
package main

import (
	"os"
	"strconv"
	"sync"
)

type padded struct {
	lock sync.RWMutex
	_    [128]byte
}

func main() {
	workers, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	locks := make([]padded, workers)
	var group sync.WaitGroup
	for worker := 0; worker < workers; worker++ {
		lock := &locks[0].lock
		if os.Args[1] == "fixed" {
			lock = &locks[worker].lock
		}
		group.Add(1)
		go func() {
			defer group.Done()
			for i := 0; i < 40000000/workers; i++ {
				lock.RLock()
				lock.RUnlock()
			}
		}()
	}
	group.Wait()
}

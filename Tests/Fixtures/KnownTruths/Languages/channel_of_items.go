// Goroutines get one number a message through a channel without room: channel_of_items bad|fixed.
package main

import (
	"os"
	"sync"
)

func main() {
	size := 1000
	if os.Args[1] == "bad" {
		size = 1
	}
	items := make(chan []int)
	var group sync.WaitGroup
	for worker := 0; worker < 4; worker++ {
		group.Add(1)
		go func() {
			defer group.Done()
			sum := 0
			for batch := range items {
				for _, number := range batch {
					sum += number * number
				}
			}
		}()
	}
	for at := 0; at < 4000000; at += size {
		batch := make([]int, size)
		items <- batch
	}
	close(items)
	group.Wait()
}

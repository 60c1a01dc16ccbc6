// Each of two goroutines waits for what the other would send after it: waits_for_each_other bad|fixed.
//
// A third one sleeps, so that Go doesn't end the program at once; after 2.5 s it ends it.
package main

import (
	"os"
	"time"
)

func main() {
	first, second := make(chan int), make(chan int)
	if os.Args[1] == "fixed" {
		first, second = make(chan int, 1), make(chan int, 1)
	}
	done := make(chan bool, 2)
	go func() {
		first <- 1
		<-second
		done <- true
	}()
	go func() {
		second <- 1
		<-first
		done <- true
	}()
	for i := 0; i < 2; i++ {
		select {
		case <-done:
		case <-time.After(2500 * time.Millisecond):
			return
		}
	}
}

// Command gator answers cases as Gatekeeper's own gator does, many in one run: compiling the templates takes longer than
// all of the answers.
//
// The first line on stdin is a bundle, each further one a case; each case is answered by one line on stdout.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log"
	"os"
	"runtime"
	"sync"
)

func main() {
	in := json.NewDecoder(bufio.NewReaderSize(os.Stdin, 1<<20))
	var written bundle
	check(in.Decode(&written))
	var cases []question
	for {
		var one question
		err := in.Decode(&one)
		if err == io.EOF {
			break
		}
		check(err)
		cases = append(cases, one)
	}
	out := json.NewEncoder(os.Stdout)
	for _, answer := range answerAll(written, cases) {
		check(out.Encode(answer))
	}
}

// A client holds one cluster, so each thread has a client of its own.
func answerAll(written bundle, cases []question) [][]found {
	answers := make([][]found, len(cases))
	next := make(chan int)
	var threads sync.WaitGroup
	for range min(runtime.NumCPU(), 4) {
		threads.Go(func() {
			asked := newClient(written)
			for index := range next {
				answers[index] = asked.answer(context.Background(), cases[index])
			}
		})
	}
	for index := range cases {
		next <- index
	}
	close(next)
	threads.Wait()
	return answers
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

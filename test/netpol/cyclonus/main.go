// Command cyclonus says what cyclonus makes of NetworkPolicies, so that the rules can be held against it.
//
// Without arguments it answers cases on stdin, one line of JSON each, with who reaches whom. With -cases it prints the
// test cases that cyclonus generates, as the steps that a cluster would be taken through.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"io"
	"log"
	"os"

	"github.com/mattfenwick/cyclonus/pkg/generator"
	"github.com/sirupsen/logrus"
)

func main() {
	logrus.SetLevel(logrus.ErrorLevel)
	cases := flag.Bool("cases", false, "print the cases that cyclonus generates")
	flag.Parse()
	out := json.NewEncoder(os.Stdout)
	if *cases {
		for _, c := range generator.NewTestCaseGenerator(true, podIP, namespaces, nil, nil).GenerateAllTestCases() {
			check(out.Encode(c))
		}
		return
	}
	in := json.NewDecoder(bufio.NewReaderSize(os.Stdin, 1<<20))
	for {
		var question question
		err := in.Decode(&question)
		if err == io.EOF {
			return
		}
		check(err)
		check(out.Encode(question.answer()))
	}
}

// What cyclonus itself starts from: three namespaces, and a pod that some of its policies name by address.
var namespaces = []string{"x", "y", "z"}

const podIP = "10.0.0.9"

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

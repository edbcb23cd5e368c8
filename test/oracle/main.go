// Command oracle says what Go itself makes of certificates and keys, so that core/x509 can be held against it.
//
// Without arguments it answers requests on stdin, one line of JSON each. A request is a kind (one byte) and two
// fields, each a big-endian length of four bytes and that many bytes; the second field is the key of a pair, else empty.
// With -generate SEED it prints certificates and keys of every kind, the same ones for the same seed.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"flag"
	"io"
	"log"
	"os"
)

type answer struct {
	OK           bool     `json:"ok"`
	Error        string   `json:"error,omitempty"`
	Certificates []facts  `json:"certificates,omitempty"`
	Blocks       []block  `json:"blocks,omitempty"`
	Chain        [][]byte `json:"chain,omitempty"`
}

type block struct {
	Type  string `json:"type"`
	Bytes []byte `json:"bytes"`
}

func main() {
	seed := flag.Uint64("generate", 0, "print material made from this seed")
	flag.Parse()
	if *seed != 0 {
		generate(*seed)
		return
	}
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	enc := json.NewEncoder(out)
	for {
		kind, err := in.ReadByte()
		if err == io.EOF {
			return
		}
		check(err)
		check(enc.Encode(reply(kind, field(in), field(in))))
		if in.Buffered() == 0 {
			check(out.Flush())
		}
	}
}

func reply(kind byte, first, second []byte) answer {
	switch kind {
	case 'c':
		cert, err := x509.ParseCertificate(first)
		if err != nil {
			return failed(err)
		}
		return answer{OK: true, Certificates: []facts{factsOf(cert)}}
	case 'b':
		certs, err := x509.ParseCertificates(first)
		if err != nil {
			return failed(err)
		}
		a := answer{OK: true}
		for _, cert := range certs {
			a.Certificates = append(a.Certificates, factsOf(cert))
		}
		return a
	case 'k':
		pair, err := tls.X509KeyPair(first, second)
		if err != nil {
			return failed(err)
		}
		return answer{OK: true, Certificates: []facts{factsOf(pair.Leaf)}, Chain: pair.Certificate}
	case 'p':
		a := answer{OK: true}
		for {
			b, rest := pem.Decode(first)
			if b == nil {
				return a
			}
			a.Blocks = append(a.Blocks, block{b.Type, b.Bytes})
			first = rest
		}
	}
	log.Fatalf("unknown request %q", kind)
	return answer{}
}

func failed(err error) answer {
	return answer{Error: err.Error()}
}

func field(in io.Reader) []byte {
	var length uint32
	check(binary.Read(in, binary.BigEndian, &length))
	data := make([]byte, length)
	_, err := io.ReadFull(in, data)
	check(err)
	return data
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

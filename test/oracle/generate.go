package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"encoding/json"
	"maps"
	"math/big"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"slices"
	"time"
)

// One certificate and the private key it is for, in DER; the label is that of the key's PEM block.
type material struct {
	Name        string `json:"name"`
	Certificate []byte `json:"certificate"`
	Label       string `json:"label"`
	Key         []byte `json:"key"`
}

type signer struct {
	name string
	key  crypto.Signer
}

func generate(seed uint64) {
	var bytes [32]byte
	binary.BigEndian.PutUint64(bytes[:], seed)
	random := rand.NewChaCha8(bytes)
	out := json.NewEncoder(os.Stdout)
	for i, s := range signers(random) {
		for j, template := range templates(random) {
			// Every kind of key with a few shapes, every shape with a few keys: not the whole product.
			if j > 1 && (i+j)%4 != 0 {
				continue
			}
			der, err := x509.CreateCertificate(nil, template, template, s.key.Public(), s.key)
			check(err)
			list := forms(s.key)
			for _, label := range slices.Sorted(maps.Keys(list)) {
				check(out.Encode(material{s.name + " " + template.Subject.CommonName, der, label, list[label]}))
			}
		}
	}
}

func signers(random *rand.ChaCha8) []signer {
	list := []signer{
		{"RSA-1024", rsaKey(random, 512, 512)}, {"RSA-2048", rsaKey(random, 1024, 1024)},
		{"RSA-2048-uneven", rsaKey(random, 1000, 1048)}, {"RSA-3072", rsaKey(random, 1536, 1536)},
		{"RSA-1536-three", rsaKey(random, 512, 512, 512)},
	}
	for _, curve := range []elliptic.Curve{elliptic.P224(), elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		list = append(list, signer{"EC-" + curve.Params().Name, ecKey(random, curve)})
	}
	return append(list, signer{"Ed25519", ed25519.NewKeyFromSeed(read(random, ed25519.SeedSize))})
}

// The library's own generators take no seed.
func rsaKey(random *rand.ChaCha8, sizes ...int) *rsa.PrivateKey {
	one, e := big.NewInt(1), big.NewInt(65537)
	for {
		n, phi := big.NewInt(1), big.NewInt(1)
		key := &rsa.PrivateKey{}
		for _, size := range sizes {
			p := prime(random, size)
			key.Primes = append(key.Primes, p)
			n.Mul(n, p)
			phi.Mul(phi, new(big.Int).Sub(p, one))
		}
		d := new(big.Int).ModInverse(e, phi)
		if d == nil {
			continue
		}
		key.PublicKey, key.D = rsa.PublicKey{N: n, E: 65537}, d
		key.Precompute()
		check(key.Validate())
		return key
	}
}

func prime(random *rand.ChaCha8, bits int) *big.Int {
	for {
		p := new(big.Int).SetBytes(read(random, (bits+7)/8))
		p.Mod(p, new(big.Int).Lsh(big.NewInt(1), uint(bits)))
		p.SetBit(p, bits-1, 1).SetBit(p, bits-2, 1).SetBit(p, 0, 1)
		if p.ProbablyPrime(10) {
			return p
		}
	}
}

func ecKey(random *rand.ChaCha8, curve elliptic.Curve) *ecdsa.PrivateKey {
	n := curve.Params().N
	d := new(big.Int).SetBytes(read(random, 80))
	d.Mod(d, new(big.Int).Sub(n, big.NewInt(1))).Add(d, big.NewInt(1))
	key, err := ecdsa.ParseRawPrivateKey(curve, d.FillBytes(make([]byte, (n.BitLen()+7)/8)))
	check(err)
	return key
}

func forms(key crypto.Signer) map[string][]byte {
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	check(err)
	list := map[string][]byte{"PRIVATE KEY": pkcs8}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		list["RSA PRIVATE KEY"] = x509.MarshalPKCS1PrivateKey(k)
	case *ecdsa.PrivateKey:
		list["EC PRIVATE KEY"], err = x509.MarshalECPrivateKey(k)
		check(err)
	}
	return list
}

func templates(random *rand.ChaCha8) []*x509.Certificate {
	from := time.Date(2024, 2, 29, 12, 30, 45, 0, time.UTC)
	plain := x509.Certificate{NotBefore: from, NotAfter: from.AddDate(30, 0, 0)}
	shape := func(name string, change func(*x509.Certificate)) *x509.Certificate {
		c := plain
		c.SerialNumber = new(big.Int).SetBytes(read(random, 1+int(random.Uint64()%16)))
		c.Subject.CommonName = name
		change(&c)
		return &c
	}
	uri, err := url.Parse("spiffe://cluster.local/ns/arctic/sa/n0")
	check(err)
	return []*x509.Certificate{
		shape("leaf", func(c *x509.Certificate) {
			c.DNSNames = []string{"n0.arctic.svc.cluster.local", "n0-0.n0.arctic.svc.cluster.local"}
			c.KeyUsage, c.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
			c.AuthorityKeyId, c.BasicConstraintsValid = read(random, 20), true
		}),
		shape("names", func(c *x509.Certificate) {
			c.DNSNames, c.EmailAddresses = []string{"*.example.com", ""}, []string{"a@b.c"}
			c.IPAddresses = []net.IP{{10, 0, 0, 1}, net.ParseIP("2001:db8::1"), net.ParseIP("::1")}
			c.URIs = []*url.URL{uri}
		}),
		shape("authority", func(c *x509.Certificate) {
			c.IsCA, c.BasicConstraintsValid, c.MaxPathLenZero = true, true, true
			c.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
			c.PermittedDNSDomainsCritical = true
			c.PermittedDNSDomains, c.ExcludedDNSDomains = []string{"example.com"}, []string{".bad.example.com"}
			c.PermittedEmailAddresses, c.ExcludedURIDomains = []string{"a@example.com", ".b.org"}, []string{"c.org"}
			c.PermittedIPRanges = []*net.IPNet{{IP: net.IP{10, 0, 0, 0}, Mask: net.CIDRMask(8, 32)}}
		}),
		shape("endpoints", func(c *x509.Certificate) {
			c.OCSPServer, c.IssuingCertificateURL = []string{"http://ocsp"}, []string{"http://ca"}
			c.CRLDistributionPoints = []string{"http://crl/1", "http://crl/2"}
			c.PolicyIdentifiers = []asn1.ObjectIdentifier{{1, 2, 3}, {2, 23, 140, 1, 2, 1}}
			c.UnknownExtKeyUsage = []asn1.ObjectIdentifier{{1, 2, 3, 4}}
		}),
		shape("Ünïcode, \"quoted\" +", func(c *x509.Certificate) {
			c.Subject.Organization, c.Subject.OrganizationalUnit = []string{" a ", "b#"}, []string{"#c", "d;e"}
			c.Subject.Country, c.Subject.Province, c.Subject.Locality = []string{"CH"}, []string{"ZH"}, []string{"Zürich"}
			c.Subject.SerialNumber = "1"
			c.Subject.ExtraNames = []pkix.AttributeTypeAndValue{{Type: asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 25}, Value: "dc"}}
		}),
		shape("far", func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
		}),
		shape("odd extensions", func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{
				{Id: asn1.ObjectIdentifier{1, 2, 3, 4}, Critical: true, Value: []byte{5, 0}},
				{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Critical: true, Value: oddNames},
				{Id: asn1.ObjectIdentifier{2, 5, 29, 36}, Critical: true, Value: []byte{0x30, 6, 0x80, 1, 0, 0x81, 1, 1}},
				{Id: asn1.ObjectIdentifier{2, 5, 29, 54}, Critical: true, Value: []byte{2, 1, 0}},
				{Id: asn1.ObjectIdentifier{2, 5, 29, 33}, Critical: true, Value: []byte{0x30, 10, 0x30, 8, 6, 2, 0x2a, 3, 6, 2, 0x2a, 4}},
			}
		}),
	}
}

// An otherName, a directoryName (CN=x), a registeredID and an ediPartyName.
var oddNames = []byte{
	0x30, 36, 0xa0, 8, 6, 2, 0x2a, 3, 0xa0, 2, 5, 0, 0xa4, 14, 0x30, 12, 0x31, 10, 0x30, 8, 6, 3, 0x55, 4, 3, 0x0c, 1, 'x',
	0x88, 2, 0x2a, 3, 0xa5, 4, 0x81, 2, 'a', 'b',
}

func read(random *rand.ChaCha8, n int) []byte {
	data := make([]byte, n)
	_, err := random.Read(data)
	check(err)
	return data
}

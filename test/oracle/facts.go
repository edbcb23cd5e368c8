package main

import (
	"crypto/dsa"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"time"
	"unicode"
)

type facts struct {
	Size           int      `json:"size"`
	Version        int      `json:"version"`
	Serial         string   `json:"serial"`
	Subject        *string  `json:"subject"`
	Issuer         *string  `json:"issuer"`
	RawSubject     string   `json:"rawSubject"`
	RawIssuer      string   `json:"rawIssuer"`
	NotBefore      string   `json:"notBefore"`
	NotAfter       string   `json:"notAfter"`
	NotBeforeUnix  int64    `json:"notBeforeUnix"`
	NotAfterUnix   int64    `json:"notAfterUnix"`
	DNSNames       []string `json:"dNSNames"`
	Emails         []string `json:"emails"`
	IPs            []string `json:"ips"`
	URIs           int      `json:"uris"`
	PublicKey      string   `json:"publicKey"`
	Signature      string   `json:"signatureAlgorithm"`
	IsCA           bool     `json:"isCA"`
	MaxPathLength  int      `json:"maxPathLength"`
	KeyUsage       int      `json:"keyUsage"`
	ExtKeyUsages   int      `json:"extKeyUsages"`
	SubjectKeyID   string   `json:"subjectKeyId"`
	AuthorityKeyID string   `json:"authorityKeyId"`
	Unhandled      []string `json:"unhandledCriticalExtensions"`
}

func factsOf(c *x509.Certificate) facts {
	f := facts{
		Size: len(c.Raw), Version: c.Version, Serial: serial(c),
		Subject: name(c.RawSubject), Issuer: name(c.RawIssuer),
		RawSubject: hex.EncodeToString(c.RawSubject), RawIssuer: hex.EncodeToString(c.RawIssuer),
		NotBefore: c.NotBefore.Format(time.RFC3339Nano), NotAfter: c.NotAfter.Format(time.RFC3339Nano),
		NotBeforeUnix: c.NotBefore.Unix(), NotAfterUnix: c.NotAfter.Unix(),
		DNSNames: append([]string{}, c.DNSNames...), Emails: append([]string{}, c.EmailAddresses...),
		IPs: []string{}, URIs: len(c.URIs), PublicKey: publicKey(c.PublicKey), Signature: signature(c),
		IsCA: c.IsCA, MaxPathLength: c.MaxPathLen, KeyUsage: int(c.KeyUsage),
		ExtKeyUsages: len(c.ExtKeyUsage) + len(c.UnknownExtKeyUsage),
		SubjectKeyID: hex.EncodeToString(c.SubjectKeyId), AuthorityKeyID: hex.EncodeToString(c.AuthorityKeyId),
		Unhandled: []string{},
	}
	if !c.BasicConstraintsValid {
		f.MaxPathLength = -1
	}
	for _, ip := range c.IPAddresses {
		addr, _ := netip.AddrFromSlice(ip)
		f.IPs = append(f.IPs, addr.String())
	}
	for _, id := range c.UnhandledCriticalExtensions {
		f.Unhandled = append(f.Unhandled, id.String())
	}
	return f
}

func serial(c *x509.Certificate) string {
	if c.SerialNumber.Sign() == 0 {
		return "00"
	}
	return hex.EncodeToString(c.SerialNumber.Bytes())
}

func signature(c *x509.Certificate) string {
	if c.SignatureAlgorithm == x509.UnknownSignatureAlgorithm {
		return ""
	}
	return c.SignatureAlgorithm.String()
}

func publicKey(key any) string {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("rsa %x %d %d", k.N, k.E, k.N.BitLen())
	case *ecdsa.PublicKey:
		point, err := k.Bytes()
		check(err)
		return fmt.Sprintf("ecdsa %s %x", k.Curve.Params().Name, point)
	case ed25519.PublicKey:
		return fmt.Sprintf("ed25519 %x", []byte(k))
	case *dsa.PublicKey:
		return "dsa"
	case nil:
		return "unknown"
	}
	return fmt.Sprintf("%T", key)
}

// The types whose keyword RFC 2253 and crypto/x509/pkix share.
var comparable = map[string]bool{
	"2.5.4.3": true, "2.5.4.6": true, "2.5.4.7": true, "2.5.4.8": true, "2.5.4.9": true, "2.5.4.10": true, "2.5.4.11": true,
}

// The RFC 2253 text of a name, nil where pkix would write it in its own way.
func name(raw []byte) *string {
	var rdns pkix.RDNSequence
	if rest, err := asn1.Unmarshal(raw, &rdns); err != nil || len(rest) > 0 {
		return nil
	}
	for _, rdn := range rdns {
		if len(rdn) == 0 {
			return nil
		}
		for _, attribute := range rdn {
			value, ok := attribute.Value.(string)
			if !ok || !comparable[attribute.Type.String()] || strings.ContainsFunc(value, special) {
				return nil
			}
		}
	}
	text := rdns.String()
	return &text
}

func special(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == 0x2028 || r == 0x2029
}

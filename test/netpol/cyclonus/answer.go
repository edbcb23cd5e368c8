package main

import (
	"strconv"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
)

type question struct {
	Namespaces map[string]map[string]string  `json:"namespaces"`
	Pods       []pod                         `json:"pods"`
	Policies   []*networkingv1.NetworkPolicy `json:"policies"`
	Ports      []int                         `json:"ports"`
	Addresses  []string                      `json:"addresses"`
}

type pod struct {
	Namespace string             `json:"namespace"`
	Name      string             `json:"name"`
	Labels    map[string]string  `json:"labels"`
	IP        string             `json:"ip"`
	Ports     []v1.ContainerPort `json:"ports"`
}

// By NAMESPACE/NAME:PORT of each pod, who reaches it over TCP: pods other than itself, and addresses.
func (q question) answer() map[string][]string {
	policy := matcher.BuildNetworkPolicies(false, q.Policies)
	reach := map[string][]string{}
	for _, to := range q.Pods {
		for _, port := range q.Ports {
			from := []string{}
			for _, source := range q.Pods {
				if source.key() != to.key() && allowed(policy, q.peer(source), q.peer(to), port, to.Ports) {
					from = append(from, source.key())
				}
			}
			for _, address := range q.Addresses {
				if allowed(policy, &matcher.TrafficPeer{IP: address}, q.peer(to), port, to.Ports) {
					from = append(from, address)
				}
			}
			reach[to.key()+":"+strconv.Itoa(port)] = from
		}
	}
	return reach
}

func (p pod) key() string {
	return p.Namespace + "/" + p.Name
}

func (q question) peer(p pod) *matcher.TrafficPeer {
	return &matcher.TrafficPeer{IP: p.IP, Internal: &matcher.InternalPeer{
		PodLabels: p.Labels, Namespace: p.Namespace, NamespaceLabels: q.Namespaces[p.Namespace],
	}}
}

// cyclonus is told a port's name beside its number; the name is that of the destination's container port.
func allowed(policy *matcher.Policy, from, to *matcher.TrafficPeer, port int, ports []v1.ContainerPort) bool {
	traffic := &matcher.Traffic{Source: from, Destination: to, ResolvedPort: port, Protocol: v1.ProtocolTCP}
	for _, p := range ports {
		if int(p.ContainerPort) == port && (p.Protocol == v1.ProtocolTCP || p.Protocol == "") {
			traffic.ResolvedPortName = p.Name
		}
	}
	return policy.IsTrafficAllowed(traffic).IsAllowed()
}

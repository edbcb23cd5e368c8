package main

import (
	"context"
	"encoding/json"

	"github.com/open-policy-agent/frameworks/constraint/pkg/apis"
	"github.com/open-policy-agent/frameworks/constraint/pkg/client/reviews"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/gator"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/gator/reader"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/mutation/types"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/target"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/util"
	admission "k8s.io/api/admission/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// What is installed.
type bundle struct {
	Templates   []*unstructured.Unstructured `json:"templates"`
	Constraints []*unstructured.Unstructured `json:"constraints"`
}

// What is synced, and what is asked about beside it: objects, as the audit does, and a request.
type question struct {
	// In place of those of the bundle.
	Constraints []*unstructured.Unstructured `json:"constraints"`
	Inventory   []*unstructured.Unstructured `json:"inventory"`
	Objects     []*unstructured.Unstructured `json:"objects"`
	Request     *admission.AdmissionRequest  `json:"request"`
}

// A violation: the index of the object that it is of, -1 for the request.
type found struct {
	Object     int            `json:"object"`
	Constraint string         `json:"constraint"`
	Message    string         `json:"message"`
	Details    map[string]any `json:"details"`
}

type client struct {
	gator.Client
	written bundle
}

func newClient(written bundle) client {
	scheme := runtime.NewScheme()
	check(apis.AddToScheme(scheme))
	created, err := gator.NewOPAClient(false)
	check(err)
	for _, object := range written.Templates {
		template, err := reader.ToTemplate(scheme, object)
		check(err)
		_, err = created.AddTemplate(context.Background(), template)
		check(err)
	}
	asked := client{Client: created, written: written}
	asked.constrain(context.Background(), written.Constraints)
	return asked
}

func (c client) constrain(ctx context.Context, constraints []*unstructured.Unstructured) {
	for _, constraint := range constraints {
		_, err := c.AddConstraint(ctx, constraint.DeepCopy())
		check(err)
	}
}

func (c client) answer(ctx context.Context, asked question) []found {
	if len(asked.Constraints) > 0 {
		c.constrain(ctx, asked.Constraints)
		defer c.constrain(ctx, c.written.Constraints)
	}
	for _, object := range asked.Inventory {
		_, err := c.AddData(ctx, object)
		check(err)
		defer c.RemoveData(ctx, object)
	}
	answer := []found{}
	for index, object := range asked.Objects {
		review := target.AugmentedUnstructured{Object: *object, Source: types.SourceTypeOriginal}
		answer = append(answer, c.review(ctx, index, review)...)
	}
	if asked.Request != nil {
		review := target.AugmentedReview{AdmissionRequest: asked.Request, Source: types.SourceTypeOriginal}
		answer = append(answer, c.review(ctx, -1, review)...)
	}
	return answer
}

func (c client) review(ctx context.Context, index int, review any) []found {
	responses, err := c.Review(ctx, review, reviews.EnforcementPoint(util.GatorEnforcementPoint))
	check(err)
	var all []found
	for _, result := range responses.Results() {
		details, _ := result.Metadata["details"].(map[string]any)
		all = append(all, found{index, result.Constraint.GetName(), result.Msg, plain(details)})
	}
	return all
}

// Rego's numbers are json.Number.
func plain(details map[string]any) map[string]any {
	text, err := json.Marshal(details)
	check(err)
	var copied map[string]any
	check(json.Unmarshal(text, &copied))
	return copied
}

// Command ask lets istiod's own code answer the cases of ../cases.json: how it reads JSON into a message and prints it again,
// what its merge makes of two messages, and which validation rules a message breaks.
//
//	go run . ../cases.json          # print the answers that differ from the recorded ones, exit 1 when there are any
//	go run . -write ../cases.json   # record
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	_ "istio.io/istio/pkg/config/xds" // every message that istiod knows

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"istio.io/istio/pkg/proto/merge"
	"istio.io/istio/pkg/util/protomarshal"
)

type answer struct {
	// Want is the message as istiod prints it.
	Want json.RawMessage `json:"want,omitempty"`
	// Error is why istiod does not read it.
	Error string `json:"error,omitempty"`
	// Broken are the validation rules it breaks, field and reason.
	Broken []string `json:"broken,omitempty"`
}

type testCase struct {
	About        string          `json:"about,omitempty"`
	Type         string          `json:"type"`
	Value        json.RawMessage `json:"value"`
	Patch        json.RawMessage `json:"patch,omitempty"`
	ReplaceLists bool            `json:"replaceLists,omitempty"`
	Validate     bool            `json:"validate,omitempty"`
	answer
}

func read(name string, value []byte) (proto.Message, error) {
	messageType, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(name))
	if err != nil {
		return nil, err
	}
	message := messageType.New().Interface()
	return message, protomarshal.UnmarshalAllowUnknown(value, message)
}

func (c *testCase) ask() (out answer, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	message, err := read(c.Type, c.Value)
	if err != nil {
		return out, err
	}
	if c.Validate {
		if validator, ok := message.(interface{ ValidateAll() error }); ok {
			out.Broken = leaves(validator.ValidateAll())
		}
		return out, nil
	}
	if c.Patch != nil {
		patch, err := read(c.Type, c.Patch)
		if err != nil {
			return out, err
		}
		if c.ReplaceLists {
			merge.MergeWithReplaceList(message, patch)
		} else {
			merge.Merge(message, patch)
		}
	}
	text, err := protomarshal.ToJSON(message)
	out.Want = json.RawMessage(text)
	return out, err
}

func leaves(err error) []string {
	if err == nil {
		return nil
	}
	if many, ok := err.(interface{ AllErrors() []error }); ok {
		var out []string
		for _, one := range many.AllErrors() {
			out = append(out, leaves(one)...)
		}
		return out
	}
	broken, ok := err.(interface {
		Field() string
		Reason() string
		Cause() error
	})
	if !ok {
		return []string{err.Error()}
	}
	if inner := leaves(broken.Cause()); len(inner) > 0 {
		return inner
	}
	return []string{broken.Field() + ": " + broken.Reason()}
}

func main() {
	write := flag.Bool("write", false, "record the answers")
	flag.Parse()
	text, err := os.ReadFile(flag.Arg(0))
	if err != nil {
		panic(err)
	}
	var cases []*testCase
	if err := json.Unmarshal(text, &cases); err != nil {
		panic(err)
	}
	out := bytes.NewBufferString("[\n")
	different := 0
	for i, c := range cases {
		before := line(c)
		got, err := c.ask()
		if err != nil {
			got = answer{Error: err.Error()}
		}
		c.answer = got
		after := line(c)
		if before != after {
			different++
			fmt.Printf("recorded %s\nnow      %s\n", before, after)
		}
		comma := ","
		if i == len(cases)-1 {
			comma = ""
		}
		fmt.Fprintf(out, "%s%s\n", after, comma)
	}
	out.WriteString("]\n")
	if *write {
		if err := os.WriteFile(flag.Arg(0), out.Bytes(), 0o644); err != nil {
			panic(err)
		}
	} else if different > 0 {
		os.Exit(1)
	}
}

func line(c *testCase) string {
	out := &bytes.Buffer{}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(c); err != nil {
		panic(err)
	}
	return string(bytes.TrimSpace(out.Bytes()))
}

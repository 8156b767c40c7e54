package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"
)

// setting is one header to set; its value may hold placeholders.
type setting struct {
	name  string
	value []piece
}

type config struct {
	request  []setting
	response []setting
}

// readConfig reads {"requestHeaders": {"x": "%{header:user-agent}"}, "responseHeaders": {…}}; nothing at all changes nothing.
// Keys are compared by hand, because encoding/json takes them in any case.
func readConfig(source []byte) (*config, error) {
	var out config
	if len(source) == 0 {
		return &out, nil
	}
	fields, err := readObject[json.RawMessage](source)
	if err != nil {
		return nil, err
	}
	for key, value := range fields {
		switch key {
		case "requestHeaders":
			out.request, err = readHeaders(*value)
		case "responseHeaders":
			out.response, err = readHeaders(*value)
		default:
			return nil, fmt.Errorf("unknown key %q, expected requestHeaders or responseHeaders", key)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
	}
	return &out, nil
}

func readHeaders(source []byte) ([]setting, error) {
	headers, err := readObject[string](source)
	if err != nil {
		return nil, err
	}
	return settings(headers)
}

// readObject reads one JSON object; null is neither an object nor a value.
func readObject[T any](source []byte) (map[string]*T, error) {
	var out map[string]*T
	if err := json.Unmarshal(source, &out); err != nil {
		return nil, err
	}
	if out == nil {
		return nil, errors.New("must be an object, not null")
	}
	for key, value := range out {
		if value == nil {
			return nil, fmt.Errorf("%q must not be null", key)
		}
	}
	return out, nil
}

// settings sorts the headers by name: the order of a Go map changes from run to run.
func settings(headers map[string]*string) ([]setting, error) {
	var out []setting
	for name, value := range headers {
		if !isHeaderName(name) {
			return nil, fmt.Errorf("%q is not a header name", name)
		}
		if strings.ContainsAny(*value, "\r\n\x00") {
			return nil, fmt.Errorf("the value of %q has a line break or NUL", name)
		}
		pieces, err := parse(*value)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", name, err)
		}
		out = append(out, setting{strings.ToLower(name), pieces})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].name < out[j].name })
	return out, nil
}

// isHeaderName follows RFC 9110 §5.6.2, and allows pseudo headers.
func isHeaderName(name string) bool {
	name = strings.TrimPrefix(name, ":")
	for _, c := range name {
		isWord := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !isWord && !strings.ContainsRune("!#$%&'*+-.^_`|~", c) {
			return false
		}
	}
	return name != ""
}

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
func readConfig(source []byte) (*config, error) {
	var fields struct {
		RequestHeaders  map[string]string `json:"requestHeaders"`
		ResponseHeaders map[string]string `json:"responseHeaders"`
	}
	if len(source) > 0 {
		decoder := json.NewDecoder(bytes.NewReader(source))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&fields); err != nil {
			return nil, err
		}
		if _, err := decoder.Token(); err != io.EOF {
			return nil, errors.New("there is something behind the JSON value")
		}
	}
	request, err := settings(fields.RequestHeaders)
	if err != nil {
		return nil, fmt.Errorf("requestHeaders: %w", err)
	}
	response, err := settings(fields.ResponseHeaders)
	if err != nil {
		return nil, fmt.Errorf("responseHeaders: %w", err)
	}
	return &config{request, response}, nil
}

// settings sorts the headers by name: the order of a Go map changes from run to run.
func settings(headers map[string]string) ([]setting, error) {
	var out []setting
	for name, value := range headers {
		if !isHeaderName(name) {
			return nil, fmt.Errorf("%q is not a header name", name)
		}
		if strings.ContainsAny(value, "\r\n\x00") {
			return nil, fmt.Errorf("the value of %q has a line break or NUL", name)
		}
		pieces, err := parse(value)
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

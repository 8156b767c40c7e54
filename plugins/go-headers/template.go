package main

import (
	"fmt"
	"strings"
)

// A value may hold %{method}, %{path}, %{host} and %{header:NAME} of the request, and %% for a percent sign before a brace.

// piece is text, or a request header to put in when header is not empty.
type piece struct {
	text   string
	header string
}

var shorthands = map[string]string{"method": ":method", "path": ":path", "host": ":authority"}

func parse(template string) ([]piece, error) {
	var pieces []piece
	for {
		start := strings.Index(template, "%{")
		if start < 0 {
			return append(pieces, piece{text: template}), nil
		}
		if start > 0 && template[start-1] == '%' {
			pieces = append(pieces, piece{text: template[:start] + "{"})
			template = template[start+2:]
			continue
		}
		end := strings.IndexByte(template[start:], '}')
		if end < 0 {
			return nil, fmt.Errorf("%q is not closed", template[start:])
		}
		name := template[start+2 : start+end]
		header, isHeader := strings.CutPrefix(name, "header:")
		if !isHeader {
			header = shorthands[name]
		}
		if header == "" {
			return nil, fmt.Errorf("unknown placeholder %q", name)
		}
		pieces = append(pieces, piece{text: template[:start]}, piece{header: strings.ToLower(header)})
		template = template[start+end+1:]
	}
}

// expand puts in the values; a missing header leaves nothing.
func expand(pieces []piece, header func(name string) string) string {
	var out strings.Builder
	for _, piece := range pieces {
		out.WriteString(piece.text)
		if piece.header != "" {
			out.WriteString(header(piece.header))
		}
	}
	return out.String()
}

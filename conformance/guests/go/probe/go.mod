module filterloom.example/conformance/guests/go/probe

go 1.24.0

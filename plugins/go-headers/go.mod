module filterloom.example/go-headers

go 1.24
